//! Barcodes: GTIN-8, -12, -13 and -14 with the check digit of the GS1 General Specifications.

/// Whether `barcode` is a GTIN with a right check digit.
pub fn is_valid(barcode: &str) -> bool {
    let digits: Option<Vec<u32>> = barcode.chars().map(|c| c.to_digit(10).filter(|_| c.is_ascii())).collect();
    let Some(digits) = digits else { return false };
    if !matches!(digits.len(), 8 | 12 | 13 | 14) {
        return false;
    }
    // From the right, the check digit counts once, its neighbour three times, and so on.
    let sum: u32 = digits.iter().rev().zip([1, 3].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_codes_are_told_from_wrong_ones() {
        for good in ["4006381333931", "73513537", "036000291452", "10614141000415"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in ["4006381333932", "400638133393", "", "abc", "4006381333931 ", "٤٠٠٦٣٨١٣٣٣٩٣١"] {
            assert!(!is_valid(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(at in 0_usize..13, add in 1_u32..10) {
            let mut digits: Vec<u32> = "4006381333931".chars().filter_map(|c| c.to_digit(10)).collect();
            digits[at] = (digits[at] + add) % 10;
            let code: String = digits.iter().map(u32::to_string).collect();
            prop_assert!(!is_valid(&code));
        }
    }
}
