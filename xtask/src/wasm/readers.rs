//! The modules that the page's workers load when somebody gives them something: the reader of pictures and PDF files, and
//! that of sheets.

use std::path::Path;

use super::compiler::{self, Compiler};
use super::{dist, optimise, step, tree};
use crate::error::Error;
use crate::workspace::Workspace;

/// A module of its own.
pub(super) struct Module {
    package: &'static str,
    /// Its bindings are `NAME.js`; its file `NAME.<digest>.wasm`, its digest for a worker's loader `NAME-digest.js`.
    name: &'static str,
}

/// Each of them.
pub(super) const MODULES: [Module; 2] = [
    Module {
        package: "touchstone-wasm-readers",
        name: "readers",
    },
    Module {
        package: "touchstone-wasm-sheets",
        name: "sheets",
    },
];

/// Compiles a module and puts it, its bindings and its digest into `bound`, beside the verifier's.
pub(super) fn add(
    workspace: &Workspace,
    compiler: &Compiler,
    optimiser: Option<&Path>,
    work: &Path,
    bound: &Path,
    Module { package, name }: &Module,
) -> Result<(), Error> {
    let compiled = compiler::compile(workspace, compiler, package, work, None, &[])?;
    let own = work.join(name);
    dist::empty(&own)?;
    step(workspace, &["bind".as_ref(), &compiled, &own, name.as_ref()])?;
    let module = own.join(format!("{name}_bg.wasm"));
    optimise::shrink(optimiser, &module)?;
    optimise::order(optimiser, &module)?;
    let digest = tree::file_digest(&module)?;
    let copy = |from: &Path, name: &str| {
        let to = bound.join(name);
        std::fs::copy(from, &to).map(drop).map_err(Error::file(&to))
    };
    copy(&module, &format!("{name}.{digest}.wasm"))?;
    copy(&own.join(format!("{name}.js")), &format!("{name}.js"))?;
    let script =
        format!("// SHA-256 of the module, which is named by it.\nexport const DIGEST = \"{digest}\";\n");
    let digests = bound.join(format!("{name}-digest.js"));
    std::fs::write(&digests, script).map_err(Error::file(&digests))
}
