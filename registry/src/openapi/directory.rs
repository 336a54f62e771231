//! `/certificates`.

use touchstone_schemas::credential::UnitKind;
use touchstone_verifier::report::StateName;

use super::{
    Resource, named,
    operation::{HTML, get},
    schema::{
        Always, Sometimes, day, instant, list, number, object, of_form, one_of, open_object, text, version,
        whole,
    },
};

pub(super) const RESOURCE: Resource = Resource {
    tag: "directory",
    about: "目录 Directory: certificates by the name of their holder, place, industry, level, standard and state.",
    operations: || {
        vec![
            get("/certificates", "searchCertificates", "证书目录 The directory, the newest first")
                .about(
                    "All that is given must hold; nothing given is everything. At most 20 rows a page; with a rare `state` \
                     a page may hold fewer, or none, and still have a `next`. Where nothing is found, `coverage` says \
                     what this registry covers: that says nothing against any certificate.",
                )
                .in_query("name", "two or more neighbouring characters of a Chinese name, or words of an English one", text(""))
                .in_query("uscc", "统一社会信用代码: the legal entity with all its units", text(""))
                .in_query("number", "证书编号", text(""))
                .in_query("province", "of a site: two digits of GB/T 2260", text(""))
                .in_query("city", "of a site: six digits of GB/T 2260", text(""))
                .in_query("industry", "GB/T 4754 division, group or class: `C38`, `C385`, `C3851`", text(""))
                .in_query("level", "1 to 5", text(""))
                .in_query("standard", "`GB/T 39116-2020`, or without its year", text(""))
                .in_query("state", "where it stands now", one_of(StateName::ALL.map(StateName::name), ""))
                .in_query("cursor", "the `next` of the page before, of the same search", text(""))
                .in_query("format", "where `Accept` cannot be set", one_of(["json", "html"], ""))
                .answer(200, "a page of certificates", &[("application/json", named("Directory")), (HTML, text(""))])
                .tagged()
                .problems(&["notAcceptable", "recordDamaged"]),
        ]
    },
    schemas: || {
        let successor = object(
            "what replaced it",
            [("number", Always, number()), ("version", Always, version())],
        );
        let organisation = object(
            "the legal entity",
            [
                ("uscc", Always, of_form("^[0-9A-Z]{18}$", "统一社会信用代码")),
                ("name", Always, text("企业名称")),
                ("nameEn", Sometimes, text("")),
            ],
        );
        let unit = object(
            "what was assessed, where it is not the whole entity",
            [
                ("kind", Always, one_of(UnitKind::ALL.map(UnitKind::name), "")),
                ("name", Always, text("")),
                ("nameEn", Sometimes, text("")),
            ],
        );
        let site = object("a site", [("region", Always, of_form("^[0-9]{6}$", "GB/T 2260"))]);
        let row = object(
            "a certificate",
            [
                ("number", Always, number()),
                ("version", Always, version()),
                ("newestVersion", Sometimes, version()),
                ("state", Always, one_of(StateName::ALL.map(StateName::name), "")),
                (
                    "stateSince",
                    Sometimes,
                    instant("since when, where an event made it so"),
                ),
                ("successor", Sometimes, successor),
                ("organisation", Always, organisation),
                ("unit", Sometimes, unit),
                ("level", Always, whole("1 to 5")),
                ("grade", Always, text("as printed")),
                ("industry", Always, text("GB/T 4754 code")),
                ("industryName", Always, text("")),
                ("sites", Always, list(site, "where it was assessed")),
                ("standards", Always, list(text(""), "numbers with year")),
                ("validFrom", Always, day("first day")),
                ("validUntil", Always, day("last day")),
            ],
        );
        vec![(
            "Directory",
            object(
                "A page of the directory.",
                [
                    ("asOf", Always, instant("the instant of the states")),
                    ("rows", Always, list(row, "")),
                    ("next", Sometimes, text("`cursor` of the page after this one")),
                    (
                        "coverage",
                        Sometimes,
                        open_object(
                            "where nothing is found: bodies, schemes, since when, and where else to ask",
                            [],
                        ),
                    ),
                ],
            ),
        )]
    },
};
