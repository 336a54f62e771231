//! The readers of pictures and PDF files: a module of its own, which the page's worker loads when somebody gives it one.

use std::path::Path;

use super::compiler::{self, Compiler};
use super::{dist, optimise, step, tree};
use crate::error::Error;
use crate::workspace::Workspace;

const PACKAGE: &str = "touchstone-wasm-readers";
/// Its bindings are `readers.js`; its file `readers.<digest>.wasm`.
pub(super) const NAME: &str = "readers";
/// The script that holds the digest, for the worker's loader.
const DIGEST: &str = "readers-digest.js";

/// Compiles the module and puts it, its bindings and its digest into `bound`, beside the verifier's.
pub(super) fn add(
    workspace: &Workspace,
    compiler: &Compiler,
    optimiser: Option<&Path>,
    work: &Path,
    bound: &Path,
) -> Result<(), Error> {
    let compiled = compiler::compile(workspace, compiler, PACKAGE, work, None, &[])?;
    let own = work.join(NAME);
    dist::empty(&own)?;
    step(workspace, &["bind".as_ref(), &compiled, &own, NAME.as_ref()])?;
    let module = own.join(format!("{NAME}_bg.wasm"));
    optimise::shrink(optimiser, &module)?;
    optimise::order(optimiser, &module)?;
    let digest = tree::file_digest(&module)?;
    let copy = |from: &Path, name: &str| {
        let to = bound.join(name);
        std::fs::copy(from, &to).map(drop).map_err(Error::file(&to))
    };
    copy(&module, &format!("{NAME}.{digest}.wasm"))?;
    copy(&own.join(format!("{NAME}.js")), &format!("{NAME}.js"))?;
    let script = format!(
        "// SHA-256 of the readers' module, which is named by it.\nexport const READERS = \"{digest}\";\n"
    );
    let digests = bound.join(DIGEST);
    std::fs::write(&digests, script).map_err(Error::file(&digests))
}
