//! Reading an application member by member, so that one reading lists every fault.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;

use touchstone_schemas::{
    date_time::Date,
    json::{Object, Value},
    text::Text,
};

use crate::lint::{Clause, Finding};

const MISSING: Clause = Clause::new("missingMember", "application format");
const UNKNOWN: Clause = Clause::new("unknownMember", "application format");
const WRONG_TYPE: Clause = Clause::new("wrongType", "application format");
const WRONG_VALUE: Clause = Clause::new("wrongValue", "application format");

/// How dates may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// `YYYY-MM-DD` alone.
    Plain,
    /// Also `@today`, `@today-30d`, `@today+1d`: demonstration samples that do not age.
    Relative {
        /// The day they count from.
        today: Date,
    },
}

/// An object of the application. Members read are ticked off; [`Fields::finish`] reports the others.
pub(super) struct Fields<'v, 'f> {
    object: Option<&'v Object<'v>>,
    pointer: String,
    dates: DateForm,
    findings: &'f RefCell<Vec<Finding>>,
    read: RefCell<BTreeSet<&'static str>>,
}

impl<'v, 'f> Fields<'v, 'f> {
    pub(super) fn root(value: &'v Value<'v>, dates: DateForm, findings: &'f RefCell<Vec<Finding>>) -> Self {
        Self::at(Some(value), String::new(), dates, findings)
    }

    fn at(
        value: Option<&'v Value<'v>>,
        pointer: String,
        dates: DateForm,
        findings: &'f RefCell<Vec<Finding>>,
    ) -> Self {
        let object = match value {
            Some(Value::Object(object)) => Some(object),
            Some(_) => {
                findings
                    .borrow_mut()
                    .push(Finding::new(&WRONG_TYPE, &*pointer, "wanted an object"));
                None
            }
            None => None,
        };
        Self {
            object,
            pointer,
            dates,
            findings,
            read: RefCell::default(),
        }
    }

    /// The pointer of a member.
    fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.pointer)
    }

    fn report(&self, rule: &Clause, name: &str, message: impl Into<String>) {
        self.findings
            .borrow_mut()
            .push(Finding::new(rule, self.place(name), message));
    }

    fn member(&self, name: &'static str) -> Option<&'v Value<'v>> {
        self.read.borrow_mut().insert(name);
        self.object?.get(name)
    }

    /// A member that must be there; its absence is reported unless the whole object is absent.
    fn required(&self, name: &'static str) -> Option<&'v Value<'v>> {
        let member = self.member(name);
        if member.is_none() && self.object.is_some() {
            self.report(&MISSING, name, "missing");
        }
        member
    }

    fn parse<T, E: Display>(
        &self,
        name: &'static str,
        value: Option<&Value<'_>>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let Some(text) = value?.as_str() else {
            self.report(&WRONG_TYPE, name, "wanted a string");
            return None;
        };
        parse(text)
            .map_err(|error| self.report(&WRONG_VALUE, name, error.to_string()))
            .ok()
    }

    /// A required string of some form.
    pub(super) fn get<T, E: Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.parse(name, self.required(name), parse)
    }

    /// A string of some form that may be absent.
    pub(super) fn find<T, E: Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.parse(name, self.member(name), parse)
    }

    /// A required line of text.
    pub(super) fn text(&self, name: &'static str) -> Option<Text> {
        self.get(name, Text::parse)
    }

    /// A line of text that may be absent.
    pub(super) fn find_text(&self, name: &'static str) -> Option<Text> {
        self.find(name, Text::parse)
    }

    /// A required date.
    pub(super) fn date(&self, name: &'static str) -> Option<Date> {
        self.get(name, |text| read_date(text, self.dates))
    }

    /// A date that may be absent.
    pub(super) fn find_date(&self, name: &'static str) -> Option<Date> {
        self.find(name, |text| read_date(text, self.dates))
    }

    /// A required truth value.
    pub(super) fn boolean(&self, name: &'static str) -> Option<bool> {
        match self.required(name)? {
            Value::Bool(value) => Some(*value),
            _ => {
                self.report(&WRONG_TYPE, name, "wanted true or false");
                None
            }
        }
    }

    /// Whether a member is there that says true; it says nothing else.
    pub(super) fn is_true(&self, name: &'static str) -> bool {
        match self.member(name) {
            None => false,
            Some(Value::Bool(true)) => true,
            Some(_) => {
                self.report(&WRONG_TYPE, name, "wanted true, or no such member");
                false
            }
        }
    }

    /// A required whole number.
    pub(super) fn number<T: TryFrom<i64>>(&self, name: &'static str) -> Option<T> {
        let value = match self.required(name)? {
            Value::Number(number) => number.as_i64().and_then(|number| T::try_from(number).ok()),
            _ => None,
        };
        if value.is_none() {
            self.report(&WRONG_TYPE, name, "wanted a small whole number");
        }
        value
    }

    /// What a member was made into; why it could not be is reported.
    pub(super) fn check<T, E: Display>(&self, name: &'static str, made: Result<T, E>) -> Option<T> {
        made.map_err(|error| self.report(&WRONG_VALUE, name, error.to_string()))
            .ok()
    }

    /// A required object.
    pub(super) fn child(&self, name: &'static str) -> Self {
        Self::at(self.required(name), self.place(name), self.dates, self.findings)
    }

    /// An object that may be absent.
    pub(super) fn find_child(&self, name: &'static str) -> Option<Self> {
        let value = self.member(name)?;
        Some(Self::at(Some(value), self.place(name), self.dates, self.findings))
    }

    /// A required list of objects, with at least one.
    pub(super) fn children(&self, name: &'static str) -> Vec<Self> {
        let children = self.any_children(name);
        if children.is_empty() && matches!(self.member(name), Some(Value::Array(_))) {
            self.report(&MISSING, name, "wanted at least one");
        }
        children
    }

    /// A required list of objects, which may be empty.
    pub(super) fn any_children(&self, name: &'static str) -> Vec<Self> {
        let elements = self.elements(name);
        let child = |(place, value)| {
            Self::at(
                Some(value),
                format!("{}/{place}", self.place(name)),
                self.dates,
                self.findings,
            )
        };
        elements.iter().enumerate().map(child).collect()
    }

    /// A required list of lines of text, with at least one.
    pub(super) fn texts(&self, name: &'static str) -> Vec<Text> {
        let mut texts = Vec::new();
        if matches!(self.member(name), Some(Value::Array(elements)) if elements.is_empty()) {
            self.report(&MISSING, name, "wanted at least one");
        }
        for (place, value) in self.elements(name).iter().enumerate() {
            match value.as_str().map(Text::parse) {
                Some(Ok(text)) => texts.push(text),
                Some(Err(error)) => self.report(&WRONG_VALUE, &format!("{name}/{place}"), error.to_string()),
                None => self.report(&WRONG_TYPE, &format!("{name}/{place}"), "wanted a string"),
            }
        }
        texts
    }

    fn elements(&self, name: &'static str) -> &'v [Value<'v>] {
        match self.required(name) {
            Some(Value::Array(elements)) => elements,
            Some(_) => {
                self.report(&WRONG_TYPE, name, "wanted a list");
                &[]
            }
            None => &[],
        }
    }

    /// The raw value of a required member.
    pub(super) fn raw(&self, name: &'static str) -> Option<&'v Value<'v>> {
        self.required(name)
    }

    /// Reports members nobody asked for.
    pub(super) fn finish(self) {
        let read = self.read.borrow();
        for (name, _) in self.object.into_iter().flat_map(Object::iter) {
            if !read.contains(name) {
                let name = name.replace('~', "~0").replace('/', "~1");
                self.report(&UNKNOWN, &name, "unknown member");
            }
        }
    }
}

/// Why a text is not a date of the application.
#[derive(Debug, thiserror::Error)]
pub enum DateFormError {
    /// Not a civil date.
    #[error(transparent)]
    Date(#[from] touchstone_schemas::date_time::DateTimeError),
    /// Not `@today` and a number of days.
    #[error("wanted @today, @today-<days>d or @today+<days>d")]
    Relative,
    /// Relative where that is not admitted.
    #[error("a date relative to today is for demonstration samples under a test root")]
    NotADemonstration,
}

/// Reads a date in one of the forms admitted.
///
/// # Errors
/// [`DateFormError`].
pub fn read_date(text: &str, form: DateForm) -> Result<Date, DateFormError> {
    let Some(offset) = text.strip_prefix("@today") else {
        return Ok(text.parse()?);
    };
    let DateForm::Relative { today } = form else {
        return Err(DateFormError::NotADemonstration);
    };
    let days = match offset.strip_suffix('d') {
        None if offset.is_empty() => Some(0),
        Some(days) if days.starts_with(['+', '-']) => days.parse().ok(),
        _ => None,
    };
    days.and_then(|days: i32| today.add_days(days))
        .ok_or(DateFormError::Relative)
}
