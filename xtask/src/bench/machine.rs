//! What the figures were measured on.

use std::path::Path;
use std::process::Command;

use crate::command;
use crate::error::Error;

/// Pairs of a name and a value, in the order of the report.
pub(crate) fn describe() -> Result<Vec<(&'static str, String)>, Error> {
    let line = |command: &mut Command| command::read(command).map(|text| text.trim().to_owned());
    let system = field(Path::new("/etc/os-release"), "PRETTY_NAME", '=')?;
    let kernel = line(Command::new("uname").arg("-srm"))?;
    let cores =
        std::thread::available_parallelism().map_or_else(|_| "not known".to_owned(), |n| n.to_string());
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    let mut machine = vec![
        ("date", line(Command::new("date").args(["-u", "+%F"]))?),
        ("processor", field(Path::new("/proc/cpuinfo"), "model name", ':')?),
        ("cores", cores),
        (
            "memory",
            memory(&field(Path::new("/proc/meminfo"), "MemTotal", ':')?),
        ),
        ("load before", load()?),
        ("system", format!("{}, {kernel}", system.trim_matches('"'))),
        ("compiler", line(Command::new("rustc").arg("-V"))?),
    ];
    if !flags.is_empty() {
        machine.push(("RUSTFLAGS", format!("`{flags}`")));
    }
    Ok(machine)
}

/// The first value of that name in a file of `name<separator>value` lines; "not known" where there is no such file.
fn field(file: &Path, name: &str, separator: char) -> Result<String, Error> {
    if !file.is_file() {
        return Ok("not known".to_owned());
    }
    let text = std::fs::read_to_string(file).map_err(Error::file(file))?;
    let found = text.lines().find_map(|line| {
        let (found, value) = line.split_once(separator)?;
        (found.trim() == name).then(|| value.trim().to_owned())
    });
    Ok(found.unwrap_or_else(|| "not known".to_owned()))
}

/// `16384256 kB` as `16 GB`.
fn memory(total: &str) -> String {
    let kilobytes = total
        .strip_suffix(" kB")
        .and_then(|number| number.parse::<u64>().ok());
    kilobytes.map_or_else(
        || total.to_owned(),
        |kilobytes| {
            format!("{:.1} GiB", {
                #[expect(clippy::cast_precision_loss, reason = "no machine has 2^53 kB")]
                let kilobytes = kilobytes as f64;
                kilobytes / 1_048_576.0
            })
        },
    )
}

fn load() -> Result<String, Error> {
    let file = Path::new("/proc/loadavg");
    if !file.is_file() {
        return Ok("not known".to_owned());
    }
    let text = std::fs::read_to_string(file).map_err(Error::file(file))?;
    Ok(text.split_whitespace().take(1).collect())
}
