//! A sheet read by its columns: they stand in any order, under the name for people or the one for programs.

use super::{Column, Fault};
use crate::sheet::{Sheet, SheetRow};

/// Why the head of a sheet cannot be read by: all that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the head of the sheet: {}", .0.join("; "))]
pub struct TableError(pub Vec<String>);

/// A sheet with the places of its columns.
pub(super) struct Table<'a> {
    columns: &'static [Column],
    places: Vec<Option<usize>>,
    rows: &'a [SheetRow],
}

/// A row read by its columns.
pub(super) struct Row<'a> {
    table: &'a Table<'a>,
    row: &'a SheetRow,
}

impl<'a> Table<'a> {
    /// Finds the columns in the head.
    pub(super) fn of(sheet: &'a Sheet, columns: &'static [Column]) -> Result<Self, TableError> {
        let mut places = vec![None; columns.len()];
        let mut wrong = Vec::new();
        for (at, name) in sheet.head.iter().enumerate() {
            if name.is_empty() {
                continue;
            }
            // The templates write both names, the one for people first.
            let key = name.rsplit(char::is_whitespace).next().unwrap_or(name);
            let known = columns.iter().position(|column| {
                column.key == name || column.zh == name || (column.key == key && name.starts_with(column.zh))
            });
            match known.and_then(|known| places.get_mut(known)) {
                Some(Some(_)) => wrong.push(format!("{name:?} stands there twice")),
                Some(place) => *place = Some(at),
                None => wrong.push(format!("{name:?} is no column of this sheet")),
            }
        }
        for (column, place) in columns.iter().zip(&places) {
            if column.required && place.is_none() {
                wrong.push(format!("{} {} is missing", column.zh, column.key));
            }
        }
        if !wrong.is_empty() {
            return Err(TableError(wrong));
        }
        Ok(Self {
            columns,
            places,
            rows: &sheet.rows,
        })
    }

    /// The rows, in order.
    pub(super) fn rows(&'a self) -> impl Iterator<Item = Row<'a>> {
        self.rows.iter().map(|row| Row { table: self, row })
    }

    /// The name of the column whose cells go to the place that a JSON pointer names, or below it.
    pub(super) fn column_of(&self, pointer: &str) -> &'static str {
        let meets = |column: &&Column| {
            !column.pointer.is_empty()
                && (column.pointer == pointer
                    || pointer
                        .strip_prefix(column.pointer)
                        .is_some_and(|rest| rest.starts_with('/'))
                    || (!pointer.is_empty()
                        && column
                            .pointer
                            .strip_prefix(pointer)
                            .is_some_and(|rest| rest.starts_with('/'))))
        };
        self.columns.iter().find(meets).map_or("", |column| column.zh)
    }
}

impl Row<'_> {
    /// Its number, as spreadsheets show it.
    pub(super) fn number(&self) -> usize {
        self.row.number
    }

    /// The text of a cell; none where it is empty or does not read.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let column = self.table.columns.iter().position(|column| column.key == key)?;
        let place = (*self.table.places.get(column)?)?;
        let text = self.row.cells.get(place)?.as_deref().ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// The cells that do not read, those that are empty and must not be, and any beyond the head.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (column, place) in self.table.columns.iter().zip(&self.table.places) {
            let Some(place) = place else { continue };
            match self.row.cells.get(*place) {
                Some(Err(fault)) => faults.push(self.fault(column.zh, fault.to_string())),
                None if column.required => faults.push(self.fault(column.zh, "empty")),
                Some(Ok(text)) if column.required && text.is_empty() => {
                    faults.push(self.fault(column.zh, "empty"));
                }
                _ => {}
            }
        }
        let beyond = self
            .row
            .cells
            .iter()
            .enumerate()
            .find(|(at, cell)| !self.table.places.contains(&Some(*at)) && cell.as_deref() != Ok(""));
        if let Some((at, _)) = beyond {
            faults.push(self.fault("", format!("a cell in column {}, which has no name", at + 1)));
        }
        faults
    }

    /// A fault of this row.
    pub(super) fn fault(&self, column: &str, reason: impl Into<String>) -> Fault {
        Fault {
            row: self.number(),
            column: column.to_owned(),
            reason: reason.into(),
        }
    }

    /// A fault at the place in the row's document that a JSON pointer names.
    pub(super) fn fault_at(&self, pointer: &str, reason: impl Into<String>) -> Fault {
        let column = self.table.column_of(pointer);
        let reason = reason.into();
        if column.is_empty() && !pointer.is_empty() {
            self.fault("", format!("{pointer}: {reason}"))
        } else {
            self.fault(column, reason)
        }
    }
}

/// A date as people and spreadsheets write it, in the form of documents; anything else as it is.
pub(super) fn plain_date(text: &str) -> String {
    let text = text.trim_end_matches('日');
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
    match parts.as_slice() {
        [year, month, day] => match (year.parse::<u16>(), month.parse::<u8>(), day.parse::<u8>()) {
            (Ok(year), Ok(month), Ok(day)) => format!("{year:04}-{month:02}-{day:02}"),
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain_date;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in ["2026-01-05", "2026/1/5", "2026.01.5", "2026年1月5日"] {
            assert_eq!(plain_date(text), "2026-01-05", "{text}");
        }
        for text in ["46027", "2026-01", "=NOW()", "5. Jan"] {
            assert_ne!(plain_date(text), "2026-01-05");
        }
    }
}
