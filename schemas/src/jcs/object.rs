//! Members written as they come, put in order when their object closes.

use std::ops::Range;

use serde::ser::{self, Serialize};

use super::encoder::{EncodeError, Encoder};
use crate::json::{self, Value, utf16_order};

/// Writes the members of one object as they come and sorts them at its end.
pub(super) struct ObjectEncoder<'o> {
    out: &'o mut Vec<u8>,
    /// Containers this object's members stand in.
    depth: usize,
    /// Where in `out` the first member begins.
    start: usize,
    members: Vec<Member>,
    /// The key of a map whose value has not come yet.
    name: Option<String>,
}

/// A member written to `out`: `"name":value`, without separator.
struct Member {
    name: String,
    written: Range<usize>,
}

impl<'o> ObjectEncoder<'o> {
    pub(super) fn open(out: &'o mut Vec<u8>, depth: usize) -> Self {
        let start = out.len();
        Self {
            out,
            depth,
            start,
            members: Vec::new(),
            name: None,
        }
    }

    pub(super) fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        let start = self.out.len();
        Encoder::new(self.out, self.depth).text(name)?;
        self.out.push(b':');
        value.serialize(Encoder::new(self.out, self.depth))?;
        let written = start..self.out.len();
        self.members.push(Member {
            name: name.to_owned(),
            written,
        });
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<(), EncodeError> {
        self.members
            .sort_by(|left, right| utf16_order(&left.name, &right.name));
        let repeated = self.members.windows(2).find_map(|pair| match pair {
            [first, second] if first.name == second.name => Some(second.name.clone()),
            _ => None,
        });
        if let Some(name) = repeated {
            return Err(EncodeError::DuplicateMember { name });
        }
        let written = self.out.get(self.start..).unwrap_or_default().to_vec();
        self.out.truncate(self.start);
        self.out.push(b'{');
        for (index, member) in self.members.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            let within = member.written.start - self.start..member.written.end - self.start;
            self.out
                .extend_from_slice(written.get(within).unwrap_or_default());
        }
        self.out.push(b'}');
        Ok(())
    }
}

impl ser::SerializeStruct for ObjectEncoder<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.member(name, value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close()
    }
}

impl ser::SerializeMap for ObjectEncoder<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        let mut written = Vec::new();
        key.serialize(Encoder::new(&mut written, self.depth))?;
        match json::parse(&written, written.len()) {
            Ok(Value::String(name)) => {
                self.name = Some(name.into_owned());
                Ok(())
            }
            _ => Err(EncodeError::NameNotString),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let name = self.name.take().ok_or(EncodeError::NameNotString)?;
        self.member(&name, value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close()
    }
}
