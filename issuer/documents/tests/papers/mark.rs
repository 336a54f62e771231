//! The mark tells its state by words and shape.

use touchstone_documents::mark::{MarkInput, MarkState};
use touchstone_schemas::date_time::Timestamp;
use touchstone_schemas::status::StatusMessage;

use crate::fixture::{Issued, SETTER};

#[test]
fn every_state_has_its_own_words_and_its_own_picture() {
    let issued = Issued::of(60, |_| ());
    let as_of = Timestamp::parse("2026-03-01T08:00:00Z").unwrap();
    let states = [
        (MarkState::Listed(StatusMessage::InForce), "有效"),
        (
            MarkState::Listed(StatusMessage::OverdueInGrace),
            "监督逾期（宽限期内）",
        ),
        (MarkState::Listed(StatusMessage::Overdue), "监督逾期"),
        (MarkState::Listed(StatusMessage::Suspended), "暂停"),
        (MarkState::Listed(StatusMessage::Cancelled), "注销"),
        (MarkState::Listed(StatusMessage::Superseded), "已换证"),
        (MarkState::Listed(StatusMessage::Withdrawn), "撤销"),
        (MarkState::Expired, "已过期"),
        (MarkState::Unknown, "无法确认"),
    ];
    let mut seen = Vec::new();
    for (state, words) in states {
        let input = MarkInput {
            credential: &issued.credential,
            state,
            as_of,
            demonstration: true,
        };
        let mark = SETTER.mark(&input).unwrap();
        assert!(mark.svg.contains(&format!(" {words} ")), "{words}: title");
        assert!(mark.svg.contains("role=\"img\"") && mark.svg.ends_with("</svg>"));
        assert!(!mark.svg.contains("<text") && !mark.svg.contains("<script"));
        assert!(mark.png.starts_with(b"\x89PNG"));
        assert!(!seen.contains(&mark.png), "{words} looks like another state");
        if let Some(folder) = std::env::var_os("TOUCHSTONE_PAPERS") {
            let folder = std::path::Path::new(&folder);
            std::fs::write(folder.join(format!("mark-{}.png", seen.len())), &mark.png).unwrap();
            std::fs::write(folder.join(format!("mark-{}.svg", seen.len())), &mark.svg).unwrap();
        }
        seen.push(mark.png);
    }
}
