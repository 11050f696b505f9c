//! Tracking numbers of the sandbox: `RLT`, thirteen digits, and a check digit (Luhn) that catches a mistyped one.

use sha2::{Digest, Sha256};
use uuid::Uuid;

const PREFIX: &str = "RLT";
const DIGITS: usize = 13;

/// The number of the label with our reference `label`: the same each time.
pub fn of_label(label: Uuid) -> String {
    let digest = Sha256::digest(label.as_bytes());
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let digits = format!("{:0DIGITS$}", number % 10_u64.pow(DIGITS as u32));
    format!("{PREFIX}{digits}{}", check_digit(&digits))
}

/// A number as people type it: blanks and hyphens are left out.
pub fn normal(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect()
}

/// Whether `number` looks like one of the sandbox's, but with a wrong check digit: someone mistyped it.
pub fn is_mistyped(number: &str) -> bool {
    let Some(digits) = number.strip_prefix(PREFIX) else { return false };
    if digits.len() != DIGITS + 1 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let (digits, check) = digits.split_at(DIGITS);
    check_digit(digits).to_string() != check
}

fn check_digit(digits: &str) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| (place, u32::from(byte - b'0')))
        .map(|(place, digit)| if place % 2 == 0 { doubled(digit) } else { digit })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_check_digit_is_luhns() {
        assert_eq!(check_digit("7992739871"), 3);
        assert!(!is_mistyped("SOMETHING ELSE"));
        assert_eq!(normal(" rlt 0123-4567 "), "RLT01234567");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_noticed(label in any::<u128>(), place in 3..17_usize, step in 1..10_u32) {
            let number = of_label(Uuid::from_u128(label));
            prop_assert_eq!(number.len(), 17);
            prop_assert!(!is_mistyped(&number));
            let digit = number.as_bytes()[place] - b'0';
            let wrong = (u32::from(digit) + step) % 10;
            let mistyped = format!("{}{wrong}{}", &number[..place], &number[place + 1..]);
            prop_assert!(is_mistyped(&mistyped));
        }
    }
}
