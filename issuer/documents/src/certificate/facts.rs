//! What a template gets: every field of the paper, as text to be shown and never as markup.

use serde::Serialize;
use touchstone_schemas::credential::Credential;
use touchstone_schemas::scheme::Bilingual;
use touchstone_schemas::scheme::edition::SchemeEdition;

use crate::display::{Words, day, unit};
use crate::symbol::Symbol;

/// The organisation in the technical-support sentence while it is looked for. No text of a credential holds it: it is
/// a control character.
const ORGANISATION: &str = "\u{1}";

/// Every field of the certificate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Facts {
    title: String,
    author: String,
    heading: Words,
    subheading: Words,
    series_mark: String,
    number: String,
    version: u32,
    first_issued: Words,
    issued: Words,
    valid_until: Words,
    predecessor: Option<String>,
    holder: Holder,
    unit: Option<Unit>,
    scope: Words,
    grade: Grade,
    standards: Vec<Words>,
    rule: String,
    industry: String,
    sites: Vec<Site>,
    first_surveillance: Words,
    report: Report,
    confidence: Option<String>,
    conformity: Words,
    surveillance: Words,
    technical_support: Option<Words>,
    transcribed: Option<Words>,
    signatory: String,
    body: Body,
    registry: Registry,
    qr: Qr,
    demonstration: bool,
}

#[derive(Debug, Serialize)]
struct Holder {
    uscc: String,
    name: Words,
    address: Words,
}

#[derive(Debug, Serialize)]
struct Unit {
    kind: Words,
    name: Words,
}

#[derive(Debug, Serialize)]
struct Grade {
    level: u8,
    name: Words,
    stage: Words,
    stars: String,
}

#[derive(Debug, Serialize)]
struct Site {
    name: String,
    address: String,
}

#[derive(Debug, Serialize)]
struct Report {
    number: String,
    digest: String,
}

#[derive(Debug, Serialize)]
struct Body {
    name: Words,
    address: String,
    telephone: String,
    url: String,
}

#[derive(Debug, Serialize)]
struct Registry {
    host: String,
}

#[derive(Debug, Serialize)]
struct Qr {
    modules: usize,
    width: usize,
}

impl Facts {
    pub(super) fn of(credential: &Credential, demonstration: bool, symbol: &Symbol) -> Self {
        let english = English::of(credential);
        let (holder, scheme, issuer) = (&credential.holder, &credential.scheme, &credential.issuer);
        let (edition, level) = (&english.edition, credential.grade.level.get());
        Self {
            title: format!("{} {}", scheme.heading, credential.number),
            author: issuer.name.to_string(),
            heading: english.words(scheme.heading.as_str(), |edition| &edition.heading),
            subheading: english.words(scheme.subheading.as_str(), |edition| &edition.subheading),
            series_mark: scheme.series_mark.to_string(),
            number: credential.number.to_string(),
            version: credential.version.get(),
            first_issued: day(credential.first_issued),
            issued: day(credential.valid_from),
            valid_until: day(credential.valid_until),
            predecessor: credential.predecessor.as_ref().map(ToString::to_string),
            holder: Holder {
                uscc: holder.uscc.to_string(),
                name: Words::new(&holder.name, holder.name_en.as_ref()),
                address: Words::new(&holder.address, holder.address_en.as_ref()),
            },
            unit: credential.assessed_unit.as_ref().map(|found| Unit {
                kind: unit(found.kind),
                name: Words::new(&found.name, found.name_en.as_ref()),
            }),
            scope: Words::new(&credential.scope, credential.scope_en.as_ref()),
            grade: Grade {
                level,
                name: english.grade(credential.grade.name.as_str(), level, |level| &level.name),
                stage: english.grade(credential.grade.stage.as_str(), level, |level| &level.stage),
                stars: credential.grade.level.stars(),
            },
            standards: scheme
                .standards
                .iter()
                .map(|standard| {
                    let known = edition
                        .iter()
                        .flat_map(|edition| &edition.standards)
                        .find(|known| known.id == standard.number.as_str());
                    let zh = format!("{}《{}》", standard.number, standard.title);
                    Words::new(zh, known.map(|known| &known.name.en))
                })
                .collect(),
            rule: scheme.rule.to_string(),
            industry: {
                let industry = &credential.industry;
                format!("{} {}（{}）", industry.code, industry.name, industry.edition)
            },
            sites: credential
                .sites
                .iter()
                .map(|site| Site {
                    name: site.name.to_string(),
                    address: site.address.to_string(),
                })
                .collect(),
            first_surveillance: day(credential.surveillance.first_due),
            report: Report {
                number: credential.report.number.to_string(),
                digest: credential.report.digest.to_multibase(),
            },
            confidence: credential.confidence.as_ref().map(ToString::to_string),
            conformity: english.words(scheme.rule_statement.as_str(), |edition| {
                &edition.sentences.conformity
            }),
            surveillance: english.words(scheme.surveillance_statement.as_str(), |edition| {
                &edition.sentences.surveillance
            }),
            technical_support: credential
                .technical_support
                .as_ref()
                .map(|note| english.technical_support(note.as_str())),
            transcribed: credential.transcribed.map(day),
            signatory: credential.signatory.to_string(),
            body: Body {
                name: Words::new(&issuer.name, Some(&issuer.name_en)),
                address: issuer.address.to_string(),
                telephone: issuer.telephone.to_string(),
                url: issuer.url.to_string(),
            },
            registry: Registry {
                host: issuer.registry.host().to_owned(),
            },
            qr: Qr {
                modules: symbol.modules,
                width: symbol.width,
            },
            demonstration,
        }
    }
}

/// English beside the Chinese that a credential carries: the scheme edition's, where this build knows it and prints
/// the same Chinese.
struct English {
    edition: Option<SchemeEdition>,
}

impl English {
    fn of(credential: &Credential) -> Self {
        Self {
            edition: SchemeEdition::by_key(credential.scheme.edition.as_str()).ok(),
        }
    }

    fn words(&self, zh: &str, of: impl Fn(&SchemeEdition) -> &Bilingual) -> Words {
        let known = self.edition.as_ref().map(of).filter(|known| known.zh == zh);
        Words::new(zh, known.map(|known| &known.en))
    }

    fn grade(
        &self,
        zh: &str,
        level: u8,
        of: impl Fn(&touchstone_schemas::scheme::edition::Level) -> &Bilingual,
    ) -> Words {
        let known = self.edition.as_ref().and_then(|edition| edition.level(level));
        let known = known.map(of).filter(|known| known.zh == zh);
        Words::new(zh, known.map(|known| &known.en))
    }

    /// The sentence names an organisation, which stands in the English sentence too.
    fn technical_support(&self, zh: &str) -> Words {
        let english = || {
            let sentences = &self.edition.as_ref()?.sentences;
            let form = sentences.technical_support(ORGANISATION).zh;
            let (before, after) = form.split_once(ORGANISATION)?;
            let organisation = zh.strip_prefix(before)?.strip_suffix(after)?;
            Some(sentences.technical_support(organisation).en)
        };
        Words::new(zh, english())
    }
}
