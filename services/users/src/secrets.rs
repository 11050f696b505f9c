//! Random and derived secrets. What is given out is kept only as a digest, or not at all because it can be derived
//! again from the service's own secret.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    digest, hmac, rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{config::Secret, error::Error};

/// A fresh 256-bit token, as text.
pub fn random_token() -> Result<String, Error> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A number below `bound`, each as likely as the next.
pub fn random_below(bound: u32) -> Result<u32, Error> {
    let fair = u32::MAX - u32::MAX % bound;
    loop {
        let mut bytes = [0; 4];
        rand::fill(&mut bytes)?;
        let number = u32::from_le_bytes(bytes);
        if number < fair {
            return Ok(number % bound);
        }
    }
}

/// What is stored of a token.
pub fn digest_of(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, token.as_bytes()))
}

/// What follows from the service's secret.
#[derive(Clone)]
pub struct Secrets {
    key: hmac::Key,
}

impl Secrets {
    pub fn new(secret: &Secret) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()) }
    }

    /// A 256-bit token that follows from `input` and nothing else. Purposes keep their tokens apart.
    pub fn derive(&self, purpose: &str, input: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.tag(purpose, input))
    }

    /// Encrypts `plain` for the table; it opens only under the same `name`.
    pub fn seal(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let mut text = plain.to_vec();
        let nonce = self.sealing_key()?.seal_in_place_append_tag(Aad::from(name.as_bytes()), &mut text)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut text);
        Ok(sealed)
    }

    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let Some((nonce, text)) = sealed.split_at_checked(NONCE_LEN) else {
            return Err(Error::Crypto("a sealed value is too short".into()));
        };
        let mut text = text.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let plain = self.sealing_key()?.open_in_place(nonce, Aad::from(name.as_bytes()), &mut text)?;
        Ok(plain.to_vec())
    }

    fn sealing_key(&self) -> Result<RandomizedNonceKey, Error> {
        Ok(RandomizedNonceKey::new(&AES_256_GCM, self.tag("sealing", "").as_ref())?)
    }

    fn tag(&self, purpose: &str, input: &str) -> hmac::Tag {
        hmac::sign(&self.key, format!("{purpose}\n{input}").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_tokens_depend_on_secret_purpose_and_input() {
        let ours = Secrets::new(&Secret::new("ours"));
        let token = ours.derive("refresh", "a");
        assert_eq!(token.len(), 43);
        assert_eq!(token, ours.derive("refresh", "a"));
        assert_ne!(token, ours.derive("refresh", "b"));
        assert_ne!(token, ours.derive("letter", "a"));
        assert_ne!(token, Secrets::new(&Secret::new("theirs")).derive("refresh", "a"));
    }

    #[test]
    fn what_is_sealed_opens_under_its_name_and_secret_only() {
        let ours = Secrets::new(&Secret::new("ours"));
        let mut sealed = ours.seal("key-1", b"plain").expect("seals");
        assert_eq!(ours.open("key-1", &sealed).expect("opens"), b"plain");
        assert!(ours.open("key-2", &sealed).is_err());
        assert!(Secrets::new(&Secret::new("theirs")).open("key-1", &sealed).is_err());
        *sealed.last_mut().expect("not empty") ^= 1;
        assert!(ours.open("key-1", &sealed).is_err());
        assert!(ours.open("key-1", b"short").is_err());
    }

    #[test]
    fn random_numbers_stay_below_the_bound() {
        assert!((0..1000).all(|_| random_below(7).expect("randomness") < 7));
    }
}
