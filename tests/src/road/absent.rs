//! What a test needs and does not find: skipped aloud on a person's machine, a failure in continuous integration.

/// Gives what was found. Where it is absent, says so; with `CI=true` in the environment, that is a failure.
///
/// # Panics
/// Under continuous integration, when it is absent.
#[must_use]
pub fn need<T>(what: &str, how: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci != "true"),
            "{what} is absent ({how})"
        );
        eprintln!("SKIPPED: {what} is absent ({how})");
    }
    found
}
