//! The fields of an application, each under the JSON pointer of its member; from fields to the form and back.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// How a field is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A line.
    Line,
    /// A day.
    Day,
    /// More than a line to look at; still one line of text.
    Area,
    /// Yes or no.
    Choice(&'static [(&'static str, &'static str, &'static str)]),
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldRule {
    /// Its place in the form, below its section.
    pub(super) name: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// What is wanted, in both languages.
    pub(super) hint: (&'static str, &'static str),
}

/// A section.
pub(super) struct SectionRule {
    /// Pointer of its object.
    pub(super) place: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) fields: &'static [FieldRule],
}

const fn field(name: &'static str, zh: &'static str, en: &'static str) -> FieldRule {
    FieldRule {
        name,
        zh,
        en,
        kind: Kind::Line,
        required: true,
        hint: ("", ""),
    }
}

const fn optional(name: &'static str, zh: &'static str, en: &'static str) -> FieldRule {
    FieldRule {
        required: false,
        ..field(name, zh, en)
    }
}

const REGION_HINT: (&str, &str) = ("六位行政区划代码 GB/T 2260", "six digits, GB/T 2260");
const YES_NO: &[(&str, &str, &str)] = &[("true", "是", "yes"), ("false", "否", "no")];
const UNITS: &[(&str, &str, &str)] = &[
    ("branch", "分公司", "branch"),
    ("division", "事业部", "division"),
    ("workshop", "车间", "workshop"),
    ("plant", "工厂", "plant"),
];

const fn region() -> FieldRule {
    FieldRule {
        hint: REGION_HINT,
        ..field("region", "行政区划代码", "Region code")
    }
}

/// The members of a site.
pub(super) const SITE: &[FieldRule] = &[
    field("name", "场所名称", "Name of the site"),
    field("address", "场所地址", "Address"),
    region(),
];

/// Everything but scheme and sites.
pub(super) const SECTIONS: &[SectionRule] = &[
    SectionRule {
        place: "/applicant",
        zh: "申请组织",
        en: "Applicant",
        fields: &[
            field("name", "组织名称", "Name"),
            optional("nameEn", "英文名称", "English name"),
            FieldRule {
                hint: ("18 位，可含空格", "18 characters, spaces are passed over"),
                ..field("uscc", "统一社会信用代码", "Unified social credit code")
            },
            field("address", "注册地址", "Registered address"),
            optional("addressEn", "英文地址", "English address"),
            region(),
            FieldRule {
                kind: Kind::Choice(YES_NO),
                ..field("inNormalOperation", "正常生产经营", "In normal operation")
            },
        ],
    },
    SectionRule {
        place: "/assessedUnit",
        zh: "被评价单元（小于法人时填写）",
        en: "Assessed unit, when smaller than the legal person",
        fields: &[
            FieldRule {
                kind: Kind::Choice(UNITS),
                ..optional("kind", "单元类型", "Kind")
            },
            optional("name", "单元名称", "Name"),
            optional("nameEn", "单元英文名称", "English name"),
        ],
    },
    SectionRule {
        place: "",
        zh: "评价范围",
        en: "Scope",
        fields: &[
            FieldRule {
                kind: Kind::Area,
                ..field("scope", "评价范围", "Scope")
            },
            FieldRule {
                kind: Kind::Area,
                ..optional("scopeEn", "评价范围（英文）", "Scope in English")
            },
        ],
    },
    SectionRule {
        place: "/industry",
        zh: "行业",
        en: "Industry",
        fields: &[
            FieldRule {
                hint: ("四位小类代码 GB/T 4754", "four digits, GB/T 4754"),
                ..field("code", "行业代码", "Code")
            },
            field("name", "行业名称", "Name"),
        ],
    },
    SectionRule {
        place: "/agreement",
        zh: "合同",
        en: "Agreement",
        fields: &[
            field("reference", "合同编号", "Reference"),
            FieldRule {
                kind: Kind::Day,
                ..field("signedOn", "签订日期", "Signed on")
            },
        ],
    },
    SectionRule {
        place: "",
        zh: "再认证",
        en: "Recertification",
        fields: &[FieldRule {
            hint: ("初次认证留空", "empty for a first certificate"),
            ..optional("recertifies", "原证书编号", "Number of the certificate before")
        }],
    },
    SectionRule {
        place: "/changes",
        zh: "变更在用证书（换发新版时填写）",
        en: "Change of a certificate in force, for its next version",
        fields: &[
            optional("number", "证书编号", "Number of the certificate"),
            optional("version", "现行版本", "Its version now"),
        ],
    },
];

/// Objects that are there only with something in them.
const OPTIONAL: [&str; 2] = ["assessedUnit", "changes"];

/// Most sites that the form shows.
pub(super) const MOST_SITES: usize = 12;

/// Fields by pointer.
pub(super) type Values = BTreeMap<String, String>;

/// How many sites the fields have, one at least.
pub(super) fn sites(values: &Values) -> usize {
    let places = values.keys().filter_map(|name| {
        let (place, _) = name.strip_prefix("/sites/")?.split_once('/')?;
        place.parse::<usize>().ok()
    });
    places.max().map_or(1, |last| (last + 1).min(MOST_SITES))
}

/// The form as JSON. What is empty is left out, an object with nothing in it is left empty so that its members are missed
/// by name, unless it may be absent itself.
pub(super) fn document(values: &Values) -> Vec<u8> {
    let mut root = Map::new();
    let line = |pointer: &str| {
        values
            .get(pointer)
            .map(|it| it.trim())
            .filter(|it| !it.is_empty())
    };
    let members = |place: &str, fields: &[FieldRule]| {
        let mut object = Map::new();
        for field in fields {
            if let Some(text) = line(&format!("{place}/{}", field.name)) {
                object.insert(field.name.to_owned(), value_of(field, text));
            }
        }
        object
    };
    for section in SECTIONS {
        let object = members(section.place, section.fields);
        match section.place.strip_prefix('/') {
            None => root.extend(object),
            Some(name) if object.is_empty() && OPTIONAL.contains(&name) => {}
            Some(name) => {
                root.insert(name.to_owned(), Value::Object(object));
            }
        }
    }
    let rows = (0..sites(values)).map(|place| Value::Object(members(&format!("/sites/{place}"), SITE)));
    root.insert("sites".to_owned(), rows.collect());
    for name in ["scheme", "demonstration"] {
        if let Some(text) = line(&format!("/{name}")) {
            root.insert(name.to_owned(), json!(text));
        }
    }
    Value::Object(root).to_string().into_bytes()
}

fn value_of(field: &FieldRule, text: &str) -> Value {
    match (field.name, text) {
        ("inNormalOperation", "true") => Value::Bool(true),
        ("inNormalOperation", "false") => Value::Bool(false),
        ("version", number) => number
            .parse::<u32>()
            .map_or_else(|_| json!(text), |number| json!(number)),
        _ => json!(text),
    }
}

/// The fields of a form on file.
pub(super) fn values(form: &Value) -> Values {
    let mut values = Values::new();
    let mut open = vec![(String::new(), form)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::Object(members) => {
                open.extend(
                    members
                        .iter()
                        .map(|(name, member)| (format!("{pointer}/{name}"), member)),
                );
            }
            Value::Array(items) => {
                open.extend(
                    items
                        .iter()
                        .enumerate()
                        .map(|(place, item)| (format!("{pointer}/{place}"), item)),
                );
            }
            Value::String(text) => {
                values.insert(pointer, text.clone());
            }
            Value::Bool(truth) => {
                values.insert(pointer, truth.to_string());
            }
            Value::Number(number) => {
                values.insert(pointer, number.to_string());
            }
            Value::Null => {}
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_goes_into_fields_and_comes_back() {
        let form = json!({
            "scheme": "cmmm-2020",
            "applicant": { "name": "示范", "inNormalOperation": true },
            "assessedUnit": { "kind": "workshop", "name": "三号车间" },
            "scope": "范围", "industry": { "code": "3421" }, "agreement": {},
            "sites": [{ "name": "一" }, { "name": "二" }],
            "recertifies": "CQC26ZNZ000001R0", "changes": { "number": "CQC26ZNZ000001R0", "version": 2 },
        });
        let back: Value = serde_json::from_slice(&document(&values(&form))).unwrap();
        assert_eq!(back, form);
        let empty: Value = serde_json::from_slice(&document(&Values::new())).unwrap();
        assert_eq!(
            empty,
            json!({ "applicant": {}, "industry": {}, "agreement": {}, "sites": [{}] })
        );
    }
}
