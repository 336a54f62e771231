//! What differs between a certificate and what is to follow it: what a decider looks at, and from which the reason of
//! the change follows (DOMAIN §4).

use touchstone_schemas::{credential::Credential, lifecycle::EventReason, text::Text, words};

use crate::application::Application;

/// A particular of a certificate that a later version may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Particular {
    /// The holder's name.
    Name,
    /// The same in English.
    NameEn,
    /// The holder's registered address.
    Address,
    /// The same in English.
    AddressEn,
    /// The region of registration.
    Region,
    /// What is assessed, when smaller than the holder.
    AssessedUnit,
    /// 评价范围.
    Scope,
    /// The same in English.
    ScopeEn,
    /// The industry.
    Industry,
    /// The sites.
    Sites,
    /// 能力等级.
    Grade,
}

words! { Particular {
    Name = "name",
    NameEn = "nameEn",
    Address = "address",
    AddressEn = "addressEn",
    Region = "region",
    AssessedUnit = "assessedUnit",
    Scope = "scope",
    ScopeEn = "scopeEn",
    Industry = "industry",
    Sites = "sites",
    Grade = "grade",
} }

impl Particular {
    /// The reason that a change of it is.
    const fn reason(self) -> EventReason {
        match self {
            Self::Name | Self::NameEn | Self::Address | Self::AddressEn | Self::Region => {
                EventReason::ParticularsChanged
            }
            Self::AssessedUnit | Self::Scope | Self::ScopeEn | Self::Industry | Self::Sites => {
                EventReason::ScopeChanged
            }
            Self::Grade => EventReason::GradeChanged,
        }
    }

    /// Whether it is the holder's own: an evaluation says nothing about it, and stands when it changes.
    #[must_use]
    pub const fn is_the_holders(self) -> bool {
        matches!(self.reason(), EventReason::ParticularsChanged)
    }
}

/// A particular that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub particular: Particular,
    /// As certified.
    pub before: String,
    /// As applied for or found.
    pub now: String,
}

/// Every difference between a certificate and an application, with the level evaluated where there is one.
#[must_use]
pub fn differences(before: &Credential, application: &Application, level: Option<u8>) -> Vec<Difference> {
    let text = |text: &Option<Text>| text.as_ref().map_or_else(String::new, ToString::to_string);
    let shown = |value: Option<String>| value.unwrap_or_default();
    let applicant = &application.applicant;
    let mut rows = vec![
        (
            Particular::Name,
            before.holder.name.to_string(),
            text(&applicant.name),
        ),
        (
            Particular::NameEn,
            text(&before.holder.name_en),
            text(&applicant.name_en),
        ),
        (
            Particular::Address,
            before.holder.address.to_string(),
            text(&applicant.address),
        ),
        (
            Particular::AddressEn,
            text(&before.holder.address_en),
            text(&applicant.address_en),
        ),
        (
            Particular::Region,
            before.holder.region.to_string(),
            shown(applicant.region.as_ref().map(ToString::to_string)),
        ),
        (
            Particular::Scope,
            before.scope.to_string(),
            text(&application.scope),
        ),
        (
            Particular::ScopeEn,
            text(&before.scope_en),
            text(&application.scope_en),
        ),
        (
            Particular::Industry,
            format!("{} {}", before.industry.code, before.industry.name),
            format!(
                "{} {}",
                shown(application.industry.as_ref().map(ToString::to_string)),
                text(&application.industry_name)
            ),
        ),
        (
            Particular::Sites,
            lines(
                before
                    .sites
                    .iter()
                    .map(|site| format!("{} {} {}", site.name, site.address, site.region)),
            ),
            lines(application.sites.iter().map(|site| {
                let region = shown(site.region.as_ref().map(ToString::to_string));
                format!("{} {} {region}", text(&site.name), text(&site.address))
            })),
        ),
    ];
    let unit = |unit: &Option<touchstone_schemas::credential::AssessedUnit>| {
        unit.as_ref().map_or_else(String::new, |unit| {
            format!("{:?} {} {}", unit.kind, unit.name, text(&unit.name_en))
        })
    };
    rows.push((
        Particular::AssessedUnit,
        unit(&before.assessed_unit),
        unit(&application.assessed_unit),
    ));
    if let Some(level) = level {
        let before = before.grade.level.get().to_string();
        rows.push((Particular::Grade, before, level.to_string()));
    }
    rows.into_iter()
        .filter(|(_, before, now)| before.trim() != now.trim())
        .map(|(particular, before, now)| Difference {
            particular,
            before,
            now,
        })
        .collect()
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// Why a version is superseded by the next, by what differs: the grade before the scope, the scope before the rest.
#[must_use]
pub fn reason_of(differences: &[Difference]) -> EventReason {
    let reasons = differences.iter().map(|it| it.particular.reason());
    // The codes stand in this order.
    reasons.max().unwrap_or(EventReason::ParticularsChanged)
}
