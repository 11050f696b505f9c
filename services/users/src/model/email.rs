//! E-mail addresses: how they are written down, and when two of them are one account's.

use unicode_normalization::UnicodeNormalization;

/// An address as given, tidied up, and the key it is unique by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// Mail goes here: the local part stays as it was typed, for it may matter to its server.
    pub address: String,
    /// Addresses that only differ in case or in compatible characters belong to one account.
    pub key: String,
}

impl Email {
    pub fn of(text: &str) -> Self {
        let composed: String = text.trim().nfc().collect();
        let address = match composed.rsplit_once('@') {
            Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
            None => composed,
        };
        // Lower-casing may take a text out of its normal form, so it is normalised again.
        let key: String = address.nfkc().collect::<String>().to_lowercase().nfkc().collect();
        Self { address, key }
    }

    pub fn local_part(&self) -> &str {
        self.address.rsplit_once('@').map_or(&self.address, |(local, _)| local)
    }
}

/// A text for searching without regard to case and to how characters are composed.
pub fn search_key(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_lowered_and_the_local_part_kept() {
        let email = Email::of("  Ada.Lovelace@Example.ORG ");
        assert_eq!(email.address, "Ada.Lovelace@example.org");
        assert_eq!(email.key, "ada.lovelace@example.org");
        assert_eq!(email.local_part(), "Ada.Lovelace");
    }

    #[test]
    fn spellings_of_one_address_have_one_key() {
        let composed = Email::of("j\u{f6}rg@example.org");
        for same in ["jo\u{308}rg@example.org", "J\u{d6}RG@example.org", "JO\u{308}RG@EXAMPLE.org"] {
            assert_eq!(Email::of(same).key, composed.key, "{same}");
        }
        assert_ne!(Email::of("jorg@example.org").key, composed.key);
    }

    #[test]
    fn what_is_no_address_does_no_harm() {
        for odd in ["", "@", "a@b@C", "no-at-sign"] {
            let email = Email::of(odd);
            assert_eq!(Email::of(&email.address), email);
        }
    }
}
