//! Interleaved measurement: in every round each piece of work runs for about the same short time, so that whatever
//! slows the machine down slows all of them; what is compared was measured in the same round.

use std::time::{Duration, Instant};

/// How long one piece of work runs in one round.
const SLICE: Duration = Duration::from_millis(2);
/// Most repetitions in a slice.
const MOST_REPETITIONS: u32 = 10_000;

/// Nanoseconds that one run took, a value a round.
#[derive(Debug, Clone)]
pub(crate) struct Times(Vec<f64>);

/// Lower quartile, median, upper quartile.
pub(crate) type Quartiles = [f64; 3];

impl Times {
    /// Times measured elsewhere, a value a round.
    pub(crate) const fn of(nanoseconds: Vec<f64>) -> Self {
        Self(nanoseconds)
    }

    /// The median in nanoseconds.
    pub(crate) fn median(&self) -> f64 {
        let [_, median, _] = quartiles(self.0.clone());
        median
    }

    /// How many times longer than `other`, compared round by round.
    pub(crate) fn over(&self, other: &Self) -> Quartiles {
        quartiles(
            self.0
                .iter()
                .zip(&other.0)
                .map(|(one, other)| one / other)
                .collect(),
        )
    }
}

/// Runs every piece of work in every round, the first one another each round.
pub(crate) fn measure<const N: usize>(rounds: usize, mut works: [&mut dyn FnMut(); N]) -> [Times; N] {
    let repetitions: [u32; N] = std::array::from_fn(|at| calibrate(works[at]));
    let mut times: [Times; N] = std::array::from_fn(|_| Times::of(Vec::with_capacity(rounds)));
    for round in 0..rounds {
        for step in 0..N {
            let at = (round + step) % N;
            let start = Instant::now();
            for _ in 0..repetitions[at] {
                works[at]();
            }
            let nanoseconds = start.elapsed().as_secs_f64() * 1e9;
            times[at].0.push(nanoseconds / f64::from(repetitions[at]));
        }
    }
    times
}

/// Repetitions that fill a slice; what was measured here counts for nothing else.
fn calibrate(work: &mut dyn FnMut()) -> u32 {
    let start = Instant::now();
    let mut done = 0;
    while start.elapsed() < 4 * SLICE && done < MOST_REPETITIONS {
        work();
        done += 1;
    }
    (done / 4).max(1)
}

fn quartiles(mut values: Vec<f64>) -> Quartiles {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len() - 1;
    [1, 2, 3].map(|quarter| values[last * quarter / 4])
}
