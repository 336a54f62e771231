//! The digital mark 数字认证标志 with its state, for web pages and print.

use serde::Serialize;
use touchstone_schemas::credential::Credential;
use touchstone_schemas::date_time::Timestamp;
use touchstone_schemas::scheme::edition::SchemeEdition;
use touchstone_schemas::status::StatusMessage;
use typst_svg::SvgOptions;

use crate::display::{Words, instant};
use crate::png::{PictureError, draw};
use crate::raster::Ground;
use crate::typeset::{Manuscript, TypesetError, Typesetter};

/// Dots an inch of the picture: 88 mm become 1,039 pixels.
const DOTS: u16 = 300;

/// What a mark shows.
#[derive(Clone, Copy, Debug)]
pub struct MarkInput<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// Its state.
    pub state: MarkState,
    /// When that was found.
    pub as_of: Timestamp,
    /// Whether it stands under a test root.
    pub demonstration: bool,
}

/// What a mark says of a certificate: the states of the message list, and the end of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkState {
    /// A state of the message list.
    Listed(StatusMessage),
    /// 已过期: its time is over.
    Expired,
    /// 无法确认: nobody could be asked.
    Unknown,
}

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// As SVG; letters are drawn, so that no font is needed.
    pub svg: String,
    /// As PNG.
    pub png: Vec<u8>,
}

/// Why there is no mark.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// The mark cannot be set.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    /// The picture cannot be drawn.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    series_mark: String,
    subheading: Words,
    number: String,
    grade: GradeFacts,
    body: Words,
    host: String,
    state: StateFacts,
    as_of: String,
    demonstration: bool,
}

#[derive(Serialize)]
struct GradeFacts {
    name: Words,
    stage: Words,
    stars: String,
}

#[derive(Serialize)]
struct StateFacts {
    words: Words,
    shape: &'static str,
    good: bool,
    open: bool,
}

impl MarkState {
    /// Words, shape, and whether it is good news, or open.
    const fn told(self) -> (&'static str, &'static str, &'static str, bool, bool) {
        match self {
            Self::Listed(StatusMessage::InForce) => ("有效", "In force", "check", true, false),
            Self::Listed(StatusMessage::OverdueInGrace) => (
                "监督逾期（宽限期内）",
                "In force, surveillance overdue",
                "warning",
                false,
                true,
            ),
            Self::Listed(StatusMessage::Overdue) => {
                ("监督逾期", "Surveillance overdue", "warning", false, true)
            }
            Self::Listed(StatusMessage::Suspended) => ("暂停", "Suspended", "pause", false, false),
            Self::Listed(StatusMessage::Cancelled) => ("注销", "Cancelled", "ended", false, false),
            Self::Listed(StatusMessage::Superseded) => ("已换证", "Superseded", "replaced", false, true),
            Self::Listed(StatusMessage::Withdrawn) => ("撤销", "Withdrawn", "ended", false, false),
            Self::Expired => ("已过期", "Expired", "ended", false, false),
            Self::Listed(StatusMessage::Reserved) | Self::Unknown => {
                ("无法确认", "Could not tell", "warning", false, true)
            }
        }
    }
}

impl Facts {
    fn of(input: &MarkInput<'_>) -> Self {
        let credential = input.credential;
        let edition = SchemeEdition::by_key(credential.scheme.edition.as_str()).ok();
        let english = edition
            .as_ref()
            .map(|edition| &edition.subheading)
            .filter(|known| known.zh == credential.scheme.subheading.as_str())
            .map(|known| &known.en);
        let (zh, en, shape, good, open) = input.state.told();
        let grade = &credential.grade;
        let only = |zh: &touchstone_schemas::text::Text| Words::new(zh, None::<&str>);
        Self {
            series_mark: credential.scheme.series_mark.to_string(),
            subheading: Words::new(&credential.scheme.subheading, english),
            number: credential.number.to_string(),
            grade: GradeFacts {
                name: only(&grade.name),
                stage: only(&grade.stage),
                stars: grade.level.stars(),
            },
            body: only(&credential.issuer.name),
            host: credential.issuer.registry.host().to_owned(),
            state: StateFacts {
                words: Words::new(zh, Some(en)),
                shape,
                good,
                open,
            },
            as_of: instant(input.as_of),
            demonstration: input.demonstration,
        }
    }

    /// What a screen reader says.
    fn title(&self) -> String {
        let english = self.state.words.en.as_deref().unwrap_or_default();
        format!(
            "{} {} {} {} {english}",
            self.subheading.zh, self.grade.name.zh, self.number, self.state.words.zh
        )
    }
}

impl Typesetter {
    /// The mark of a certificate.
    ///
    /// # Errors
    /// [`MarkError`].
    pub fn mark(&self, input: &MarkInput<'_>) -> Result<Mark, MarkError> {
        let facts = Facts::of(input);
        let template = format!("{}/mark.typ", input.credential.scheme.edition);
        self.require(&template)?;
        let data = serde_json::to_vec(&facts).map_err(TypesetError::Data)?;
        let missing = self.fonts().missing(&String::from_utf8_lossy(&data));
        if !missing.is_empty() {
            return Err(TypesetError::NoGlyph { characters: missing }.into());
        }
        let manuscript = || Manuscript {
            main: main(&template),
            files: vec![("data.json", data.clone())],
            day: input.credential.valid_from,
            ident: format!("{}#mark", input.credential.id()),
        };
        let svg = self.set(manuscript(), |_, document| {
            let pages = document.pages().first();
            Ok(pages.map(|page| typst_svg::svg(page, &SvgOptions::default())))
        })?;
        let pdf = self.pdf(manuscript())?.pdf;
        Ok(Mark {
            svg: titled(&svg.unwrap_or_default(), &facts.title()),
            png: draw(&pdf, 1, DOTS, Ground::Clear)?,
        })
    }
}

/// `template` is the path of a template at hand, of plain characters.
fn main(template: &str) -> String {
    format!(
        r#"#import "/{template}": mark
#let facts = json("/data.json")
#set document(title: facts.number, date: auto)
#mark(facts)
"#
    )
}

/// The drawing with a title, so that it says the same to those who do not see it.
fn titled(svg: &str, title: &str) -> String {
    let mut escaped = String::with_capacity(title.len());
    for c in title.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    match svg.split_once('>') {
        Some((open, rest)) => {
            format!("{open} role=\"img\" aria-label=\"{escaped}\"><title>{escaped}</title>{rest}")
        }
        None => svg.to_owned(),
    }
}
