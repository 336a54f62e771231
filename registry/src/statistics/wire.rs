//! Statistics as JSON: every row with its names, so that a reader needs no table of codes.

use super::{
    GrowthRow, IndustryRow, MonthDue, MonthRow, RegionRow, StateRow, SurveillanceDue, Tally, YearRow,
};
use crate::ledger::IndustryEdition;
use touchstone_schemas::{
    city::city_named,
    industry,
    jcs::{Encode, ObjectWriter},
    record,
    region::RegionCode,
};

/// Names of a region in zh-CN and en; of a code without one, none.
pub(crate) fn region_names(code: RegionCode) -> Option<(&'static str, &'static str)> {
    if code.number().is_multiple_of(10_000) {
        let province = code.province();
        return Some((province.zh, province.en));
    }
    city_named(code).map(|city| (city.zh, city.en))
}

fn write_tally(object: &mut ObjectWriter<'_>, tally: &Tally) {
    object.member("atLeastLevel2", &tally.at_least(2));
    object.member("atLeastLevel3", &tally.at_least(3));
    object.member("certificates", &tally.certificates);
}

impl Encode for Tally {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::open(out);
        write_tally(&mut object, self);
        object.member("levels", &self.levels);
        object.member("organisations", &self.organisations());
        object.close();
    }
}

impl Encode for RegionRow {
    fn encode(&self, out: &mut Vec<u8>) {
        let names = region_names(self.code);
        let mut object = ObjectWriter::open(out);
        write_tally(&mut object, &self.tally);
        object.member("code", &self.code);
        object.member("levels", &self.tally.levels);
        object.optional("name", &names.map(|(zh, _)| zh));
        object.optional("nameEn", &names.map(|(_, en)| en));
        object.member("organisations", &self.tally.organisations());
        object.member("rank", &self.rank);
        object.close();
    }
}

impl Encode for IndustryRow {
    fn encode(&self, out: &mut Vec<u8>) {
        let known = (self.edition == IndustryEdition::Known).then_some(self.code);
        let mut object = ObjectWriter::open(out);
        write_tally(&mut object, &self.tally);
        object.member("code", &self.code);
        object.optional("edition", &known.map(|_| industry::EDITION));
        object.member("levels", &self.tally.levels);
        object.optional("name", &known.map(|code| code.division_zh()));
        object.optional("nameEn", &known.map(|code| code.division_en()));
        object.member("organisations", &self.tally.organisations());
        object.member("rank", &self.rank);
        object.close();
    }
}

impl Encode for YearRow {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::open(out);
        write_tally(&mut object, &self.tally);
        object.member("day", &self.day);
        object.member("levels", &self.tally.levels);
        object.member("organisations", &self.tally.organisations());
        object.close();
    }
}

impl Encode for GrowthRow {
    fn encode(&self, out: &mut Vec<u8>) {
        let names = region_names(self.code);
        let mut object = ObjectWriter::open(out);
        object.member("before", &self.before);
        object.member("code", &self.code);
        object.member("more", &self.more());
        object.optional("name", &names.map(|(zh, _)| zh));
        object.optional("nameEn", &names.map(|(_, en)| en));
        object.member("now", &self.now);
        object.member("rank", &self.rank);
        object.close();
    }
}

record! { write MonthRow {
    "certificates": certificates,
    "month": month,
    "organisations": organisations,
} }

record! { write SurveillanceDue {
    "later": later,
    "months": months,
    "overdue": overdue,
} }

record! { write MonthDue {
    "certificates": certificates,
    "month": month,
} }

record! { write StateRow {
    "certificates": certificates,
    "state": state,
} }
