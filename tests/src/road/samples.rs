//! The samples of the demonstration: `demo/samples.json`, and those that somebody tampered with.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::measures::MeasurePlan;
use super::program::workspace;
use super::{Failure, Issued, OfficeAtWork, Road, RoadPlan};

/// A sample as the table has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    application: PathBuf,
    /// What happens to the certificate afterwards, in order.
    measures: Vec<MeasurePlan>,
    /// The application of its next version.
    #[serde(default)]
    successor: Option<PathBuf>,
    expected: Expected,
}

/// The verdict to expect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Headline.
    pub headline: String,
    /// State, where it is known.
    #[serde(default)]
    pub state: Option<String>,
}

/// What is shown to the verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The link of a QR code, as a phone's camera reads it.
    Link(String),
    /// A credential's JSON.
    Document(String),
}

impl Shown {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        let (Self::Link(text) | Self::Document(text)) = self;
        text
    }
}

/// A sample that went down the road, with the verdict to expect.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its name: the application's file name without number, or what was done to it.
    pub name: String,
    /// What is shown to the verifier.
    pub shown: Shown,
    /// The certificate as issued; none behind what is hostile.
    pub issued: Option<Issued>,
    /// The verdict to expect.
    pub expected: Expected,
}

/// The folder of demonstration data.
#[must_use]
pub fn demo_folder() -> PathBuf {
    workspace().join("demo")
}

/// Walks every sample down the road, all of them through the office; `say` is told each step. The hostile ones come last.
///
/// # Errors
/// The first step that fails.
pub fn walk(road: &Road, say: &mut dyn FnMut(&str)) -> Result<Vec<Sample>, Failure> {
    let demo = demo_folder();
    let rows: Vec<Row> = serde_json::from_slice(&std::fs::read(demo.join("samples.json"))?)?;
    let office = road.open_office()?;
    say(&format!("认证办公室 office        {}", office.origin()));
    let issued = issue(road, &office, &rows, say)?;
    take_measures(road, &office, (&rows, &issued), say)?;
    let mut samples = Vec::new();
    for (row, issued) in rows.iter().zip(issued) {
        let name = name_of(&row.application);
        let successor = match &row.successor {
            Some(application) => {
                let application = demo.join(application);
                let next = road.bring_to_certificate(&office, &application, Some(&issued))?;
                say(&format!("{} {name}: 换证 version {}", next.number, next.version));
                Some(next)
            }
            None => None,
        };
        samples.push(Sample {
            name: name.clone(),
            shown: Shown::Link(issued.link()?),
            issued: Some(issued),
            expected: row.expected.clone(),
        });
        if let Some(issued) = successor {
            samples.push(Sample {
                name: name.replace("-v1", "-v2"),
                shown: Shown::Link(issued.link()?),
                issued: Some(issued),
                expected: expect("inForce", Some("valid")),
            });
        }
    }
    office.stop()?;
    road.refresh()?;
    say("状态列表已重新签发 · status lists signed anew");
    samples.extend(hostile(road, &samples, say)?);
    Ok(samples)
}

/// Certificates of today are cases, step by step, everybody at their own; those of earlier years were on paper and are one
/// batch of transcriptions. In order.
fn issue(
    road: &Road,
    office: &OfficeAtWork,
    rows: &[Row],
    say: &mut dyn FnMut(&str),
) -> Result<Vec<Issued>, Failure> {
    let (mut cases, mut papers, mut on_paper) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let application = demo_folder().join(&row.application);
        on_paper.push(is_transcribed(&application)?);
        if on_paper.last() == Some(&true) {
            papers.push(application);
        } else {
            cases.push(road.bring_to_certificate(office, &application, None)?);
        }
    }
    say(&format!(
        "经受理、评价、复核、审批、决定、签发，{n} 张证书，{people} 人各用本人令牌与密钥 · {n} certificates by way of the \
         office, {people} people with tokens and keys of their own",
        n = cases.len(),
        people = office.people(),
    ));
    let papers = road.bring_in_papers(office, &papers)?;
    say(&format!(
        "旧证一批，两人以上复核、决定，转录 {n} 张 · {n} paper certificates brought in as a batch that three people signed for",
        n = papers.len()
    ));
    let (mut cases, mut papers) = (cases.into_iter(), papers.into_iter());
    let issued = on_paper
        .iter()
        .map(|on_paper| if *on_paper { papers.next() } else { cases.next() });
    issued
        .map(|issued| issued.ok_or_else(|| "a certificate is missing".into()))
        .collect()
}

/// Takes every sample's measures: the first of each together, then the second, because one follows from the other.
fn take_measures(
    road: &Road,
    office: &OfficeAtWork,
    (rows, issued): (&[Row], &[Issued]),
    say: &mut dyn FnMut(&str),
) -> Result<(), Failure> {
    let most = rows
        .iter()
        .map(|row| row.measures.len())
        .max()
        .unwrap_or_default();
    for turn in 0..most {
        let planned: Vec<(&str, &MeasurePlan)> = rows
            .iter()
            .zip(issued)
            .filter_map(|(row, issued)| Some((issued.number.as_str(), row.measures.get(turn)?)))
            .collect();
        road.take_measures(office, &planned)?;
        for (number, plan) in planned {
            say(&format!("{number} {}", plan.kind));
        }
    }
    Ok(())
}

/// Whether an application file brings in a certificate of before.
fn is_transcribed(application: &Path) -> Result<bool, Failure> {
    let sample: serde_json::Value = serde_json::from_slice(&std::fs::read(application)?)?;
    Ok(sample.pointer("/certificate/transcribed").is_some())
}

/// What the page offers to whoever tries it, by kind; the first of each.
///
/// # Errors
/// What the system says.
pub fn offer(road: &Road, samples: &[Sample]) -> Result<(), Failure> {
    const KINDS: [(&str, &str); 9] = [
        ("inForce", "in-force"),
        ("suspended", "suspended"),
        ("surveillanceOverdue", "overdue"),
        ("withdrawn", "withdrawn"),
        ("superseded", "superseded-v1"),
        ("expired", "expired"),
        ("tampered", "tampered-link"),
        ("unknownIssuer", "unknown-issuer"),
        ("offline", "in-force"),
    ];
    let offered = KINDS.iter().filter_map(|(kind, name)| {
        let sample = samples.iter().find(|sample| sample.name == *name)?;
        Some(serde_json::json!({ "kind": kind, "document": sample.shown.text() }))
    });
    let offered: Vec<_> = offered.collect();
    let file = serde_json::json!({ "samples": offered });
    Ok(std::fs::write(road.samples(), file.to_string())?)
}

/// What somebody made who has no key of the body.
fn hostile(road: &Road, samples: &[Sample], say: &mut dyn FnMut(&str)) -> Result<Vec<Sample>, Failure> {
    let first = samples
        .iter()
        .find_map(|sample| sample.issued.as_ref())
        .ok_or("demo/samples.json is empty")?;
    let (document, link) = (first.credential()?, first.link()?);
    say(&format!(
        "{} 篡改等级与载荷 · grade and payload tampered with",
        first.number
    ));
    let alien = stranger()?;
    say(&format!(
        "另一家机构，自建密钥与登记处，不在 {} 的信任列表 · another body, not in its trust list",
        road.base()
    ));
    let sample = |name: &str, shown: Shown, headline: &str| Sample {
        name: name.to_owned(),
        shown,
        issued: None,
        expected: expect(headline, None),
    };
    Ok(vec![
        sample(
            "tampered-document",
            Shown::Document(raise_grade(&document)?),
            "notGenuine",
        ),
        sample("tampered-link", Shown::Link(turn_digit(&link)), "notGenuine"),
        sample("cut-link", Shown::Link(cut(&link)), "notGenuine"),
        sample("unknown-issuer", Shown::Document(alien), "notAuthorised"),
    ])
}

/// A certificate from a whole parallel house, keys, office and registry, that our trust list knows nothing of.
fn stranger() -> Result<String, Failure> {
    let mut stranger = Road::open(&RoadPlan {
        host: "localhost",
        ..RoadPlan::default()
    })?;
    let issued = stranger.issue(&[demo_folder().join("applications/01-in-force.json")])?;
    let document = issued.first().ok_or("nothing was issued")?.credential()?;
    stranger.stop_registry()?;
    Ok(document)
}

fn expect(headline: &str, state: Option<&str>) -> Expected {
    Expected {
        headline: headline.to_owned(),
        state: state.map(str::to_owned),
    }
}

/// `applications/06-suspended.json` is `suspended`.
fn name_of(application: &Path) -> String {
    let stem = application.file_stem().unwrap_or_default().to_string_lossy();
    stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-')
        .to_owned()
}

/// The same certificate with the highest grade, everywhere it is said.
fn raise_grade(document: &str) -> Result<String, Failure> {
    let mut tree: serde_json::Value = serde_json::from_str(document)?;
    let grade = tree
        .pointer_mut("/credentialSubject/certificate/grade")
        .ok_or("no grade")?;
    grade["level"] = 5.into();
    grade["stars"] = "★★★★★".into();
    grade["name"] = "五级".into();
    Ok(tree.to_string())
}

/// How far from the end a digit is turned: amid the signature, the last 64 bytes of what is coded, some 154 digits. A digit
/// before it turns everything behind it, the name of the key too at times, and then nobody knows a key to check with.
const AMID_THE_SIGNATURE: usize = 70;

/// One digit of the signature turned.
fn turn_digit(link: &str) -> String {
    let at = link.len().saturating_sub(AMID_THE_SIGNATURE);
    let other = if link.as_bytes().get(at) == Some(&b'4') {
        "5"
    } else {
        "4"
    };
    let mut link = link.to_owned();
    link.replace_range(at..=at, other);
    link
}

/// The last ten digits lost, as a chat that breaks long links does.
fn cut(link: &str) -> String {
    link.get(..link.len().saturating_sub(10))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_turned_stands_in_the_signature_of_every_sample() {
        let link = format!("https://registry.example/v#1{}", "4".repeat(500));
        let turned = turn_digit(&link);
        let differs = link
            .bytes()
            .zip(turned.bytes())
            .position(|(one, other)| one != other);
        let from_end = link.len() - differs.unwrap();
        // 64 bytes are 154 digits.
        assert!((11..150).contains(&from_end), "{from_end}");
    }
}
