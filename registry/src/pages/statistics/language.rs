//! The language of a page whose charts have room for one.

use touchstone_schemas::words;

use super::Bilingual;

/// Languages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    #[default]
    Chinese,
    /// English.
    English,
}

words! { Language { Chinese = "zh-CN", English = "en" } }

impl Language {
    pub(super) const fn text(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }

    pub(super) const fn of(self, text: Bilingual) -> &'static str {
        self.text(text.zh, text.en)
    }

    pub(super) const fn levels(self) -> [&'static str; 5] {
        match self {
            Self::Chinese => ["一级", "二级", "三级", "四级", "五级"],
            Self::English => ["Level 1", "Level 2", "Level 3", "Level 4", "Level 5"],
        }
    }
}
