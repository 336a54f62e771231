//! Exact non-negative fractions for scores. Only display rounds.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::text_form::text_form;

/// Both terms stay below 2^120, so that a term times 200 still fits in 128 bits when a score is shown.
const LIMIT: u128 = 1 << 120;

/// Why a fraction cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RatioError {
    /// A term of the reduced result reaches 2^120.
    #[error("a fraction needs terms of 120 bits or more")]
    Overflow,
    /// The divisor is zero.
    #[error("a fraction is divided by zero")]
    DivisionByZero,
    /// Not `n`, `n.d` or `n/d` in decimal digits.
    #[error("a fraction is not written as a decimal or as n/d")]
    Form,
}

/// A non-negative fraction in lowest terms. Its text form is `n/d`, or `n` when d is 1; it reads decimals too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: u128,
    denominator: u128,
}

impl Ratio {
    /// 0.
    pub const ZERO: Self = Self {
        numerator: 0,
        denominator: 1,
    };
    /// 1.
    pub const ONE: Self = Self {
        numerator: 1,
        denominator: 1,
    };

    /// `numerator / denominator` in lowest terms.
    ///
    /// # Errors
    /// [`RatioError::DivisionByZero`], [`RatioError::Overflow`].
    pub fn new(numerator: u128, denominator: u128) -> Result<Self, RatioError> {
        if denominator == 0 {
            return Err(RatioError::DivisionByZero);
        }
        let divisor = gcd(numerator, denominator);
        let (numerator, denominator) = (numerator / divisor, denominator / divisor);
        if numerator >= LIMIT || denominator >= LIMIT {
            return Err(RatioError::Overflow);
        }
        Ok(Self {
            numerator,
            denominator,
        })
    }

    /// The whole number.
    pub fn whole(number: u32) -> Self {
        Self {
            numerator: u128::from(number),
            denominator: 1,
        }
    }

    /// `self + other`.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, RatioError> {
        let divisor = gcd(self.denominator, other.denominator);
        let (own, others) = (other.denominator / divisor, self.denominator / divisor);
        let left = self.numerator.checked_mul(own).ok_or(RatioError::Overflow)?;
        let right = other.numerator.checked_mul(others).ok_or(RatioError::Overflow)?;
        let denominator = self.denominator.checked_mul(own).ok_or(RatioError::Overflow)?;
        Self::new(left.checked_add(right).ok_or(RatioError::Overflow)?, denominator)
    }

    /// `self × other`.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn times(self, other: Self) -> Result<Self, RatioError> {
        let left = gcd(self.numerator, other.denominator).max(1);
        let right = gcd(other.numerator, self.denominator).max(1);
        let numerator = (self.numerator / left).checked_mul(other.numerator / right);
        let denominator = (self.denominator / right).checked_mul(other.denominator / left);
        Self::new(
            numerator.ok_or(RatioError::Overflow)?,
            denominator.ok_or(RatioError::Overflow)?,
        )
    }

    /// `self ÷ other`.
    ///
    /// # Errors
    /// [`RatioError::DivisionByZero`], [`RatioError::Overflow`].
    pub fn divided_by(self, other: Self) -> Result<Self, RatioError> {
        self.times(Self::new(other.denominator, other.numerator)?)
    }

    /// For people: two decimal places, half up. Never to be compared with a threshold.
    pub fn rounded(self) -> String {
        // Both terms are below 2^120, so nothing here reaches 2^128.
        let rest = self.numerator % self.denominator;
        let hundredths = (rest * 200 + self.denominator) / (2 * self.denominator);
        let whole = self.numerator / self.denominator + hundredths / 100;
        format!("{whole}.{:02}", hundredths % 100)
    }
}

const fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Ord for Ratio {
    /// Compares the continued fractions term by term: exact, and nothing can overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut left, mut right) = (
            (self.numerator, self.denominator),
            (other.numerator, other.denominator),
        );
        loop {
            let whole = (left.0 / left.1).cmp(&(right.0 / right.1));
            let (left_rest, right_rest) = (left.0 % left.1, right.0 % right.1);
            if whole.is_ne() || left_rest == 0 || right_rest == 0 {
                return whole.then((left_rest != 0).cmp(&(right_rest != 0)));
            }
            // rest/denominator compares as the reverse of denominator/rest: swapping sides keeps the sense.
            (left, right) = ((right.1, right_rest), (left.1, left_rest));
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.numerator)?;
        if self.denominator == 1 {
            Ok(())
        } else {
            write!(f, "/{}", self.denominator)
        }
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    /// Reads `n`, `n.d` or `n/d`.
    fn from_str(text: &str) -> Result<Self, RatioError> {
        if let Some((numerator, denominator)) = text.split_once('/') {
            return Self::new(read(numerator)?, read(denominator)?);
        }
        let Some((whole, decimals)) = text.split_once('.') else {
            return Self::new(read(text)?, 1);
        };
        let places = u32::try_from(decimals.len()).map_err(|_| RatioError::Overflow)?;
        let denominator = 10u128.checked_pow(places).ok_or(RatioError::Overflow)?;
        Self::new(read(whole)?, 1)?.plus(Self::new(read(decimals)?, denominator)?)
    }
}

fn read(digits: &str) -> Result<u128, RatioError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RatioError::Form);
    }
    digits.parse().map_err(|_| RatioError::Overflow)
}

text_form!(Ratio, "a decimal or a fraction n/d as a string");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn arithmetic_is_exact() {
        assert_eq!(ratio("0.1").plus(ratio("0.2")), Ok(ratio("0.3")));
        assert_eq!(ratio("1/3").times(ratio("0.75")), Ok(ratio("1/4")));
        assert_eq!(ratio("1/3").divided_by(ratio("2/3")), Ok(ratio("0.5")));
        assert_eq!(Ratio::ZERO.times(ratio("7/3")), Ok(Ratio::ZERO));
        assert_eq!(
            Ratio::ONE.divided_by(Ratio::ZERO),
            Err(RatioError::DivisionByZero)
        );
        assert_eq!(ratio("0.80").to_string(), "4/5");
        assert_eq!(serde_json::to_string(&ratio("3.0")).unwrap(), "\"3\"");
    }

    #[test]
    fn display_rounds_half_up() {
        for (text, shown) in [
            ("0", "0.00"),
            ("0.805", "0.81"),
            ("0.8049999", "0.80"),
            ("0.995", "1.00"),
            ("2.994999", "2.99"),
            ("2/3", "0.67"),
            ("1/200", "0.01"),
            ("5", "5.00"),
        ] {
            assert_eq!(ratio(text).rounded(), shown, "{text}");
        }
        let largest = Ratio::new(LIMIT - 1, LIMIT - 2).unwrap();
        assert_eq!(largest.rounded(), "1.00");
        assert!(largest > Ratio::ONE);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let third = Ratio::new(1, LIMIT - 1).unwrap();
        assert_eq!(third.times(third), Err(RatioError::Overflow));
        assert_eq!(
            third.plus(Ratio::new(1, LIMIT - 2).unwrap()),
            Err(RatioError::Overflow)
        );
        assert_eq!(Ratio::new(LIMIT, 1), Err(RatioError::Overflow));
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1/", "1/2/3", "１"] {
            assert_eq!(text.parse::<Ratio>(), Err(RatioError::Form), "{text}");
        }
        assert_eq!("1/0".parse::<Ratio>(), Err(RatioError::DivisionByZero));
    }

    proptest! {
        #[test]
        fn order_is_that_of_cross_products(a in 0u64.., b in 1u64.., c in 0u64.., d in 1u64..) {
            let [a, b, c, d] = [a, b, c, d].map(u128::from);
            let expected = (a * d).cmp(&(c * b));
            prop_assert_eq!(Ratio::new(a, b).unwrap().cmp(&Ratio::new(c, d).unwrap()), expected);
        }

        #[test]
        fn small_order_too(a in 0u128..20, b in 1u128..20, c in 0u128..20, d in 1u128..20) {
            let (left, right) = (Ratio::new(a, b).unwrap(), Ratio::new(c, d).unwrap());
            prop_assert_eq!(left.cmp(&right), (a * d).cmp(&(c * b)));
            prop_assert_eq!(left.to_string().parse::<Ratio>(), Ok(left));
            prop_assert_eq!(left.plus(right), right.plus(left));
        }
    }
}
