//! Certificate numbers of a scheme: `CQC{yy}ZNZ{seq:6}R{n}` makes `CQC26ZNZ000123R0`.

use std::str::FromStr;

use serde::Deserialize;

/// Why a text is not a number template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A field other than `{yy}`, `{seq:<1-9>}` and `{n}`, or an unclosed brace.
    #[error("number template has an unknown field at byte {offset}")]
    Field {
        /// Offset of the brace.
        offset: usize,
    },
    /// Each of the three fields must stand exactly once.
    #[error("number template has {found} fields where year, sequence and recertification make 3")]
    Count {
        /// Fields found.
        found: usize,
    },
}

/// The parts that vary from number to number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberParts {
    /// Last two digits of the year.
    pub year: u8,
    /// Running number within the year.
    pub sequence: u32,
    /// 0 for a first certificate, 1, 2… for recertifications.
    pub recertification: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(String),
    Year,
    Sequence { digits: usize },
    Recertification,
}

/// How a scheme writes its certificate numbers. One number has one spelling.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct NumberTemplate(Vec<Token>);

impl NumberTemplate {
    /// Writes a number; `None` when a part does not fit its field.
    pub fn format(&self, parts: NumberParts) -> Option<String> {
        let mut text = String::new();
        for token in &self.0 {
            match token {
                Token::Literal(literal) => text.push_str(literal),
                Token::Year => text.push_str(&format!("{:02}", parts.year)),
                Token::Sequence { digits } => text.push_str(&format!("{:0digits$}", parts.sequence)),
                Token::Recertification => text.push_str(&parts.recertification.to_string()),
            }
        }
        (self.parse(&text) == Some(parts)).then_some(text)
    }

    /// Reads a number; `None` when the template does not write it so.
    pub fn parse(&self, text: &str) -> Option<NumberParts> {
        let mut rest = text;
        let mut parts = NumberParts {
            year: 0,
            sequence: 0,
            recertification: 0,
        };
        for token in &self.0 {
            match token {
                Token::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                Token::Year => parts.year = digits(&mut rest, 2)?.parse().ok()?,
                Token::Sequence { digits: count } => {
                    parts.sequence = digits(&mut rest, *count)?.parse().ok()?
                }
                Token::Recertification => {
                    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
                    let found = digits(&mut rest, count)?;
                    if found.len() > 1 && found.starts_with('0') {
                        return None;
                    }
                    parts.recertification = found.parse().ok()?;
                }
            }
        }
        rest.is_empty().then_some(parts)
    }
}

/// Takes exactly `count` ASCII digits off the front.
fn digits<'a>(rest: &mut &'a str, count: usize) -> Option<&'a str> {
    let (front, back) = rest.split_at_checked(count)?;
    *rest = back;
    front.bytes().all(|byte| byte.is_ascii_digit()).then_some(front)
}

impl FromStr for NumberTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let offset = text.len() - rest.len();
            if first == '{' {
                let (field, back) = rest.split_once('}').ok_or(TemplateError::Field { offset })?;
                tokens.push(field_token(field).ok_or(TemplateError::Field { offset })?);
                rest = back;
            } else {
                let (literal, back) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
                tokens.push(Token::Literal(literal.to_owned()));
                rest = back;
            }
        }
        let fields: Vec<&Token> = tokens
            .iter()
            .filter(|token| !matches!(token, Token::Literal(_)))
            .collect();
        let once = |wanted: fn(&Token) -> bool| fields.iter().filter(|token| wanted(token)).count() == 1;
        let complete = once(|token| matches!(token, Token::Year))
            && once(|token| matches!(token, Token::Sequence { .. }))
            && once(|token| matches!(token, Token::Recertification));
        if complete {
            Ok(Self(tokens))
        } else {
            Err(TemplateError::Count { found: fields.len() })
        }
    }
}

fn field_token(field: &str) -> Option<Token> {
    match field {
        "{yy" => Some(Token::Year),
        "{n" => Some(Token::Recertification),
        _ => {
            let digits = field.strip_prefix("{seq:")?.parse().ok()?;
            (1..=9).contains(&digits).then_some(Token::Sequence { digits })
        }
    }
}

impl TryFrom<String> for NumberTemplate {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, TemplateError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> NumberTemplate {
        "CQC{yy}ZNZ{seq:6}R{n}".parse().unwrap()
    }

    #[test]
    fn the_sample_number() {
        let parts = NumberParts {
            year: 26,
            sequence: 123,
            recertification: 0,
        };
        assert_eq!(template().format(parts).unwrap(), "CQC26ZNZ000123R0");
        assert_eq!(template().parse("CQC26ZNZ000123R0"), Some(parts));
        assert_eq!(template().parse("CQC26ZNZ000123R12").unwrap().recertification, 12);
    }

    #[test]
    fn one_number_has_one_spelling() {
        for text in [
            "",
            "CQC26ZNZ000123R",
            "CQC26ZNZ000123R00",
            "CQC26ZNZ000123R256",
            "CQC26ZNZ00123R0",
            "CQC26ZNZ0000123R0",
            "CQC26ZNZ000123R0 ",
            "cqc26ZNZ000123R0",
            "CQC+6ZNZ000123R0",
            "CQC２ZNZ000123R0",
        ] {
            assert_eq!(template().parse(text), None, "{text}");
        }
    }

    #[test]
    fn parts_that_do_not_fit_make_no_number() {
        let parts = NumberParts {
            year: 26,
            sequence: 999_999,
            recertification: 255,
        };
        assert!(template().format(parts).is_some());
        assert_eq!(
            template().format(NumberParts {
                sequence: 1_000_000,
                ..parts
            }),
            None
        );
        assert_eq!(template().format(NumberParts { year: 100, ..parts }), None);
    }

    #[test]
    fn wrong_templates_are_refused() {
        for (text, error) in [
            ("CQC{yyyy}{seq:6}{n}", TemplateError::Field { offset: 3 }),
            ("{yy}{seq:10}{n}", TemplateError::Field { offset: 4 }),
            ("{yy}{seq:6}{n", TemplateError::Field { offset: 11 }),
            ("{yy}{seq:6}", TemplateError::Count { found: 2 }),
            ("{yy}{yy}{n}", TemplateError::Count { found: 3 }),
            ("", TemplateError::Count { found: 0 }),
        ] {
            assert_eq!(text.parse::<NumberTemplate>(), Err(error), "{text}");
        }
    }
}
