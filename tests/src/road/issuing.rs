//! The office at the command line: issuing, changing, refreshing.

use std::path::PathBuf;

use touchstone_schemas::date_time::{Date, Timestamp};

use super::program::Finished;
use super::{Failure, Road};

/// Exit code of the office when an application is refused.
pub const REFUSED: i32 = 2;

/// A certificate as the office handed it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// 证书编号.
    pub number: String,
    /// Version.
    pub version: u64,
    /// The folder of its files.
    pub folder: PathBuf,
}

impl Issued {
    /// One of its files: `json`, `receipt.json`, `link.txt`, `svg`, `png`.
    #[must_use]
    pub fn file(&self, ending: &str) -> PathBuf {
        let version = if self.version == 1 {
            String::new()
        } else {
            format!("-v{}", self.version)
        };
        self.folder.join(format!("{}{version}.{ending}", self.number))
    }

    /// The text of such a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(&self, ending: &str) -> Result<String, Failure> {
        let path = self.file(ending);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()).into())
    }

    /// The signed credential.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn credential(&self) -> Result<String, Failure> {
        self.text("json")
    }

    /// The link in its QR code.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn link(&self) -> Result<String, Failure> {
        Ok(self.text("link.txt")?.trim().to_owned())
    }

    /// What a camera reads from its QR image.
    ///
    /// # Errors
    /// When there is not exactly one symbol in it that can be read.
    pub fn scan(&self) -> Result<String, Failure> {
        let image = image::open(self.file("png"))?.to_luma8();
        let (width, height) = (usize::try_from(image.width())?, usize::try_from(image.height())?);
        let pixels = image.into_raw();
        let grey = |x: usize, y: usize| pixels.get(y * width + x).copied().unwrap_or_default();
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
        match prepared.detect_grids().as_slice() {
            [symbol] => Ok(symbol.decode()?.1),
            symbols => Err(format!("{} symbols in {}", symbols.len(), self.file("png").display()).into()),
        }
    }
}

impl Road {
    /// Where the office puts finished certificates.
    #[must_use]
    pub fn out(&self) -> PathBuf {
        self.at("certificates")
    }

    /// Issues from application files, in order.
    ///
    /// # Errors
    /// What the office says, when one is refused or not delivered.
    pub fn issue(&self, applications: &[PathBuf]) -> Result<Vec<Issued>, Failure> {
        let mut office = self.office()?;
        office
            .args(["--json", "issue", "--out"])
            .arg(self.out())
            .arg("--file")
            .args(applications);
        let lines = Finished::of(&mut office)?.well("touchstone-issuer issue")?;
        lines
            .lines()
            .map(|line| self.issued(&serde_json::from_str(line)?))
            .collect()
    }

    /// Changes a status by one command, as a test root allows: `change` is what follows `touchstone-issuer`, without the
    /// number.
    ///
    /// # Errors
    /// What the office says.
    pub fn change(&self, issued: &Issued, change: &[&str]) -> Result<(), Failure> {
        let mut office = self.office()?;
        office.args(change).args(["--number", &issued.number]);
        let what = format!(
            "touchstone-issuer {} --number {}",
            change.join(" "),
            issued.number
        );
        Finished::of(&mut office)?.well(&what).map(drop)
    }

    /// Signs every status list anew.
    ///
    /// # Errors
    /// What the office says.
    pub fn refresh(&self) -> Result<(), Failure> {
        Finished::of(self.office()?.args(["status", "refresh"]))?
            .well("touchstone-issuer status refresh")
            .map(drop)
    }

    /// Signs a snapshot of every state.
    ///
    /// # Errors
    /// What the office says.
    pub fn snapshot(&self) -> Result<(), Failure> {
        Finished::of(self.office()?.arg("snapshot"))?
            .well("touchstone-issuer snapshot")
            .map(drop)
    }

    fn issued(&self, told: &serde_json::Value) -> Result<Issued, Failure> {
        match (told["number"].as_str(), told["version"].as_u64()) {
            (Some(number), Some(version)) => Ok(Issued {
                number: number.to_owned(),
                version,
                folder: self.out(),
            }),
            _ => Err(format!("the office says {told}").into()),
        }
    }
}

/// Now, to the second.
///
/// # Errors
/// When the clock is before 1970.
pub(super) fn now() -> Result<Timestamp, Failure> {
    Timestamp::from_unix(jiff::Timestamp::now().as_second()).ok_or_else(|| "the clock is before 1970".into())
}

/// The day so many days from today: `-50d`, `+1d`, or nothing.
pub(super) fn days_from_today(days: &str) -> Result<Date, Failure> {
    let number: i32 = match days.strip_suffix('d') {
        Some(number) => number.parse()?,
        None => 0,
    };
    Date::of(now()?)
        .add_days(number)
        .ok_or_else(|| "no such day".into())
}

/// A day of a sample: a date, or `@today` with days from it.
///
/// # Errors
/// When there is no such day.
pub(super) fn day_of(text: &str) -> Result<String, Failure> {
    match text.strip_prefix("@today") {
        Some(days) => Ok(days_from_today(days)?.to_string()),
        None => Ok(text.to_owned()),
    }
}
