//! Debian packages, with the machine's own mirrors. Only as root, never through sudo.

use std::path::Path;
use std::process::Command;

use crate::command;
use crate::error::Error;
use crate::progress::say;

/// Whether this process may install packages here: root on a Debian system with apt.
pub(crate) fn can_install() -> bool {
    is_debian() && is_root() && command::find_program("apt-get").is_some()
}

/// `apt-get install` of these packages, after one `apt-get update` if the lists do not know them yet.
pub(crate) fn install(packages: &[&str]) -> Result<(), Error> {
    say(&format!("installing with apt-get: {}", packages.join(" ")));
    if command::run(&mut apt_install(packages)).is_ok() {
        return Ok(());
    }
    say("refreshing the package lists first");
    command::run(Command::new("apt-get").args(["update", "-qq"]))?;
    command::run(&mut apt_install(packages))
}

/// What a person without root types.
pub(crate) fn by_hand(packages: &[&str]) -> String {
    format!("apt-get install --no-install-recommends {}", packages.join(" "))
}

fn apt_install(packages: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages);
    command
}

fn is_debian() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| {
        text.lines()
            .any(|line| line == "ID=debian" || line == "ID=\"debian\"")
    })
}

/// The effective user is the second number of the `Uid:` line (proc(5)).
fn is_root() -> bool {
    std::fs::read_to_string(Path::new("/proc/self/status")).is_ok_and(|status| {
        status
            .lines()
            .find_map(|line| line.strip_prefix("Uid:"))
            .and_then(|ids| ids.split_whitespace().nth(1))
            == Some("0")
    })
}
