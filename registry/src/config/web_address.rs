//! An address that pages link to.

use serde::{Deserialize, Deserializer, de::Error};

/// A web address, `https://` or `http://`: it stands in links of pages, where any other scheme (`javascript:`) would be
/// run or opened by whoever follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress(String);

/// Why a text is no web address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no web address; wanted https:// or http:// and a host")]
pub struct WebAddressError {
    /// The text.
    pub found: String,
}

impl WebAddress {
    /// 全国认证认可信息公共服务平台.
    pub(super) fn national_lookup() -> Self {
        Self("http://cx.cnca.cn".to_owned())
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for WebAddress {
    type Err = WebAddressError;

    fn from_str(text: &str) -> Result<Self, WebAddressError> {
        let rest = ["https://", "http://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        // What a URI consists of (RFC 3986 §2): no space, no line break.
        let sound = |rest: &str| {
            rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
                && rest.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if rest.is_some_and(sound) {
            return Ok(Self(text.to_owned()));
        }
        Err(WebAddressError {
            found: text.to_owned(),
        })
    }
}

impl<'de> Deserialize<'de> for WebAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_address_is_http_and_nothing_else() {
        for text in [
            "http://cx.cnca.cn",
            "https://cx.example/look?x=1",
            "http://[::1]/",
        ] {
            assert_eq!(text.parse::<WebAddress>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "cx.cnca.cn",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "data:text/html,x",
            "https://a\nb",
        ] {
            assert!(text.parse::<WebAddress>().is_err(), "{text}");
        }
    }
}
