//! The environment that a configuration is read with.

use std::ffi::OsString;

use super::{ConfigError, ENVIRONMENT_PREFIX};

/// All variables of the environment that are text. What others put there may be anything and is passed over; of ours a
/// value that is not UTF-8 is refused.
///
/// # Errors
/// [`ConfigError::NotUtf8`] names the variable.
pub fn environment() -> Result<Vec<(String, String)>, ConfigError> {
    read(std::env::vars_os())
}

fn read(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let mut read = Vec::new();
    for (name, value) in variables {
        match (name.to_str(), value.to_str()) {
            (Some(name), Some(value)) => read.push((name.to_owned(), value.to_owned())),
            _ => {
                let name = name.to_string_lossy();
                if name.starts_with(ENVIRONMENT_PREFIX) {
                    return Err(ConfigError::NotUtf8 {
                        name: name.into_owned(),
                    });
                }
            }
        }
    }
    Ok(read)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn what_is_no_text_is_refused_of_ours_alone() {
        let pair = |name: &str, value: &[u8]| (OsString::from(name), OsString::from_vec(value.to_vec()));
        let others = [pair("LS_COLORS", b"\xff\xfe"), pair("HOME", b"/root")];
        assert_eq!(read(others).unwrap(), [("HOME".to_owned(), "/root".to_owned())]);
        let ours = [pair("TOUCHSTONE_REGISTRY_LIMITS_QUEUE", b"\xff")];
        let told = read(ours).unwrap_err().to_string();
        assert_eq!(
            told,
            "environment variable TOUCHSTONE_REGISTRY_LIMITS_QUEUE is not UTF-8"
        );
    }
}
