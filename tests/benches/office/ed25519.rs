//! What a key in memory can do at the most.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use ed25519_dalek::{Signer, SigningKey};

/// Signatures over two digests, as a Data Integrity proof is, on one core.
pub(crate) fn signatures_a_second() -> f64 {
    const TIME: Duration = Duration::from_secs(1);
    let key = SigningKey::from_bytes(&[7; 32]);
    let digests = [3_u8; 64];
    let began = Instant::now();
    let mut signatures = 0_u32;
    while began.elapsed() < TIME {
        for _ in 0..64 {
            black_box(key.sign(black_box(&digests)));
        }
        signatures += 64;
    }
    f64::from(signatures) / began.elapsed().as_secs_f64()
}
