//! Which passwords are taken: long enough, not too long, and not among the first that anyone would try.
//!
//! No rules on kinds of characters (NIST SP 800-63B-4): length and a blocklist do more.

use unicode_normalization::UnicodeNormalization;
use zxcvbn::zxcvbn;

/// Fewer guesses than this, by someone who knows lists and the owner, and a password is refused. An attacker gets
/// some thirty guesses a day past the throttle; should the hashes leak, Argon2 stands in the way of the rest.
const GUESSES_LOG10_MIN: f64 = 7.0;
/// Words of the owner shorter than this are in too many good passwords.
const CONTEXT_WORD_MIN: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    TooShort { min: usize },
    TooLong { max: usize },
    Common,
}

impl Weakness {
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::Common => "too_common",
        }
    }

    pub fn message(self) -> String {
        match self {
            Self::TooShort { min } => format!("must have at least {min} characters; a few words make a good password"),
            Self::TooLong { max } => format!("must have at most {max} characters"),
            Self::Common => "is easy to guess; take a few words that do not belong together".to_owned(),
        }
    }
}

/// The form that is hashed: what is typed on one keyboard must equal what is typed on another.
pub fn normalise(password: &str) -> String {
    password.nfc().collect()
}

/// What is wrong with a normalised password, if anything. `context` are texts an attacker tries first: the owner's
/// name and address, the shop's name.
pub fn weakness(password: &str, context: &[&str], min: usize, max: usize) -> Option<Weakness> {
    let length = password.chars().count();
    if length < min {
        return Some(Weakness::TooShort { min });
    }
    if length > max {
        return Some(Weakness::TooLong { max });
    }
    let words: Vec<String> = context
        .iter()
        .flat_map(|text| {
            let parts = text.split(|c: char| !c.is_alphanumeric());
            // Also written together, as in `adalovelace1`.
            parts.clone().map(str::to_owned).chain([(*text).to_owned(), parts.collect()])
        })
        .filter(|word| word.chars().count() >= CONTEXT_WORD_MIN)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    (zxcvbn(password, &words).guesses_log10() < GUESSES_LOG10_MIN).then_some(Weakness::Common)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str) -> Option<Weakness> {
        weakness(&normalise(password), &["ada.lovelace", "Ada Lovelace", "Rialto"], 12, 128)
    }

    #[test]
    fn passphrases_and_random_strings_pass() {
        for good in [
            "correct horse battery staple",
            "kelp-radio-lamp-47",
            "ordinary tuesday soup",
            "gT7#pq0Lz!mW",
            "Sup3r-Secret-Pass!",
            "blue-mountain-river-9",
            "пароль из трёх слов",
            "長い合言葉を覚えておくのは大変",
        ] {
            assert_eq!(judged(good), None, "{good}");
        }
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "password1234",
            "123456789012",
            "qwertyuiop12",
            "aaaaaaaaaaaa",
            "Password1234",
            "iloveyou1234",
            "abcdefghijkl",
            "adalovelace1",
            "ada.lovelace",
            "rialtorialto",
            "rialto123456",
            "111111111111",
            "letmeinletmein",
        ] {
            assert_eq!(judged(bad), Some(Weakness::Common), "{bad}");
        }
    }

    #[test]
    fn length_is_counted_in_code_points_of_the_composed_form() {
        assert_eq!(judged("gT7#pq0Lz!m"), Some(Weakness::TooShort { min: 12 }));
        let decomposed = "o\u{308}".repeat(11);
        assert_eq!(judged(&decomposed), Some(Weakness::TooShort { min: 12 }));
        assert_eq!(judged(&"xK9 ".repeat(33)), Some(Weakness::TooLong { max: 128 }));
        assert_eq!(normalise("o\u{308}"), "\u{f6}");
    }
}
