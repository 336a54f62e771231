//! `/statistics`.

use touchstone_verifier::report::StateName;
use utoipa::openapi::{RefOr, Schema};

use super::{
    Resource, named,
    operation::{HTML, get},
    schema::{Always, Member, Sometimes, day, instant, list, object, of_form, one_of, text, whole},
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "statistics",
    about: "统计 Statistics: counted from certificates; an organisation counts once in every number.",
    operations: || {
        vec![
            get("/statistics", "readStatistics", "统计 Certificates and organisations by region, industry, level, state and time")
                .about("In force is a certificate that is valid, or within the grace after a surveillance date. Superseded versions are in no number of the present.")
                .in_query("format", "where `Accept` cannot be set", one_of(["json", "html", "csv"], ""))
                .in_query("lang", "language of the page", one_of(["zh-CN", "en"], ""))
                .answer(
                    200,
                    "the numbers",
                    &[("application/json", named("Statistics")), (HTML, text("")), ("text/csv", text(""))],
                )
                .tagged()
                .problem("notAcceptable"),
        ]
    },
    schemas: || {
        vec![
            ("Tally", object("what a group holds", tally([]))),
            ("Statistics", statistics()),
            ("StatisticsProgress", progress()),
        ]
    },
};

fn tally<const N: usize>(more: [Member; N]) -> Vec<Member> {
    let mut members = vec![
        ("certificates", Always, whole("certificates")),
        ("organisations", Always, whole("organisations")),
        (
            "levels",
            Always,
            list(whole(""), "organisations by their highest level, level 1 first"),
        ),
        (
            "atLeastLevel2",
            Always,
            whole("organisations at level 2 or above"),
        ),
        (
            "atLeastLevel3",
            Always,
            whole("organisations at level 3 or above"),
        ),
    ];
    members.extend(more);
    members
}

fn named_row<const N: usize>(about: &str, more: [Member; N]) -> RefOr<Schema> {
    let mut members = tally([
        ("code", Always, text("its code")),
        ("rank", Always, whole("its place; equals share one")),
        ("name", Sometimes, text("its name")),
        ("nameEn", Sometimes, text("its English name")),
    ]);
    members.extend(more);
    object(about, members)
}

fn month() -> RefOr<Schema> {
    of_form("^[0-9]{4}-[0-9]{2}$", "the month")
}

fn statistics() -> RefOr<Schema> {
    let growth = object(
        "a province that grew at level 2 or above",
        [
            ("code", Always, text("its code")),
            ("name", Sometimes, text("its name")),
            ("nameEn", Sometimes, text("its English name")),
            ("rank", Always, whole("its place; equals share one")),
            ("before", Always, whole("organisations at the end of last year")),
            ("now", Always, whole("organisations now")),
            ("more", Always, whole("how many more")),
        ],
    );
    let state = object(
        "a state",
        [
            ("state", Always, one_of(StateName::ALL.map(StateName::name), "")),
            ("certificates", Always, whole("certificates in it")),
        ],
    );
    let issued = object(
        "a month of first issue",
        [
            ("month", Always, month()),
            ("certificates", Always, whole("certificates first issued in it")),
            ("organisations", Always, whole("their organisations")),
        ],
    );
    let due = object(
        "a month",
        [
            ("month", Always, month()),
            ("certificates", Always, whole("certificates due in it")),
        ],
    );
    let surveillance = object(
        "surveillance due",
        [
            ("overdue", Always, whole("the date has passed")),
            ("months", Always, list(due, "this month and the eleven after it")),
            ("later", Always, whole("later")),
        ],
    );
    let edition = [(
        "edition",
        Sometimes,
        text("edition of the code; absent when it is another than GB/T 4754-2017"),
    )];
    let year = object(
        "a year",
        tally([("day", Always, day("at whose end it was counted"))]),
    );
    object(
        "Counts of the certificates registered here.",
        [
            ("asOf", Always, instant("the instant of the states")),
            ("logSize", Always, whole("entries of the log that were counted")),
            ("total", Always, named("Tally")),
            ("states", Always, list(state, "")),
            ("provinces", Always, list(named_row("a province", []), "")),
            ("cities", Always, list(named_row("a city", []), "")),
            (
                "industries",
                Always,
                list(named_row("a division of industry", edition), ""),
            ),
            (
                "years",
                Always,
                list(year, "ends of years, as known now, then today"),
            ),
            ("growth", Always, list(growth, "")),
            ("months", Always, list(issued, "the last 24")),
            ("surveillance", Always, surveillance),
            ("progress", Sometimes, named("StatisticsProgress")),
        ],
    )
}

fn percent(about: &str) -> RefOr<Schema> {
    of_form("^[0-9]+\\.[0-9]{2}$", about)
}

fn progress() -> RefOr<Schema> {
    let target = || {
        object(
            "a share of firms and its goal",
            [
                ("level", Always, whole("the level meant, or a higher one")),
                ("organisations", Always, whole("certified organisations")),
                (
                    "firms",
                    Always,
                    whole("manufacturers above designated size 规上企业数"),
                ),
                ("percent", Always, percent("the share, rounded half up")),
                ("goalPercent", Always, percent("the goal")),
            ],
        )
    };
    let row = || {
        object(
            "a key industry or region",
            [("code", Always, text("its code")), ("target", Always, target())],
        )
    };
    object(
        "Progress to the goals of the 14th plan; there where the operator has given numbers of firms.",
        [
            ("source", Always, text("where the numbers of firms stand")),
            ("date", Always, day("the day they are of")),
            ("all", Always, target()),
            ("keyIndustries", Sometimes, target()),
            ("keyRegions", Sometimes, target()),
            ("industries", Always, list(row(), "")),
            ("regions", Always, list(row(), "")),
        ],
    )
}
