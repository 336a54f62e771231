//! The dates of a certificate: given, or by the scheme's rule (DOMAIN §2).

use touchstone_schemas::{credential::SurveillancePlan, date_time::Date};

use super::CaseFile;

/// The dates of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificatePeriod {
    /// 首次发证日期.
    pub first_issued: Date,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_until: Date,
    /// The last day the scheme's rule allows.
    pub latest_until: Date,
    /// Surveillance.
    pub surveillance: SurveillancePlan,
    /// The latest first surveillance the rule allows.
    pub latest_first_due: Date,
}

impl CertificatePeriod {
    /// The dates of a case: those given, else by the rule. A later version keeps the end and the next surveillance of
    /// the one it follows.
    pub(super) fn of(case: &CaseFile<'_>) -> Option<Self> {
        let terms = &case.application.certificate;
        let rules = &case.scheme?.edition.rules;
        let valid_from = terms.valid_from?;
        let by_rule = |first: Date| {
            let until = first
                .add_months(rules.validity_years.value.checked_mul(12)?)?
                .add_days(-1)?;
            Some((until, first.add_months(rules.first_surveillance_months.value)?))
        };
        let (latest_until, latest_first_due) = match case.predecessor {
            Some(old) => (old.credential.valid_until, old.next_due),
            None => by_rule(valid_from)?,
        };
        Some(Self {
            first_issued: case
                .predecessor
                .map_or(valid_from, |old| old.credential.first_issued),
            valid_from,
            valid_until: terms.valid_until.unwrap_or(latest_until),
            latest_until,
            surveillance: SurveillancePlan {
                interval_months: rules.surveillance_interval_months.value,
                first_due: terms.first_surveillance_due.unwrap_or(latest_first_due),
                grace_days: rules.grace_days.value,
            },
            latest_first_due,
        })
    }
}
