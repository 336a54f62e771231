//! The certificate numbers of a sheet: how a company hands in its suppliers.

use touchstone_schemas::credential::CredentialNumber;

use super::{Cell, Sheet};

/// What the column is called, without blanks and in lower case.
const HEADS: [&str; 9] = [
    "证书编号",
    "证书号",
    "编号",
    "certificatenumber",
    "certificateno",
    "certificateno.",
    "certificate",
    "number",
    "no.",
];

/// A number as it stands in a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedNumber {
    /// Its row, as spreadsheets show it.
    pub row: usize,
    /// What stands in the cell.
    pub cell: Cell,
}

/// The numbers of the column that is called so; where none is, of the one in which most cells have the form of a number,
/// the first row with it. Empty cells are passed over, and what has another form is kept: it is asked, and not found.
/// None where no column holds any.
#[must_use]
pub fn certificate_numbers(sheet: &Sheet) -> Option<Vec<AskedNumber>> {
    let named = sheet
        .head
        .iter()
        .position(|name| HEADS.contains(&plain(name).as_str()));
    let rows = || sheet.rows.iter().map(|row| (row.number, row.cells.as_slice()));
    let found: Vec<AskedNumber> = match named {
        Some(column) => rows().filter_map(|row| asked(row, column)).collect(),
        None => {
            let head: Vec<Cell> = sheet.head.iter().cloned().map(Ok).collect();
            let column = (0..sheet.width()).max_by_key(|column| {
                let all = std::iter::once((1, head.as_slice())).chain(rows());
                let count = all
                    .filter_map(|row| asked(row, *column))
                    .filter(is_number)
                    .count();
                // Of two alike the first.
                (count, usize::MAX - column)
            })?;
            let first = asked((1, &head), column).filter(is_number);
            let rest = rows().filter_map(|row| asked(row, column));
            let found: Vec<AskedNumber> = first.into_iter().chain(rest).collect();
            found.iter().any(is_number).then_some(found)?
        }
    };
    (!found.is_empty()).then_some(found)
}

fn asked((row, cells): (usize, &[Cell]), column: usize) -> Option<AskedNumber> {
    let cell = cells.get(column).filter(|cell| cell.as_deref() != Ok(""))?;
    Some(AskedNumber {
        row,
        cell: cell.clone(),
    })
}

fn is_number(asked: &AskedNumber) -> bool {
    let text = asked.cell.as_deref().unwrap_or_default();
    CredentialNumber::parse(&CredentialNumber::normalize(text)).is_ok()
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

impl Sheet {
    /// The most cells that a row has.
    fn width(&self) -> usize {
        let rows = self.rows.iter().map(|row| row.cells.len());
        rows.chain([self.head.len()]).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(csv: &str) -> Option<Vec<(usize, String)>> {
        let sheet = Sheet::read(csv.as_bytes()).unwrap();
        let found = certificate_numbers(&sheet)?;
        Some(
            found
                .into_iter()
                .map(|asked| (asked.row, asked.cell.unwrap_or_default()))
                .collect(),
        )
    }

    #[test]
    fn the_column_that_is_called_so_counts() {
        let csv = "供应商,证书 编号,备注\n示范一,CQC26A0001,ABCDEF\n示范二,,x\n示范三,?,ABCDEFG\n";
        let found = [(2, "CQC26A0001".to_owned()), (4, "?".to_owned())];
        assert_eq!(texts(csv).as_deref(), Some(found.as_slice()));
        assert_eq!(
            texts("Name;Certificate Number\na;cqc26a0001\n"),
            Some(vec![(2, "cqc26a0001".to_owned())])
        );
    }

    #[test]
    fn without_a_name_the_one_with_most_numbers_counts() {
        let csv = "示范一,CQC26A0001\n示范二,CQC26A0002\n";
        let found = [(1, "CQC26A0001".to_owned()), (2, "CQC26A0002".to_owned())];
        assert_eq!(texts(csv).as_deref(), Some(found.as_slice()));
        assert_eq!(texts("示范一,示范\n示范二,示范\n"), None);
        assert_eq!(texts("证书编号\n"), None);
    }
}
