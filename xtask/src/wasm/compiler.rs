//! Which compiler builds for the browser: the installed target, else one `rustup target add`, else Debian's.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::PLATFORM;
use crate::command;
use crate::error::{Error, Missing};
use crate::install::debian;
use crate::progress::say;
use crate::workspace::Workspace;

/// Debian's compiler with the sources of its standard library, and a linker.
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "lld-22"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// SHA-2 as loops: unrolled it is five times as long.
const COMPACT_HASHES: [&str; 4] = [
    "--cfg",
    "sha2_backend=\"soft\"",
    "--cfg",
    "sha2_backend_soft=\"compact\"",
];
/// rustup retries a dead network for minutes; the standard library is 20 MB.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// A way to compile for [`PLATFORM`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The toolchain in use has the target's standard library.
    Installed,
    /// Debian's compiler builds the standard library from its sources.
    Debian { linker: PathBuf },
}

impl fmt::Display for Compiler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installed => write!(formatter, "the installed Rust toolchain"),
            Self::Debian { linker } => {
                write!(
                    formatter,
                    "Debian's {DEBIAN_RUSTC}, standard library from source, {}",
                    linker.display()
                )
            }
        }
    }
}

impl Compiler {
    /// The first that works, installing where nothing does.
    pub(crate) fn choose() -> Result<Self, Error> {
        if target_is_installed() || rustup_adds_target() {
            return Ok(Self::Installed);
        }
        if let Some(debian) = debian_compiler() {
            return Ok(debian);
        }
        if debian::can_install() {
            debian::install(&DEBIAN_PACKAGES)?;
            if let Some(debian) = debian_compiler() {
                return Ok(debian);
            }
        }
        let how = format!(
            "rustup target add {PLATFORM}, or {}",
            debian::by_hand(&DEBIAN_PACKAGES)
        );
        Err(Error::Missing {
            missing: vec![Missing {
                what: "a compiler for WebAssembly",
                how,
            }],
        })
    }

    /// `rustc -vV`, so that another compiler means another build.
    pub(crate) fn version(&self) -> Result<String, Error> {
        command::read(self.rustc().arg("-vV"))
    }

    fn rustc(&self) -> Command {
        Command::new(match self {
            Self::Installed => "rustc",
            Self::Debian { .. } => DEBIAN_RUSTC,
        })
    }

    /// Where the compiler keeps its own files; paths below it are shortened in the output.
    fn sysroot(&self) -> Result<PathBuf, Error> {
        let printed = command::read(self.rustc().args(["--print", "sysroot"]))?;
        Ok(PathBuf::from(printed.trim()))
    }
}

/// Whether the toolchain on `PATH` brings `core` for the platform.
fn target_is_installed() -> bool {
    let printed = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", PLATFORM])
        .output();
    let Ok(output) = printed else { return false };
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    folder.read_dir().is_ok_and(|mut files| {
        files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libcore-")))
    })
}

fn rustup_adds_target() -> bool {
    let Some(rustup) = command::find_program("rustup") else {
        return false;
    };
    say(&format!("adding the target with rustup target add {PLATFORM}"));
    match command::run_within(
        Command::new(rustup).args(["target", "add", PLATFORM]),
        RUSTUP_LIMIT,
    ) {
        Ok(()) => target_is_installed(),
        Err(error) => {
            say(&format!("rustup could not: {error}"));
            false
        }
    }
}

fn debian_compiler() -> Option<Compiler> {
    let sources = Path::new("/usr/lib/rustlib/src/rust/library/std/src/lib.rs");
    (Path::new(DEBIAN_RUSTC).is_file() && sources.is_file())
        .then(debian_linker)
        .flatten()
        .map(|linker| Compiler::Debian { linker })
}

/// Debian names the linker with its LLVM version; the newest is taken.
fn debian_linker() -> Option<PathBuf> {
    let versions = Path::new("/usr/bin").read_dir().ok()?.filter_map(|file| {
        let name = file.ok()?.file_name().into_string().ok()?;
        name.strip_prefix("wasm-ld-")?.parse::<u32>().ok()
    });
    versions
        .max()
        .map(|version| PathBuf::from(format!("/usr/bin/wasm-ld-{version}")))
}

/// Compiles a package with these features; gives the module's path.
pub(crate) fn compile(
    workspace: &Workspace,
    compiler: &Compiler,
    package: &str,
    folder: &Path,
    opt_level: Option<&str>,
    features: &[&str],
) -> Result<PathBuf, Error> {
    // The two compilers would rebuild each other's output.
    let folder = folder.join(match compiler {
        Compiler::Installed => "installed",
        Compiler::Debian { .. } => "debian",
    });
    let mut cargo = command::cargo();
    cargo
        .args([
            "build",
            "--package",
            package,
            "--target",
            PLATFORM,
            "--profile",
            "wasm",
            "--locked",
        ])
        .arg("--target-dir")
        .arg(&folder)
        .args(features.iter().flat_map(|feature| ["--features", feature]))
        .current_dir(&workspace.root)
        .env("CARGO_ENCODED_RUSTFLAGS", remapped(workspace, compiler)?);
    if let Some(opt_level) = opt_level {
        cargo.env("CARGO_PROFILE_WASM_OPT_LEVEL", opt_level);
    }
    if let Compiler::Debian { linker } = compiler {
        cargo
            .env("RUSTC", DEBIAN_RUSTC)
            // Building the standard library is an unstable option of cargo; Debian's compiler is a stable one.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
            .arg("-Zbuild-std=std,panic_abort");
    }
    command::run(&mut cargo)?;
    Ok(folder
        .join(PLATFORM)
        .join("wasm")
        .join(format!("{}.wasm", package.replace('-', "_"))))
}

/// The same bytes whatever the folders are called: no path of this machine in panic messages.
fn remapped(workspace: &Workspace, compiler: &Compiler) -> Result<String, Error> {
    let sysroot = compiler.sysroot()?;
    let library = sysroot.join("lib/rustlib/src/rust");
    let home = |variable: &str, folder: &str| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .or_else(|| std::env::home_dir().map(|home| home.join(folder)))
    };
    let mut replaced = vec![(workspace.root.clone(), "/touchstone")];
    replaced.extend(home("CARGO_HOME", ".cargo").map(|folder| (folder, "/cargo")));
    // Debian's sources are reached through a link; both spellings occur.
    replaced.extend(library.canonicalize().ok().map(|folder| (folder, "/rust")));
    replaced.push((library, "/rust"));
    let remaps = replaced
        .iter()
        .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()));
    let flags: Vec<String> = remaps.chain(COMPACT_HASHES.map(str::to_owned)).collect();
    Ok(flags.join("\u{1f}"))
}
