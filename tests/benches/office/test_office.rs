//! Where the demonstration's samples are.

use std::path::{Path, PathBuf};

pub(crate) fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo")
}
