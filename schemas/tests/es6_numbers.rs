//! A million numbers in the spelling of ECMAScript, which RFC 8785 §3.2.2.3 prescribes.
//!
//! The sequence published with RFC 8785 is deterministic: 168 chosen doubles, 2,000 from the smallest normal
//! one up, then the finite non-zero doubles (little-endian) of the chain SHA-256(0^32), SHA-256 of that, ….
//! Its lines are `<bits in hexadecimal>,<number>\n`; digests of its beginnings are published.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "node is another program"
)]
#![expect(clippy::panic, reason = "tests")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};
use touchstone_schemas::json::{JsonErrorReason, parse_i_json};

/// Lines and SHA-256 of the beginnings of the published list.
const PUBLISHED: [(usize, &str); 4] = [
    (
        1_000,
        "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687",
    ),
    (
        10_000,
        "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892",
    ),
    (
        100_000,
        "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7",
    ),
    (
        1_000_000,
        "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16",
    ),
];

/// About 10^k/3 for k from 22 down to −27, each with the rounding error the list's author had.
const THIRDS: [u64; 50] = [
    0x4466_9669_5dbd_1cc3,
    0x4432_11ed_e497_4a35,
    0x43fc_e97c_a0f2_1056,
    0x43c7_2130_80c1_a6ac,
    0x4392_80f3_9a34_8556,
    0x435d_9b1f_5d20_d557,
    0x4327_af4c_4a80_aaac,
    0x42f2_f2a3_6ecd_5556,
    0x42be_5105_7e15_5558,
    0x4288_40d1_31aa_aaac,
    0x4253_670d_c155_5557,
    0x421f_0b49_3555_5557,
    0x41e8_d5d4_2aaa_aaac,
    0x41b3_de43_5555_5556,
    0x417f_ca05_5555_5556,
    0x4149_6e6a_aaaa_aaab,
    0x4114_5855_5555_5555,
    0x40e0_46aa_aaaa_aaab,
    0x40aa_0aaa_aaaa_aaaa,
    0x4074_d555_5555_5555,
    0x4040_aaaa_aaaa_aaab,
    0x400a_aaaa_aaaa_aaab,
    0x3fd5_5555_5555_5555,
    0x3fa1_1111_1111_1111,
    0x3f6b_4e81_b4e8_1b4f,
    0x3f35_d867_c3ec_e2a5,
    0x3f01_79ec_9cbd_821e,
    0x3ecb_f647_612f_3696,
    0x3e96_5e9f_80f2_9212,
    0x3e61_e54c_6728_74db,
    0x3e2c_a213_d840_baf8,
    0x3df6_e80f_e033_c8c6,
    0x3dc2_533f_e68f_d3d2,
    0x3d8d_51ff_d74c_861c,
    0x3d57_74cc_ac3d_3817,
    0x3d22_c3d6_f030_f9ac,
    0x3cee_0624_b381_8f79,
    0x3cb8_04ea_2934_72c7,
    0x3c83_3721_ba90_5bd3,
    0x3c4e_be9c_5db3_c61e,
    0x3c18_987d_17c3_04e5,
    0x3be3_ad30_dfcf_371d,
    0x3baf_7b81_6618_582f,
    0x3b79_2f9a_b813_79bf,
    0x3b44_2615_600f_9499,
    0x3b10_1e77_800c_76e1,
    0x3ad9_ca58_cce0_be35,
    0x3aa4_a1e0_a3e6_fe90,
    0x3a70_8180_831f_320d,
    0x3a3a_68cd_9e98_5016,
];

/// The chosen doubles that follow zero, the smallest double and the thirds of either sign.
const CHOSEN: [f64; 64] = [
    10.0,
    5.0,
    0.5,
    0.05,
    0.005,
    0.0005,
    0.000_05,
    0.000_005,
    5e-7,
    5e-8,
    5e-9,
    // A six ever further behind a five, until it falls off.
    5.06e-6,
    5.006e-6,
    5.0006e-6,
    5.00006e-6,
    5.000006e-6,
    5.0000006e-6,
    5.00000006e-6,
    5.000000006e-6,
    5.0000000006e-6,
    5.00000000006e-6,
    5.000000000006e-6,
    5.0000000000006e-6,
    5.00000000000006e-6,
    5.000000000000006e-6,
    5e-6,
    // Around one.
    1.0,
    -1.0,
    -0.999_999_999_999_999_3,
    -0.999_999_999_999_999_4,
    0.999_999_999_999_999_3,
    0.999_999_999_999_999_4,
    0.999_999_999_999_999_6,
    0.999_999_999_999_999_8,
    -0.999_999_999_999_999_9,
    -0.999_999_999_999_999_9,
    0.999_999_999_999_999_9,
    0.999_999_999_999_999_9,
    0.299_999_999_999_999_93,
    0.3,
    0.300_000_000_000_000_04,
    // The smallest normal double, two below it, the largest.
    f64::MIN_POSITIVE,
    2.225_073_858_507_2e-308,
    2.225_073_858_507_201e-308,
    f64::MAX,
    f64::MIN,
    // 2^53, 2^68, and the places where the spelling changes.
    9_007_199_254_740_992.0,
    -9_007_199_254_740_992.0,
    295_147_905_179_352_830_000.0,
    9.999_999_999_999_997e22,
    1e23,
    1.000_000_000_000_000_1e23,
    999_999_999_999_999_700_000.0,
    999_999_999_999_999_900_000.0,
    1e21,
    9.999_999_999_999_997e-7,
    1e-6,
    333_333_333.333_333_2,
    333_333_333.333_333_25,
    333_333_333.333_333_3,
    333_333_333.333_333_4,
    333_333_333.333_333_43,
    -3.333_333_333_333_333_3e-6,
    1_424_953_923_781_206.2,
];

/// The published sequence, without end.
fn sequence() -> impl Iterator<Item = f64> {
    let thirds = THIRDS.map(f64::from_bits);
    let smallest = f64::from_bits(1);
    let serial = (0..2000).map(|step| f64::from_bits(f64::MIN_POSITIVE.to_bits() + step));
    let blocks = std::iter::successors(Some([0_u8; 32]), |block| Some(Sha256::digest(block).into()));
    let random = blocks.skip(1).flat_map(|block| block.as_chunks::<8>().0.to_vec());
    [0.0, -0.0, smallest, -smallest]
        .into_iter()
        .chain(thirds.map(|third| -third))
        .chain(thirds)
        .chain(CHOSEN)
        .chain(serial)
        .chain(
            random
                .map(f64::from_le_bytes)
                .filter(|value| value.is_finite() && *value != 0.0),
        )
}

/// How the reader says a double must be spelled: it takes the spelling offered or names the canonical one.
fn spelling(value: f64) -> String {
    let offered = format!("{value:e}");
    match parse_i_json(offered.as_bytes(), offered.len()) {
        Ok(_) => offered,
        Err(error) => match error.reason {
            JsonErrorReason::NonCanonicalNumber { canonical } => canonical,
            reason => panic!("{offered}: {reason}"),
        },
    }
}

#[test]
fn the_published_list() {
    assert_eq!(4 + 2 * THIRDS.len() + CHOSEN.len(), 168);
    let mut hash = Sha256::new();
    let mut line = String::new();
    let mut published = PUBLISHED.iter();
    let mut next = published.next();
    for (index, value) in sequence().enumerate() {
        line.clear();
        writeln!(line, "{:x},{}", value.to_bits(), spelling(value)).unwrap();
        hash.update(&line);
        let Some((lines, expected)) = next else { break };
        if index + 1 == *lines {
            let digest: [u8; 32] = hash.clone().finalize().into();
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digest, *expected, "first {lines} lines");
            next = published.next();
        }
    }
}

#[test]
fn a_canonical_spelling_is_read_and_written_unless_an_unsafe_integer() {
    for value in sequence().take(100_000) {
        let token = spelling(value);
        let unsafe_integer = value.abs() >= 9_007_199_254_740_992.0 && value.abs() < 1e21;
        match parse_i_json(token.as_bytes(), token.len()) {
            Ok(read) => {
                assert_eq!(read.to_canonical_bytes(), token.as_bytes());
                assert!(!unsafe_integer, "{token}");
            }
            Err(error) => {
                assert_eq!(error.reason, JsonErrorReason::UnsafeInteger, "{token}");
                assert!(unsafe_integer, "{token}");
            }
        }
    }
}

const NODE: &str = r"
const bits = require('fs').readFileSync(0);
const out = [];
for (let at = 0; at < bits.length; at += 8) out.push(JSON.stringify(bits.readDoubleLE(at)));
process.stdout.write(out.join('\n') + '\n');
";

#[test]
fn node_spells_a_million_numbers_alike() {
    let child = Command::new("node")
        .args(["-e", NODE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("SKIPPED: node absent");
        return;
    };
    let values: Vec<f64> = sequence().take(1_000_000).collect();
    let bits: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let mut stdin = child.stdin.take().unwrap();
    let feed = std::thread::spawn(move || stdin.write_all(&bits).unwrap());
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    for value in values {
        assert_eq!(lines.next(), Some(spelling(value).as_str()));
    }
    assert_eq!(lines.next(), None);
}
