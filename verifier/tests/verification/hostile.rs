//! Every door takes any bytes without a panic.

use proptest::prelude::*;
use touchstone_verifier::{
    input::LoggedDocument, needs_json, open_snapshot, open_status_list, open_trust_list, verify,
    verify_event, verify_json,
};

use crate::fixture::{World, time};

/// Text near enough to a document to get past the first checks: a good one with a piece replaced.
fn spoilt(good: String) -> impl Strategy<Value = String> {
    (0..good.len(), 0..40_usize, "\\PC{0,12}|[\"{}:,\\[\\]0-9a-z]{0,8}").prop_map(
        move |(at, length, piece)| {
            let floor = |place: usize| {
                (0..=place)
                    .rev()
                    .find(|place| good.is_char_boundary(*place))
                    .unwrap()
            };
            let (start, end) = (floor(at), floor((at + length).min(good.len())));
            format!("{}{piece}{}", &good[..start], &good[end..])
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_at_any_door(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let world = World::new();
        let trust = open_trust_list(world.trust_text().as_bytes(), &world.policy(), None).unwrap();
        prop_assert!(open_trust_list(&bytes, &world.policy(), None).is_err());
        prop_assert!(open_status_list(&bytes, &trust).is_err());
        prop_assert!(open_snapshot(&bytes, &trust).is_err());
        prop_assert!(verify_event(&bytes, &trust, time("2026-06-15T04:00:00Z")).is_err());
        let refusal = br#"{"detail":"#;
        let (verified, needed) = (verify_json(&bytes), needs_json(&bytes));
        prop_assert!(verified.starts_with(refusal) && needed.starts_with(refusal));
    }

    #[test]
    fn spoilt_facts(
        document in spoilt(World::new().signed()),
        list in spoilt(World::new().lists(touchstone_schemas::status::StatusMessage::InForce).remove(0)),
        event in "\\PC{0,40}",
    ) {
        let world = World::new();
        let mut request = world.request();
        request.document.clone_from(&document);
        prop_assert!(!verify(&request).to_json().is_empty());
        request.document = world.signed();
        request.facts.status_lists[0] = list;
        request.facts.snapshot = Some(event.clone());
        request.facts.receipt = Some(event.clone());
        request.facts.events = vec![LoggedDocument { document: document.clone(), receipt: event }];
        prop_assert!(!verify(&request).to_json().is_empty());
    }

    #[test]
    fn spoilt_trust_lists(list in spoilt(World::new().trust_text())) {
        let world = World::new();
        let mut request = world.request();
        request.facts.trust_list = Some(list);
        prop_assert!(!verify(&request).to_json().is_empty());
    }

    #[test]
    fn requests_of_any_shape(document in "\\PC{0,60}", need in "\\PC{0,20}") {
        let world = World::new();
        let mut request = world.request();
        request.document = document;
        request.need = Some(touchstone_verifier::input::Need { site: Some(need), ..Default::default() });
        let json = touchstone_schemas::jcs::to_canonical(&request);
        prop_assert_eq!(verify_json(&json), verify(&request).to_json());
    }
}
