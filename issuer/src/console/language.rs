//! The two languages of the console: Chinese with English beside it, or the other way round.

use std::fmt;

use askama::filters::HtmlSafe;
use axum::http::HeaderMap;

use super::session::cookie;

/// Which language comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Language {
    /// 中文在前.
    #[default]
    Chinese,
    /// English first.
    English,
}

/// The cookie that remembers it; it says nothing about anybody.
const COOKIE: &str = "touchstone-language";

impl Language {
    /// The one that a request carries.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match cookie(headers, COOKIE) {
            Some("en") => Self::English,
            _ => Self::Chinese,
        }
    }

    /// The one of that tag.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        match tag {
            "en" => Some(Self::English),
            "zh-CN" => Some(Self::Chinese),
            _ => None,
        }
    }

    /// Its tag (BCP 47).
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The header that remembers it.
    pub(super) fn set(self) -> String {
        format!(
            "{COOKIE}={}; Path=/; SameSite=Strict; Max-Age=31536000",
            self.tag()
        )
    }

    /// Words of the house in both languages, this one first.
    pub(super) const fn t(self, zh: &'static str, en: &'static str) -> Said {
        Said {
            language: self,
            zh,
            en,
        }
    }

    /// The same without mark-up, for titles and options.
    pub(super) fn plain(self, zh: &str, en: &str) -> String {
        match self {
            Self::Chinese => format!("{zh} {en}"),
            Self::English => format!("{en} {zh}"),
        }
    }
}

/// Words of the house, compiled in, with the mark-up of their language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    language: Language,
    zh: &'static str,
    en: &'static str,
}

impl HtmlSafe for Said {}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { zh, en, .. } = self;
        match self.language {
            Language::Chinese => write!(f, "{zh} <span class=\"beside\" lang=\"en\">{en}</span>"),
            Language::English => write!(f, "{en} <span class=\"beside\" lang=\"zh-CN\">{zh}</span>"),
        }
    }
}

impl askama::FastWritable for Said {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(write!(dest, "{self}")?)
    }
}
