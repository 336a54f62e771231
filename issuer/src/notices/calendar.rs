//! A day as an iCalendar object (RFC 5545): one all-day event with a reminder a week before.

use touchstone_schemas::date_time::{Date, Timestamp};

/// Longest line in octets (§3.1).
const LINE: usize = 75;

/// An object with one all-day event.
pub(super) fn all_day(uid: &str, stamp: Timestamp, on: Date, summary: &str, description: &str) -> String {
    let day = |day: Date| day.to_string().replace('-', "");
    let after = on.add_days(1).unwrap_or(on);
    let stamp: String = stamp
        .to_string()
        .chars()
        .filter(|c| !matches!(c, '-' | ':'))
        .collect();
    let mut out = String::new();
    for text in [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Touchstone//Issuer//ZH".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", escape(uid)),
        format!("DTSTAMP:{stamp}"),
        format!("DTSTART;VALUE=DATE:{}", day(on)),
        format!("DTEND;VALUE=DATE:{}", day(after)),
        format!("SUMMARY:{}", escape(summary)),
        format!("DESCRIPTION:{}", escape(description)),
        "TRANSP:TRANSPARENT".to_owned(),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        format!("DESCRIPTION:{}", escape(summary)),
        "TRIGGER:-P7D".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ] {
        fold(&text, &mut out);
    }
    out
}

/// TEXT (§3.3.11).
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c => out.push(c),
        }
    }
    out
}

/// A content line, folded between characters (§3.1).
fn fold(text: &str, out: &mut String) {
    let mut width = 0;
    for c in text.chars() {
        if width + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters_and_texts_escaped() {
        let long = "监督提醒；一, 二; 三\\四\n".repeat(8);
        let on = Date::parse("2027-01-31").unwrap();
        let stamp = "2026-11-24T08:00:00Z".parse().unwrap();
        let object = all_day("notice-1@cert.example", stamp, on, &long, "x");
        assert!(object.split("\r\n").all(|line| line.len() <= LINE));
        let unfolded = object.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:监督提醒；一\\, 二\\; 三\\\\四\\n监督"));
        assert!(unfolded.contains("DTSTART;VALUE=DATE:20270131\r\nDTEND;VALUE=DATE:20270201\r\n"));
        assert!(unfolded.contains("DTSTAMP:20261124T080000Z\r\n"));
    }
}
