//! Dates of events by the scheme's figures: the next surveillance, the planned end of a suspension, the successor's
//! first day (DOMAIN §2).

use touchstone_schemas::{
    date_time::Date,
    lifecycle::{Change, EventReason},
};

use crate::lint::{Clause, DraftEvent, EventLint, Findings};

const CLAUSE: Clause = Clause::new("eventDates", "scheme data");
pub(in crate::lint) const LINT: EventLint = EventLint {
    clause: &CLAUSE,
    check,
};

fn check(draft: &DraftEvent<'_>, findings: &mut Findings) {
    let rules = &draft.case.scheme.edition.rules;
    let effective = Date::of(draft.event.effective);
    match &draft.event.change {
        Change::SurveillancePassed {
            performed_on,
            next_due,
            ..
        } => {
            let latest = performed_on.add_months(rules.surveillance_interval_months.value);
            if latest.is_none_or(|latest| *next_due > latest) || next_due <= performed_on {
                let months = rules.surveillance_interval_months.value;
                let message =
                    format!("next due {next_due}, wanted within {months} months after {performed_on}");
                findings.report("/nextDue", message);
            }
            if *performed_on > effective {
                findings.report(
                    "/performedOn",
                    format!("performed on {performed_on}, after {effective}"),
                );
            }
        }
        Change::Suspended { reason, planned_end } => {
            let months = match reason {
                EventReason::SuspensionRequested => rules.max_suspension_months_on_clients_wish.value,
                _ => rules.max_suspension_months.value,
            };
            let latest = effective.add_months(months);
            if latest.is_none_or(|latest| *planned_end > latest) || *planned_end < effective {
                let message = format!("ends {planned_end}, wanted within {months} months after {effective}");
                findings.report("/plannedEnd", message);
            }
        }
        Change::Reinstated { .. }
        | Change::Withdrawn { .. }
        | Change::Cancelled { .. }
        | Change::Superseded { .. }
        | Change::Corrected { .. } => {}
    }
}
