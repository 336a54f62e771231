//! Steps of `cargo xtask wasm` that read and write WebAssembly modules:
//!
//! - `bind INPUT FOLDER NAME` makes panics traps and writes `NAME.js`, `NAME.d.ts` and `NAME_bg.wasm`, function names kept;
//! - `count MODULE OUTPUT` writes a module that notes which functions have run;
//! - `split MODULE USED BUILD FIRST REST` writes, to be ordered by name, the functions that USED marks `1`, and those it marks `0`; `all` is every one `1`. Both parts bear the name BUILD.
//!
//! A program of its own because the library behind it takes a minute to compile: the other developer
//! commands start without waiting for it.

mod count;
mod order;
mod panics;
mod renew;
mod split;

use std::path::Path;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["bind", input, folder, name] => bind(Path::new(input), Path::new(folder), name),
        ["count", module, output] => count(Path::new(module), Path::new(output)),
        ["split", module, used, build, first, rest] => {
            split([module, used].map(Path::new), build, [first, rest].map(Path::new))
        }
        _ => {
            eprintln!(
                "usage: xtask-bindgen bind INPUT FOLDER NAME | count MODULE OUTPUT | split MODULE USED BUILD FIRST REST"
            );
            return ExitCode::from(64);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask-bindgen {}: {error:#}", arguments.join(" "));
            ExitCode::FAILURE
        }
    }
}

/// The target is `web`: a browser initialises the module with `init()`, Node with `initSync(bytes)`.
fn bind(input: &Path, folder: &Path, name: &str) -> Outcome {
    let mut module = walrus::Module::from_file(input)?;
    panics::trap(&mut module);
    panics::forget_places(&mut module);
    Bindgen::new()
        .input_bytes(name, module.emit_wasm())
        .out_name(name)
        .remove_name_section(false)
        .remove_producers_section(true)
        .typescript(true)
        .web(true)?
        .generate(folder)?;
    renew::add(folder, name)
}

fn count(module: &Path, output: &Path) -> Outcome {
    let mut module = walrus::Module::from_file(module)?;
    count::note_what_runs(&mut module)?;
    module.emit_wasm_file(output)?;
    Ok(())
}

fn split([module, used]: [&Path; 2], build: &str, [first, rest]: [&Path; 2]) -> Outcome {
    let module = std::fs::read(module)?;
    let used = std::fs::read_to_string(used)?;
    let used = match used.trim_end() {
        "all" => None,
        marks => Some(marks.chars().map(|mark| mark == '1').collect()),
    };
    let parts = split::split(&module, used, build)?;
    std::fs::write(first, order::name_by_place(&parts.first)?)?;
    std::fs::write(rest, order::name_by_place(&parts.rest)?)?;
    Ok(())
}
