//! The order of a credential's fields in a message, format version 1. Written once for both ways; see [`Message`].
//!
//! What follows from the issuer profile, the scheme template or an earlier field costs a fraction of a bit.

use touchstone_schemas::budget::{MAX_SITES, MAX_STANDARDS, MAX_STATUS_LIST_ENTRIES};
use touchstone_schemas::credential::{
    AssessedUnit, Credential, Grade, Holder, IssuerProfile, Level, Report, SchemeTexts, Site, Standard,
    SurveillancePlan, UnitKind, Version,
};
use touchstone_schemas::date_time::Date;
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::status::StatusAllocation;
use touchstone_schemas::text::Text;

use super::error::{Field, QrDecodeError};
use super::message::{Coded, Message};
use super::template::{self, Template};
use super::text::TextKind;

/// Entries of a status list of the usual length (Bitstring Status List §6.1).
const USUAL_LIST: u32 = 131_072;
/// Days before issue in which an assessment usually ends.
const ASSESSED_WITHIN: u32 = 128;
/// Kinds of assessed unit in the order of their codes.
const UNIT_KINDS: [UnitKind; 4] = [
    UnitKind::Branch,
    UnitKind::Division,
    UnitKind::Workshop,
    UnitKind::Plant,
];

/// Dates of validity.
struct Validity {
    version: Version,
    valid_from: Date,
    first_issued: Date,
    valid_until: Date,
}

impl Message<'_> {
    /// A credential whose issuer is `issuer`.
    pub(super) fn credential(
        &mut self,
        given: Option<&Credential>,
        issuer: IssuerProfile,
    ) -> Coded<Credential> {
        let (scheme, template) = self.scheme(given.map(|c| &c.scheme))?;
        let template = template.as_ref();
        let grade = self.grade(given.map(|c| &c.grade), template)?;
        let validity = self.validity(given, template)?;
        let Validity {
            version,
            valid_from,
            first_issued,
            valid_until,
        } = validity;
        let pattern = template.map(|t| &t.number);
        let number = self.number(given.map(|c| &c.number), pattern, first_issued, Field::Number)?;
        let recertifies = self.flag(given.map(|c| c.predecessor.is_some()), 3)?;
        let predecessor = recertifies.then(|| {
            self.number(
                given.and_then(|c| c.predecessor.as_ref()),
                pattern,
                first_issued,
                Field::Predecessor,
            )
        });
        let predecessor = predecessor.transpose()?;
        let transcribed = self.flag(given.map(|c| c.transcribed.is_some()), 4)?;
        let transcribed = transcribed.then(|| {
            self.date_like(
                given.and_then(|c| c.transcribed),
                Some(first_issued),
                1,
                Field::Transcribed,
            )
        });
        let transcribed = transcribed.transpose()?;
        let assessed_on = self.date_before(
            given.map(|c| c.assessed_on),
            valid_from,
            ASSESSED_WITHIN,
            Field::AssessedOn,
        )?;
        let surveillance = self.surveillance(given.map(|c| c.surveillance), valid_from, template)?;
        let status = self.status(given.map(|c| c.status))?;
        let holder = self.holder(given.map(|c| &c.holder))?;
        let assessed_unit = self.assessed_unit(given.map(|c| c.assessed_unit.as_ref()))?;
        let expected = template.map(|t| &t.industry_edition);
        let industry = self.industry(given.map(|c| &c.industry), expected)?;
        let scope = self.text(given.map(|c| &c.scope), TextKind::Scope, Field::Scope)?;
        let sites = self.sites(given.map(|c| c.sites.as_slice()), &holder, assessed_unit.as_ref())?;
        let english = given.map(|c| c.scope_en.as_ref());
        let scope_en = self.optional_text(english, 1, TextKind::EnglishScope, Field::Scope)?;
        self.quote(TextKind::Other, number.as_str());
        let report = self.report(given.map(|c| &c.report))?;
        let confidence = given.map(|c| c.confidence.as_ref());
        let confidence = self.optional_text(confidence, 1, TextKind::Other, Field::Confidence)?;
        let technical_support =
            self.technical_support(given.map(|c| c.technical_support.as_ref()), template)?;
        let signatory = self.text(given.map(|c| &c.signatory), TextKind::Other, Field::Signatory)?;
        Ok(Credential {
            issuer,
            scheme,
            number,
            version,
            first_issued,
            valid_from,
            valid_until,
            predecessor,
            holder,
            assessed_unit,
            scope,
            scope_en,
            grade,
            industry,
            sites,
            surveillance,
            assessed_on,
            report,
            confidence,
            technical_support,
            signatory,
            transcribed,
            status,
        })
    }

    /// The scheme's texts: a template's number, or the texts spelled out.
    fn scheme(&mut self, given: Option<&SchemeTexts>) -> Coded<(SchemeTexts, Option<Template>)> {
        let known = given.and_then(template::of_scheme);
        if self.flag(given.map(|_| known.is_none()), 6)? {
            return Ok((self.scheme_texts(given)?, None));
        }
        let number = self
            .small(known.as_ref().map(|(number, _)| number.saturating_sub(1)))?
            .saturating_add(1);
        let template = template::of_number(number).ok_or(QrDecodeError::UnknownTemplate { number })?;
        Ok((template.scheme.clone(), Some(template)))
    }

    fn scheme_texts(&mut self, given: Option<&SchemeTexts>) -> Coded<SchemeTexts> {
        let mut text =
            |of: fn(&SchemeTexts) -> &Text| self.text(given.map(of), TextKind::Other, Field::Scheme);
        let edition = text(|s| &s.edition)?;
        let name = text(|s| &s.name)?;
        let heading = text(|s| &s.heading)?;
        let subheading = text(|s| &s.subheading)?;
        let series_mark = text(|s| &s.series_mark)?;
        let rule = text(|s| &s.rule)?;
        let rule_statement = text(|s| &s.rule_statement)?;
        let surveillance_statement = text(|s| &s.surveillance_statement)?;
        let attestation_type = text(|s| &s.attestation_type)?;
        let assessment_level = text(|s| &s.assessment_level)?;
        let topic = text(|s| &s.topic)?;
        let standards = self.list(
            given.map(|s| s.standards.as_slice()),
            MAX_STANDARDS,
            |message, standard| {
                let number = message.text(standard.map(|s| &s.number), TextKind::Other, Field::Scheme)?;
                let title = message.text(standard.map(|s| &s.title), TextKind::Other, Field::Scheme)?;
                Ok(Standard { number, title })
            },
        )?;
        Ok(SchemeTexts {
            edition,
            name,
            heading,
            subheading,
            series_mark,
            standards,
            rule,
            rule_statement,
            surveillance_statement,
            attestation_type,
            assessment_level,
            topic,
        })
    }

    /// A list of at least one and at most `limit` items, usually one.
    fn list<T>(
        &mut self,
        given: Option<&[T]>,
        limit: usize,
        mut item: impl FnMut(&mut Self, Option<&T>) -> Coded<T>,
    ) -> Coded<Vec<T>> {
        let more = given.map(|items| u32::try_from(items.len().saturating_sub(1)).unwrap_or(u32::MAX));
        let several = self.flag(more.map(|more| more > 0), 3)?;
        let more = if several {
            self.small(more.map(|more| more.saturating_sub(1)))?
                .saturating_add(1)
        } else {
            0
        };
        let count = usize::try_from(more).unwrap_or(usize::MAX).saturating_add(1);
        if count > limit {
            return Err(QrDecodeError::Incomplete);
        }
        (0..count)
            .map(|place| item(self, given.and_then(|items| items.get(place))))
            .collect()
    }

    fn grade(&mut self, given: Option<&Grade>, template: Option<&Template>) -> Coded<Grade> {
        let field = Field::Grade;
        let level = self.uniform(given.map(|grade| u32::from(grade.level.get()) - 1), 5)? + 1;
        let level = u8::try_from(level)
            .ok()
            .and_then(|level| Level::try_from(level).ok());
        let level = level.ok_or(QrDecodeError::Value { field })?;
        if let Some(expected) = template.and_then(|template| template.grade(level))
            && !self.flag(given.map(|grade| *grade != expected), 8)?
        {
            return Ok(expected);
        }
        let name = self.text(given.map(|grade| &grade.name), TextKind::Other, field)?;
        let stage = self.text(given.map(|grade| &grade.stage), TextKind::Other, field)?;
        let definition = self.text(given.map(|grade| &grade.definition), TextKind::Other, field)?;
        Ok(Grade {
            level,
            name,
            stage,
            definition,
        })
    }

    fn validity(&mut self, given: Option<&Credential>, template: Option<&Template>) -> Coded<Validity> {
        let field = Field::Validity;
        let valid_from = self.date(given.map(|c| c.valid_from), field)?;
        let later = self.flag(given.map(|c| c.version != Version::FIRST), 3)?;
        let version = if later {
            self.small(given.map(|c| c.version.get() - 2))?.saturating_add(2)
        } else {
            1
        };
        let version = Version::try_from(version).map_err(|_| QrDecodeError::Value {
            field: Field::Version,
        })?;
        let first = (!later).then_some(valid_from);
        let first_issued = self.date_like(given.map(|c| c.first_issued), first, 8, field)?;
        let months = template.map_or(36, |template| template.validity_months);
        let last = first_issued.add_months(months).and_then(|date| date.add_days(-1));
        let valid_until = self.date_like(given.map(|c| c.valid_until), last, 4, field)?;
        Ok(Validity {
            version,
            valid_from,
            first_issued,
            valid_until,
        })
    }

    fn surveillance(
        &mut self,
        given: Option<SurveillancePlan>,
        valid_from: Date,
        template: Option<&Template>,
    ) -> Coded<SurveillancePlan> {
        let usual = template.map_or((12, 30), |template| {
            (template.interval_months, template.grace_days)
        });
        let differs = self.flag(
            given.map(|plan| (plan.interval_months, plan.grace_days) != usual),
            6,
        )?;
        let (interval_months, grace_days) = if differs {
            (
                self.small(given.map(|plan| plan.interval_months))?,
                self.small(given.map(|plan| plan.grace_days))?,
            )
        } else {
            usual
        };
        let due = valid_from.add_months(interval_months);
        let first_due = self.date_like(given.map(|plan| plan.first_due), due, 3, Field::Surveillance)?;
        Ok(SurveillancePlan {
            interval_months,
            first_due,
            grace_days,
        })
    }

    fn status(&mut self, given: Option<StatusAllocation>) -> Coded<StatusAllocation> {
        let list = self
            .small(given.map(|place| place.list.saturating_sub(1)))?
            .saturating_add(1);
        let far = self.flag(given.map(|place| place.index >= USUAL_LIST), 6)?;
        let bound = if far { MAX_STATUS_LIST_ENTRIES } else { USUAL_LIST };
        let index = self.uniform(given.map(|place| place.index), bound)?;
        Ok(StatusAllocation { list, index })
    }

    fn holder(&mut self, given: Option<&Holder>) -> Coded<Holder> {
        let region = self.region(given.map(|holder| holder.region), Field::Region)?;
        let uscc = self.credit_code(given.map(|holder| holder.uscc), region)?;
        let name = self.text(
            given.map(|holder| &holder.name),
            TextKind::Name,
            Field::HolderName,
        )?;
        let address = self.text(
            given.map(|holder| &holder.address),
            TextKind::Address,
            Field::HolderAddress,
        )?;
        let english = given.map(|holder| holder.name_en.as_ref());
        let name_en = self.optional_text(english, 1, TextKind::EnglishName, Field::HolderName)?;
        let english = given.map(|holder| holder.address_en.as_ref());
        let address_en = self.optional_text(english, 1, TextKind::EnglishAddress, Field::HolderAddress)?;
        Ok(Holder {
            uscc,
            name,
            name_en,
            address,
            address_en,
            region,
        })
    }

    fn assessed_unit(&mut self, given: Option<Option<&AssessedUnit>>) -> Coded<Option<AssessedUnit>> {
        if !self.flag(given.map(|unit| unit.is_some()), 3)? {
            return Ok(None);
        }
        let given = given.flatten();
        let kind = given.and_then(|unit| UNIT_KINDS.iter().position(|kind| *kind == unit.kind));
        let kind = self.uniform(kind.and_then(|kind| u32::try_from(kind).ok()), 4)?;
        let kind = usize::try_from(kind)
            .ok()
            .and_then(|at| UNIT_KINDS.get(at))
            .copied();
        let kind = kind.ok_or(QrDecodeError::Value {
            field: Field::AssessedUnit,
        })?;
        let name = self.text(given.map(|unit| &unit.name), TextKind::Name, Field::AssessedUnit)?;
        let english = given.map(|unit| unit.name_en.as_ref());
        let name_en = self.optional_text(english, 1, TextKind::EnglishName, Field::AssessedUnit)?;
        Ok(Some(AssessedUnit { kind, name, name_en }))
    }

    fn sites(
        &mut self,
        given: Option<&[Site]>,
        holder: &Holder,
        unit: Option<&AssessedUnit>,
    ) -> Coded<Vec<Site>> {
        let usual = unit.map_or(&holder.name, |unit| &unit.name);
        self.list(given, MAX_SITES, |message, site| {
            let name = message.text_like(site.map(|s| &s.name), usual, 2, TextKind::Name, Field::Site)?;
            let address = message.text_like(
                site.map(|s| &s.address),
                &holder.address,
                1,
                TextKind::Address,
                Field::Site,
            )?;
            let region = message.region_like(site.map(|s| s.region), holder.region, Field::Site)?;
            Ok(Site {
                name,
                address,
                region,
            })
        })
    }

    fn report(&mut self, given: Option<&Report>) -> Coded<Report> {
        let number = self.text(given.map(|report| &report.number), TextKind::Other, Field::Report)?;
        let digest = self.bytes(given.map(|report| report.digest.as_bytes()))?;
        Ok(Report {
            number,
            digest: Sha256Digest::from_bytes(digest),
        })
    }

    /// The note on technical support: usually the template's sentence around a name.
    fn technical_support(
        &mut self,
        given: Option<Option<&Text>>,
        template: Option<&Template>,
    ) -> Coded<Option<Text>> {
        let field = Field::TechnicalSupport;
        if !self.flag(given.map(|note| note.is_some()), 1)? {
            return Ok(None);
        }
        let given = given.flatten();
        if let Some(sentence) = template.map(|template| &template.technical_support) {
            let name = given.and_then(|note| sentence.inside(note.as_str()));
            if !self.flag(given.map(|_| name.is_none()), 4)? {
                let note = sentence.around(&self.string(name, TextKind::Name)?);
                return Text::parse(&note)
                    .map(Some)
                    .map_err(|_| QrDecodeError::Value { field });
            }
        }
        self.text(given, TextKind::Other, field).map(Some)
    }
}
