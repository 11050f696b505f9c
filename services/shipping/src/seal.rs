//! Signatures (HMAC-SHA256) of what shipping hands out and later takes back: quotes and tracking links.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a signature is for. One made for a link is worth nothing on a quote.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    Quote,
    TrackingLink,
}

/// Signs and checks with the shop's secret.
#[derive(Clone, Debug)]
pub struct Seal(Secret);

impl Seal {
    pub fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// The signature of `text`, URL-safe.
    pub fn sign(&self, purpose: Purpose, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(purpose, text).finalize().into_bytes())
    }

    /// Whether `signature` was made by `sign` for the same purpose and text. Takes the same time whatever is wrong.
    pub fn verify(&self, purpose: Purpose, text: &str, signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.mac(purpose, text).verify_slice(&signature).is_ok()
    }

    fn mac(&self, purpose: Purpose, text: &str) -> Hmac<Sha256> {
        let purpose = match purpose {
            Purpose::Quote => "quote",
            Purpose::TrackingLink => "tracking-link",
        };
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.bytes());
        let mut mac = mac.expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_good_for_one_purpose_text_and_secret() {
        let seal = Seal::new(Secret::new("one"));
        let signature = seal.sign(Purpose::Quote, "text");
        assert!(seal.verify(Purpose::Quote, "text", &signature));
        assert!(!seal.verify(Purpose::TrackingLink, "text", &signature));
        assert!(!seal.verify(Purpose::Quote, "texu", &signature));
        assert!(!seal.verify(Purpose::Quote, "text", ""));
        assert!(!Seal::new(Secret::new("two")).verify(Purpose::Quote, "text", &signature));
    }
}
