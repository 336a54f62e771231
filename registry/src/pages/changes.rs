//! Changes as feeds: Atom (RFC 4287) with pages (RFC 5005 §3), and JSON Feed 1.1. Both say the same of each change, and
//! neither names a holder or a person.

use askama::Template;
use touchstone_schemas::{date_time::Timestamp, jcs::to_canonical, record};

use super::{Bilingual, label};
use crate::changes::{Change, ChangeJson, Names};

/// What `version` of a JSON Feed says.
const JSON_FEED: &str = "https://jsonfeed.org/version/1.1";

/// The forms of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedForm {
    /// `application/atom+xml`.
    Atom,
    /// `application/feed+json`.
    Json,
}

impl FeedForm {
    /// How an address ends.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    /// Media type.
    #[must_use]
    pub const fn media(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json",
        }
    }
}

/// A page of a feed.
#[derive(Clone, Copy, Debug)]
pub struct Feed<'a> {
    /// How the registry names things.
    pub names: Names<'a>,
    /// What it is of, as an address below the base without the ending: `/certificates/CQC26ZNZ000123R0/changes`.
    pub path: &'a str,
    /// The query of the first page without its `?`; empty where there is none.
    pub query: &'a str,
    /// What it is called.
    pub title: Bilingual,
    /// What the title names, set behind it; empty for the whole registry.
    pub about: &'a str,
    /// Address below the base of a page on the same.
    pub home: &'a str,
    /// The place before which this page stands; `None` of the first.
    pub before: Option<u64>,
    /// The place before which the next one stands.
    pub next: Option<u64>,
    /// The changes, the newest first.
    pub changes: &'a [Change],
}

impl Feed<'_> {
    /// When the newest change became known; the beginning of time when there is none.
    #[must_use]
    pub fn updated(&self) -> Timestamp {
        let known = self.changes.iter().map(|change| change.known);
        known.max().unwrap_or(Timestamp::MIN)
    }

    /// Writes the page.
    ///
    /// # Errors
    /// When the template fails.
    pub fn write(&self, form: FeedForm) -> askama::Result<Vec<u8>> {
        match form {
            FeedForm::Atom => self.atom().render().map(String::into_bytes),
            FeedForm::Json => Ok(to_canonical(&self.json())),
        }
    }

    fn url(&self, form: FeedForm, before: Option<u64>) -> String {
        let base = self.names.base.as_str();
        let before = before.map(|before| format!("before={before}"));
        let query: Vec<&str> = [Some(self.query), before.as_deref()]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{base}{}.{}{mark}{}", self.path, form.suffix(), query.join("&"))
    }

    fn title(&self) -> String {
        let Bilingual { zh, en } = self.title;
        let space = if self.about.is_empty() { "" } else { " " };
        format!("{zh} {en}{space}{}", self.about)
    }

    fn id(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        self.names.tag(&format!(
            "{}{mark}{}",
            self.path.trim_start_matches('/'),
            self.query
        ))
    }

    fn atom(&self) -> AtomFeed<'_> {
        AtomFeed {
            id: self.id(),
            title: self.title(),
            updated: self.updated(),
            author: self.names.base.host(),
            author_url: self.names.base.as_str(),
            home: self.home_url(),
            self_url: self.url(FeedForm::Atom, self.before),
            next: self.next.map(|next| self.url(FeedForm::Atom, Some(next))),
            items: self.items().collect(),
        }
    }

    fn json(&self) -> JsonFeed<'_> {
        JsonFeed {
            authors: vec![Author {
                name: self.names.base.host(),
                url: self.names.base.as_str(),
            }],
            feed_url: self.url(FeedForm::Json, self.before),
            home_page_url: self.home_url(),
            items: self.items().map(JsonItem::from).collect(),
            language: "zh-CN",
            next_url: self.next.map(|next| self.url(FeedForm::Json, Some(next))),
            title: self.title(),
            version: JSON_FEED,
        }
    }

    fn home_url(&self) -> String {
        format!("{}{}", self.names.base.as_str(), self.home)
    }

    fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.changes.iter().map(|change| Item::of(change, self.names))
    }
}

#[derive(Template)]
#[template(path = "changes.xml")]
struct AtomFeed<'a> {
    id: String,
    title: String,
    updated: Timestamp,
    author: &'a str,
    author_url: &'a str,
    home: String,
    self_url: String,
    next: Option<String>,
    items: Vec<Item<'a>>,
}

/// A change with its texts.
struct Item<'a> {
    change: &'a Change,
    kind: Bilingual,
    id: String,
    title: String,
    text: String,
    record: String,
    json: ChangeJson<'a>,
}

impl<'a> Item<'a> {
    fn of(change: &'a Change, names: Names<'_>) -> Self {
        let kind = label::change(change.kind);
        let state = label::of_catalogue(|catalogue| catalogue.state(change.state.name()));
        let (number, version) = (&change.number, change.version);
        let effective = label::instant(change.effective);
        let known = label::instant(change.known);
        Self {
            change,
            kind,
            id: names.id(change),
            title: format!("{number} · {version}: {} · {}", kind.zh, kind.en),
            text: format!(
                "{number} 第 {version} 版：{}，{effective} 起；状态：{}；{known} 记录。\n\
                 {number}, version {version}: {}, effective {effective}; state: {}; recorded {known}.",
                kind.zh, state.zh, kind.en, state.en
            ),
            record: names.record_url(change),
            json: ChangeJson::of(change, names),
        }
    }
}

struct JsonFeed<'a> {
    authors: Vec<Author<'a>>,
    feed_url: String,
    home_page_url: String,
    items: Vec<JsonItem<'a>>,
    language: &'static str,
    next_url: Option<String>,
    title: String,
    version: &'static str,
}

record! { write JsonFeed<'_> {
    "authors": authors,
    "feed_url": feed_url,
    "home_page_url": home_page_url,
    "items": items,
    "language": language,
    "next_url"? next_url,
    "title": title,
    "version": version,
} }

struct Author<'a> {
    name: &'a str,
    url: &'a str,
}

record! { write Author<'_> {
    "name": name,
    "url": url,
} }

struct JsonItem<'a> {
    change: ChangeJson<'a>,
    content_text: String,
    date_published: Timestamp,
    id: String,
    tags: [&'static str; 1],
    title: String,
    url: String,
}

record! { write JsonItem<'_> {
    "_touchstone": change,
    "content_text": content_text,
    "date_published": date_published,
    "id": id,
    "tags": tags,
    "title": title,
    "url": url,
} }

impl<'a> From<Item<'a>> for JsonItem<'a> {
    fn from(item: Item<'a>) -> Self {
        Self {
            change: item.json,
            content_text: item.text,
            date_published: item.change.known,
            id: item.id,
            tags: [item.change.kind.name()],
            title: item.title,
            url: item.record,
        }
    }
}
