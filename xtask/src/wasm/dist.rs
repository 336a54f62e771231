//! The folder that is served: `wasm-verify/web` and the bindings side by side, and the record of its making.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::{texts, tree};
use crate::command;
use crate::error::Error;
use crate::progress::say;

/// The scripts that browsers fetch: each made one with what it imports, but for those that it loads by name.
const SCRIPTS: [&str; 7] = [
    "page.js",
    "ways.js",
    "register.js",
    "bulk.js",
    "mismatch.js",
    "reader-worker.js",
    "bulk-worker.js",
];
/// The worker that keeps the others for times without network; made last, with their digests.
const OFFLINE: &str = "offline-worker.js";
const OFFLINE_ASSETS: &str = "offline-assets.js";
/// The bindings of the modules, which those load by name.
const BINDINGS: [&str; 3] = ["verifier.js", "readers.js", "sheets.js"];
const STYLES: [&str; 3] = ["page.css", "ways.css", "bulk.css"];

/// An existing, empty folder.
pub(crate) fn empty(folder: &Path) -> Result<(), Error> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(Error::file(folder))?;
    }
    std::fs::create_dir_all(folder).map_err(Error::file(folder))
}

/// Fills `dist` anew from the hand-written page, where there is one, the texts it shows, and the bindings. All of
/// it is served from one folder. With a bundler the page's scripts become one.
pub(crate) fn assemble(root: &Path, bound: &Path, dist: &Path, bundler: Option<&Path>) -> Result<(), Error> {
    empty(dist)?;
    for folder in ["wasm-verify/web", "verifier/texts"] {
        let from = root.join(folder);
        if from.is_dir() {
            copy(&from, dist)?;
        } else {
            say(&format!(
                "{folder} does not exist: wasm-verify/dist is built without it"
            ));
        }
    }
    texts::part(dist)?;
    copy(bound, dist)?;
    if let Some(bundler) = bundler {
        bundle(bundler, dist)?;
        drop_preloads(dist)?;
        return pack(dist);
    }
    for script in tree::files(dist, &[])? {
        if script.extension().is_some_and(|extension| extension == "js") {
            let text = std::fs::read_to_string(&script).map_err(Error::file(&script))?;
            std::fs::write(&script, without_comments(&text)).map_err(Error::file(&script))?;
        }
    }
    pack(dist)
}

/// How a packed file's name ends.
pub(super) const PACKED: &str = ".gz";

/// Packs every file that a browser fetches, into one beside it that the registry sends as it is: as small as gzip gets,
/// which takes seconds and is done once.
fn pack(dist: &Path) -> Result<(), Error> {
    for file in tree::files(dist, &[])? {
        let name = tree::relative(dist, &file);
        if name.ends_with(".d.ts") {
            continue;
        }
        let content = std::fs::read(&file).map_err(Error::file(&file))?;
        let mut packed = Vec::new();
        zopfli::compress(
            zopfli::Options::default(),
            zopfli::Format::Gzip,
            content.as_slice(),
            &mut packed,
        )
        .map_err(Error::file(&file))?;
        let beside = dist.join(format!("{name}{PACKED}"));
        std::fs::write(&beside, packed).map_err(Error::file(&beside))?;
    }
    Ok(())
}

/// The page's scripts as one, and that, the bindings and the style without what only people read.
fn bundle(bundler: &Path, dist: &Path) -> Result<(), Error> {
    let options = [
        "--minify",
        "--charset=utf8",
        "--log-level=warning",
        "--allow-overwrite",
    ];
    let run = |file: &str, more: &[&str]| {
        let file = dist.join(file);
        let mut output = OsString::from("--outfile=");
        output.push(&file);
        command::run(
            Command::new(bundler)
                .args(options)
                .args(more)
                .arg(&file)
                .arg(output),
        )
    };
    let module = ["--format=esm", "--target=es2022"];
    let by_name = [
        "--bundle",
        "--external:./verifier.js",
        "--external:./readers.js",
        "--external:./sheets.js",
        "--external:./ways.js",
        "--external:./register.js",
        "--external:./bulk.js",
        "--external:./mismatch.js",
    ];
    for script in SCRIPTS {
        run(script, &[&module[..], &by_name].concat())?;
    }
    let ours = |name: &str| {
        SCRIPTS.contains(&name) || BINDINGS.contains(&name) || [OFFLINE, OFFLINE_ASSETS].contains(&name)
    };
    for bindings in BINDINGS {
        run(bindings, &module)?;
    }
    for style in STYLES {
        run(style, &[])?;
    }
    for file in tree::files(dist, &[])? {
        let name = tree::relative(dist, &file);
        if name.ends_with(".js") && !ours(&name) {
            std::fs::remove_file(&file).map_err(Error::file(&file))?;
        }
    }
    list_for_offline(dist)?;
    run(OFFLINE, &[&module[..], &by_name].concat())?;
    let list = dist.join(OFFLINE_ASSETS);
    std::fs::remove_file(&list).map_err(Error::file(&list))
}

/// Every file that the page fetches, with its SHA-256. The page itself may get its operator's foot; it is kept as served.
fn list_for_offline(dist: &Path) -> Result<(), Error> {
    let mut list = "export const ASSETS = {\n".to_owned();
    for file in tree::files(dist, &[])? {
        let name = tree::relative(dist, &file);
        let other = ["index.html", OFFLINE, OFFLINE_ASSETS, "package.json"].contains(&name.as_str());
        if !other && !name.ends_with(".d.ts") {
            list.push_str(&format!(
                "\"/assets/{name}\": \"{}\",\n",
                tree::file_digest(&file)?
            ));
        }
    }
    let build = tree::hex(&Sha256::digest(&list));
    list.push_str(&format!("}};\nexport const BUILD = \"{build}\";\n"));
    let path = dist.join(OFFLINE_ASSETS);
    std::fs::write(&path, list).map_err(Error::file(&path))
}

/// Takes the announcements of scripts that stand in another now out of the page.
fn drop_preloads(dist: &Path) -> Result<(), Error> {
    let page = dist.join("index.html");
    if !page.is_file() {
        return Ok(());
    }
    let text = std::fs::read_to_string(&page).map_err(Error::file(&page))?;
    let lines = text
        .lines()
        .filter(|line| !line.contains("rel=\"modulepreload\""));
    let short: String = lines.flat_map(|line| [line, "\n"]).collect();
    std::fs::write(&page, short).map_err(Error::file(&page))
}

/// A script without the lines that are comments, indentation and empty lines: a phone need not fetch a quarter of them
/// again. No text of the page's scripts goes over more than one line.
fn without_comments(script: &str) -> String {
    let mut short = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        let begins = line.starts_with("/*");
        if in_comment || begins {
            in_comment = !line.ends_with("*/");
        } else if !(line.is_empty() || line.starts_with("//")) {
            short.push_str(line);
            short.push('\n');
        }
    }
    short
}

/// Whether `dist` still holds every file as it was made from exactly these inputs. Files that somebody added,
/// such as a demonstration's policy, do not matter.
pub(crate) fn is_of(work: &Path, dist: &Path, inputs: &str) -> Result<bool, Error> {
    let record = record_path(work);
    if !record.is_file() {
        return Ok(false);
    }
    let found = std::fs::read_to_string(&record).map_err(Error::file(&record))?;
    let Some(files) = found
        .strip_prefix(inputs)
        .and_then(|rest| rest.strip_prefix('\n'))
    else {
        return Ok(false);
    };
    for line in files.lines() {
        let Some((digest, name)) = line.split_once("  ") else {
            return Ok(false);
        };
        let file = dist.join(name);
        if !file.is_file() || tree::file_digest(&file)? != digest {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Notes what `dist` was made from and what it holds.
pub(crate) fn record(work: &Path, dist: &Path, inputs: &str) -> Result<(), Error> {
    let mut text = format!("{inputs}\n");
    for file in tree::files(dist, &[])? {
        text.push_str(&format!(
            "{}  {}\n",
            tree::file_digest(&file)?,
            tree::relative(dist, &file)
        ));
    }
    let record = record_path(work);
    std::fs::write(&record, text).map_err(Error::file(&record))
}

/// Before a build: a build that fails leaves no claim behind.
pub(crate) fn forget(work: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(work).map_err(Error::file(work))?;
    let record = record_path(work);
    if record.exists() {
        std::fs::remove_file(&record).map_err(Error::file(&record))
    } else {
        Ok(())
    }
}

fn record_path(work: &Path) -> PathBuf {
    work.join("dist.record")
}

/// Everything in a folder, into another.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    for file in tree::files(from, &[])? {
        let target = to.join(tree::relative(from, &file));
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        }
        std::fs::copy(&file, &target).map_err(Error::file(&file))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn code_stays() {
        let script =
            "// About.\n/** One. */\nlet a = 1; // after code\n/*\n * Several.\n */\n\n  a += `x//${a}`;\n";
        assert_eq!(
            without_comments(script),
            "let a = 1; // after code\na += `x//${a}`;\n"
        );
    }
}
