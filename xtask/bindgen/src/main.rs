//! `xtask-bindgen INPUT.wasm FOLDER NAME`: writes `NAME.js`, `NAME.d.ts` and `NAME_bg.wasm`.
//!
//! A program of its own because the library behind it takes a minute to compile: the other developer
//! commands start without waiting for it.

use std::path::PathBuf;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

/// The target is `web`: a browser initialises the module with `init()`, Node with `initSync(bytes)`.
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, folder, name] = arguments.as_slice() else {
        eprintln!("usage: xtask-bindgen INPUT.wasm FOLDER NAME");
        return ExitCode::from(64);
    };
    let mut bindgen = Bindgen::new();
    let outcome = bindgen
        .input_path(PathBuf::from(input))
        .out_name(name)
        .remove_name_section(true)
        .remove_producers_section(true)
        .typescript(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(PathBuf::from(folder)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-bindgen refused {input}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
