//! A door of the bindings that wasm-bindgen does not make: a fresh instance of the module, made without blocking.
//!
//! wasm-bindgen's own (`reset_state_function`) is synchronous, which browsers refuse for modules of more than 4 KB in
//! the page's thread (Chromium before 114).

use std::path::Path;

/// What the door names of the generated script; another version of wasm-bindgen may call these otherwise.
const NAMES: [&str; 3] = [
    "function __wbg_get_imports()",
    "function __wbg_finalize_init(instance, module)",
    "wasmModule = module;",
];

const SCRIPT: &str = "
/**
 * A fresh instance of the module in place of the one before; gives its exports. Until then the one before answers.
 */
export async function renew() {
    const instance = await WebAssembly.instantiate(wasmModule, __wbg_get_imports());
    return __wbg_finalize_init(instance, wasmModule);
}
";

const TYPES: &str = "
/**
 * A fresh instance of the module in place of the one before; gives its exports.
 */
export function renew(): Promise<InitOutput>;
";

/// Adds `renew` to the bindings of that name.
pub(crate) fn add(folder: &Path, name: &str) -> Result<(), Box<dyn std::error::Error>> {
    let script = folder.join(format!("{name}.js"));
    let mut text = std::fs::read_to_string(&script)?;
    if let Some(missing) = NAMES.iter().find(|known| !text.contains(**known)) {
        return Err(format!("{}: no {missing:?}", script.display()).into());
    }
    text.push_str(SCRIPT);
    std::fs::write(&script, text)?;
    let types = folder.join(format!("{name}.d.ts"));
    let mut text = std::fs::read_to_string(&types)?;
    text.push_str(TYPES);
    std::fs::write(&types, text)?;
    Ok(())
}
