//! The directory as a page: a form, and what was found, under the legal entity it belongs to.

use askama::Template;
use touchstone_schemas::{
    city::{cities, city_code, city_named},
    credential::{Level, UnitKind},
    industry::divisions,
    region::{PROVINCES, RegionCode},
    scheme::edition::{EDITIONS, SchemeEdition},
};
use touchstone_verifier::report::StateName;

use super::{Bilingual, Coverage, certificate::Tone, label};
use crate::directory::{DirectoryEntry, Found, Query};

#[derive(Template)]
#[template(path = "directory.html")]
struct DirectoryPage<'a> {
    query: &'a Query,
    uscc: String,
    number: String,
    filtered: bool,
    provinces: Vec<Choice>,
    cities: Vec<Choice>,
    industries: Vec<Choice>,
    levels: Vec<Choice>,
    standards: Vec<Choice>,
    states: Vec<Choice>,
    as_of: String,
    entities: Vec<Entity<'a>>,
    next: Option<String>,
    json: String,
    coverage: Option<Coverage>,
    any_test: bool,
}

/// An option of a select.
struct Choice {
    value: String,
    zh: String,
    en: String,
    chosen: bool,
}

/// A legal entity with those of its certificates that stand on this page.
struct Entity<'a> {
    uscc: String,
    name: &'a str,
    name_en: Option<&'a str>,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    entry: &'a DirectoryEntry,
    state: Bilingual,
    state_name: &'static str,
    tone: Tone,
    since: Option<String>,
    stars: String,
    unit: Option<Bilingual>,
    places: Vec<Place>,
    leads_to: Option<(String, u32)>,
}

struct Place {
    zh: String,
    en: String,
}

/// Writes the page. Where a demonstration body registers here, it says so above the certificates.
///
/// # Errors
/// When the template fails.
pub fn directory(
    query: &Query,
    found: &Found,
    coverage: Option<Coverage>,
    any_test: bool,
) -> askama::Result<String> {
    let address = query.address();
    let with = |more: &str| {
        let separator = if address.is_empty() { "" } else { "&" };
        format!("/certificates?{address}{separator}{more}")
    };
    DirectoryPage {
        query,
        uscc: query.uscc.map_or_else(String::new, |code| code.to_string()),
        number: query
            .number
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        filtered: filtered(query),
        provinces: provinces(query),
        cities: cities_of(query),
        industries: industries(query),
        levels: levels(query),
        standards: standards(query),
        states: states(query),
        as_of: label::instant(found.as_of),
        entities: entities(&found.rows),
        next: found.next.as_ref().map(|next| with(&format!("cursor={next}"))),
        json: with("format=json"),
        coverage,
        any_test,
    }
    .render()
}

/// Whether something other than a name is asked for.
fn filtered(query: &Query) -> bool {
    let by_name = Query {
        name: query.name.clone(),
        ..Query::default()
    };
    *query != by_name
}

fn provinces(query: &Query) -> Vec<Choice> {
    let choice = |province: &touchstone_schemas::region::Province| Choice {
        value: format!("{:02}", province.code),
        zh: province.zh.to_owned(),
        en: province.en.to_owned(),
        chosen: query.province == Some(province.code),
    };
    PROVINCES.iter().map(choice).collect()
}

/// The cities of the province chosen: all of them would be too many to choose from.
fn cities_of(query: &Query) -> Vec<Choice> {
    let province = query
        .province
        .or_else(|| query.city.map(|city| city.province().code));
    let cities = cities().iter();
    cities
        .filter(|city| Some(city.code.province().code) == province)
        .map(|city| Choice {
            value: city.code.to_string(),
            zh: city.zh.to_owned(),
            en: city.en.to_owned(),
            chosen: query.city == Some(city.code),
        })
        .collect()
}

fn industries(query: &Query) -> Vec<Choice> {
    let chosen = query.industry.map(|code| code.division());
    divisions()
        .map(|code| Choice {
            value: code.to_string(),
            zh: format!("{code} {}", code.division_zh()),
            en: code.division_en().to_owned(),
            chosen: chosen == Some(code.division()),
        })
        .collect()
}

fn levels(query: &Query) -> Vec<Choice> {
    let levels = (1..=5).filter_map(|level| Level::try_from(level).ok());
    levels
        .map(|level| Choice {
            value: level.get().to_string(),
            zh: level.stars(),
            en: format!("level {}", level.get()),
            chosen: query.level == Some(level),
        })
        .collect()
}

/// The standards of the schemes we know, and the one asked for.
fn standards(query: &Query) -> Vec<Choice> {
    let editions = EDITIONS
        .iter()
        .filter_map(|edition| SchemeEdition::load(edition.as_bytes()).ok());
    let mut numbers: Vec<String> = editions
        .flat_map(|edition| edition.standards.into_iter())
        .map(|standard| standard.id)
        .collect();
    let asked = query.standard.as_ref();
    numbers.extend(
        asked
            .filter(|asked| !numbers.contains(asked))
            .cloned()
            .into_iter()
            .collect::<Vec<_>>(),
    );
    numbers
        .into_iter()
        .map(|number| Choice {
            chosen: asked == Some(&number),
            zh: number.clone(),
            en: String::new(),
            value: number,
        })
        .collect()
}

fn states(query: &Query) -> Vec<Choice> {
    StateName::ALL
        .into_iter()
        .map(|state| {
            let text = state_text(state);
            Choice {
                value: state.name().to_owned(),
                zh: text.zh.to_owned(),
                en: text.en.to_owned(),
                chosen: query.state == Some(state),
            }
        })
        .collect()
}

fn state_text(state: StateName) -> Bilingual {
    label::of_catalogue(|catalogue| catalogue.state(state.name()))
}

/// Rows under their entities, each entity where its first row stands.
fn entities(rows: &[DirectoryEntry]) -> Vec<Entity<'_>> {
    let mut entities: Vec<Entity<'_>> = Vec::new();
    for entry in rows {
        let uscc = entry.organisation.uscc.to_string();
        let row = Row::from(entry);
        if let Some(entity) = entities.iter_mut().find(|entity| entity.uscc == uscc) {
            entity.rows.push(row);
        } else {
            entities.push(Entity {
                uscc,
                name: entry.organisation.name.as_str(),
                name_en: entry.organisation.name_en.as_ref().map(|name| name.as_str()),
                rows: vec![row],
            });
        }
    }
    entities
}

impl<'a> From<&'a DirectoryEntry> for Row<'a> {
    fn from(entry: &'a DirectoryEntry) -> Self {
        let successor = entry.successor.as_ref();
        let newest = entry
            .newest_version
            .map(|newest| (entry.number.to_string(), newest.get()));
        let mut places: Vec<Place> = Vec::new();
        for site in &entry.sites {
            let place = place(site.region);
            if !places.iter().any(|known| known.zh == place.zh) {
                places.push(place);
            }
        }
        Self {
            state: state_text(entry.state),
            state_name: entry.state.name(),
            tone: Tone::of(entry.state),
            since: entry.state_since.map(label::instant),
            stars: (1..=5)
                .map(|n| if n <= entry.level { '★' } else { '☆' })
                .collect(),
            unit: entry.unit.as_ref().map(|unit| unit_kind(unit.kind)),
            places,
            leads_to: newest.or_else(|| successor.map(|next| (next.number.to_string(), next.version.get()))),
            entry,
        }
    }
}

const fn unit_kind(kind: UnitKind) -> Bilingual {
    match kind {
        UnitKind::Branch => Bilingual {
            zh: "分公司",
            en: "branch",
        },
        UnitKind::Division => Bilingual {
            zh: "事业部",
            en: "division",
        },
        UnitKind::Workshop => Bilingual {
            zh: "车间",
            en: "workshop",
        },
        UnitKind::Plant => Bilingual {
            zh: "工厂",
            en: "plant",
        },
    }
}

/// Province and city of a region, as far as their names are known.
fn place(region: RegionCode) -> Place {
    let province = region.province();
    let city = city_named(city_code(region)).filter(|city| city.zh != province.zh);
    match city {
        Some(city) => Place {
            zh: format!("{}{}", province.zh, city.zh),
            en: format!("{}, {}", city.en, province.en),
        },
        None => Place {
            zh: province.zh.to_owned(),
            en: province.en.to_owned(),
        },
    }
}
