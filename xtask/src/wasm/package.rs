//! The verifier as a package of npm: `wasm-verify/npm` with the bindings, the module whole, and the texts.

use std::path::Path;

use super::{NAME, dist, module, optimise};
use crate::error::Error;

/// Where it is made, below the folder of the page that is served; nothing of it is served.
pub(super) const FOLDER: &str = "wasm-verify/package";
/// The hand-written script that page and package share.
const REQUEST: &str = "request.js";

/// Makes the package from the module in `bound`, before that is split.
pub(super) fn assemble(root: &Path, optimiser: Option<&Path>, bound: &Path) -> Result<(), Error> {
    let package = root.join(FOLDER);
    dist::empty(&package)?;
    dist::copy(&root.join("wasm-verify/npm"), &package)?;
    let bring = |from: &Path, name: &str| {
        let to = package.join(name);
        std::fs::copy(from, &to).map_err(Error::file(from)).map(|_| to)
    };
    bring(&root.join("wasm-verify/web").join(REQUEST), REQUEST)?;
    bring(&bound.join(format!("{NAME}.js")), &format!("{NAME}.js"))?;
    let whole = bring(&module(bound), &format!("{NAME}.wasm"))?;
    optimise::order(optimiser, &whole)?;
    texts(root, &package)
}

/// The catalogues as scripts: not every browser imports JSON.
fn texts(root: &Path, package: &Path) -> Result<(), Error> {
    let folder = package.join("texts");
    dist::empty(&folder)?;
    for language in ["zh-CN", "en"] {
        let from = root.join("verifier/texts").join(format!("{language}.json"));
        let text = std::fs::read_to_string(&from).map_err(Error::file(&from))?;
        let to = folder.join(format!("{language}.js"));
        std::fs::write(&to, format!("export default {};\n", text.trim_end())).map_err(Error::file(&to))?;
    }
    Ok(())
}
