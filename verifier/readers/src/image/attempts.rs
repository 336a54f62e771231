//! What is tried with a picture, the quickest first, until something is read.

use super::binary::Bound;
use super::grey::Grey;
use super::symbols;
use crate::budget::{MAX_SIDE, MAX_SYMBOLS};

/// How long is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// One picture of many that a camera gives, `.0` its number: each is tried in another way.
    Glance(usize),
    /// A picture without any fault of camera or paper.
    Sharp,
    /// The only picture there is: every way.
    Search,
}

impl Effort {
    /// How many attempts there are at a picture that shows nothing.
    pub(crate) fn attempts(self) -> usize {
        match self {
            Self::Glance(_) => 2,
            Self::Sharp => SHARP,
            Self::Search => ATTEMPTS.len(),
        }
    }
}

/// What is done to the picture before it is searched.
#[derive(Clone, Copy, Debug)]
enum Made {
    Plain,
    Smoothed(usize),
    Sharpened(usize),
    Turned(f32),
    Inverted,
}

#[derive(Clone, Copy, Debug)]
struct Attempt {
    /// Pixels along the longer side.
    side: usize,
    made: Made,
    bound: Bound,
}

const fn attempt(side: usize, made: Made, bound: Bound) -> Attempt {
    Attempt { side, made, bound }
}

/// Against the mean of a wide square.
const WIDE: Bound = Bound::Around { part: 6, below: 4 };
/// Against that of a narrow one: where light changes quickly.
const NARROW: Bound = Bound::Around { part: 16, below: 4 };
/// Against a bound near the dark: where lines have run together.
const DARK: Bound = Bound::Around { part: 8, below: 18 };

/// In this order, by what each finds of the distorted pictures in `tests/distorted.rs` for the time it takes.
const ATTEMPTS: [Attempt; 22] = [
    attempt(1000, Made::Plain, WIDE),
    attempt(600, Made::Plain, WIDE),
    attempt(1000, Made::Plain, Bound::Rows),
    attempt(1400, Made::Plain, WIDE),
    attempt(1000, Made::Smoothed(1), WIDE),
    attempt(1000, Made::Plain, NARROW),
    attempt(1400, Made::Smoothed(2), WIDE),
    attempt(1000, Made::Sharpened(3), WIDE),
    attempt(1000, Made::Inverted, WIDE),
    attempt(1000, Made::Turned(33.0), WIDE),
    attempt(1000, Made::Plain, Bound::Whole),
    attempt(800, Made::Plain, DARK),
    attempt(1400, Made::Smoothed(1), NARROW),
    attempt(MAX_SIDE, Made::Sharpened(5), WIDE),
    attempt(MAX_SIDE, Made::Smoothed(3), WIDE),
    attempt(450, Made::Plain, NARROW),
    attempt(1000, Made::Turned(61.0), WIDE),
    attempt(1200, Made::Smoothed(2), Bound::Rows),
    attempt(1000, Made::Sharpened(2), DARK),
    attempt(600, Made::Inverted, NARROW),
    attempt(MAX_SIDE, Made::Turned(20.0), NARROW),
    attempt(300, Made::Plain, WIDE),
];

/// How many of them are tried with a picture that has no faults.
const SHARP: usize = 4;

/// The texts of the QR codes in a picture, at most [`MAX_SYMBOLS`]: those of the first attempt that reads any.
#[must_use]
pub fn texts(picture: &Grey, effort: Effort) -> Vec<String> {
    match effort {
        Effort::Glance(number) => {
            let first = ATTEMPTS.first().into_iter();
            let another = ATTEMPTS.get(1 + number % (ATTEMPTS.len() - 1)).into_iter();
            first_found(picture, first.chain(another))
        }
        Effort::Sharp => first_found(picture, ATTEMPTS.iter().take(SHARP)),
        Effort::Search => first_found(picture, ATTEMPTS.iter()),
    }
}

fn first_found<'a>(picture: &Grey, attempts: impl Iterator<Item = &'a Attempt>) -> Vec<String> {
    let longest = picture.width().max(picture.height());
    for attempt in attempts {
        // What is small gets no detail by being drawn larger; twice is for the finder's whole pixels.
        let side = attempt.side.min(2 * longest);
        let scaled = picture.scaled(side);
        let made = match attempt.made {
            Made::Plain => scaled,
            Made::Smoothed(radius) => scaled.smoothed(radius),
            Made::Sharpened(radius) => scaled.sharpened(radius),
            Made::Turned(degrees) => scaled.turned(degrees),
            Made::Inverted => scaled.inverted(),
        };
        let mut found = symbols::find(&made, attempt.bound);
        if !found.is_empty() {
            found.truncate(MAX_SYMBOLS);
            return found;
        }
    }
    Vec::new()
}
