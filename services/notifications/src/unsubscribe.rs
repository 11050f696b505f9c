//! Unsubscribing with one click and without a login (RFC 8058).
//!
//! The link carries the message's id and our signature over it: it names nobody, and it is good for the recipient
//! and topic of that one message.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::ids::NotificationId;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{DbErr, EntityTrait};
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    App,
    config::{Config, Secret},
    consent::{self, Decision, Person},
    entity::notification,
};

const PURPOSE: &[u8] = b"unsubscribe:";
const ID_LEN: usize = 16;

/// The link for the message `id`.
pub fn url(config: &Config, id: NotificationId) -> String {
    format!("{}/notifications/unsubscribe?token={}", config.public_url, token(&config.unsubscribe_secret, id))
}

pub fn token(secret: &Secret, id: NotificationId) -> String {
    let mut bytes = id.uuid().as_bytes().to_vec();
    bytes.extend(mac(secret, &bytes).finalize().into_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The message a token was made for, if it was made here.
pub fn message(secret: &Secret, token: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (id, signature) = bytes.split_at_checked(ID_LEN)?;
    mac(secret, id).verify_slice(signature).ok()?;
    Uuid::from_slice(id).ok()
}

fn mac(secret: &Secret, id: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.bytes()).expect("HMAC takes keys of any length");
    mac.update(PURPOSE);
    mac.update(id);
    mac
}

/// The message behind a token, if the token is good and the message can be unsubscribed from.
pub async fn find(app: &App, token: &str) -> Result<Option<notification::Model>, DbErr> {
    let Some(id) = message(&app.config.unsubscribe_secret, token) else { return Ok(None) };
    let found = notification::Entity::find_by_id(id).one(app.shards.of(id).reader()).await?;
    Ok(found.filter(|message| message.topic.needs_consent()))
}

/// Takes back the consent that the message was sent under. Doing so again changes nothing.
pub async fn unsubscribe(app: &App, message: &notification::Model) -> Result<(), DbErr> {
    let person = Person { user_id: message.user_id, recipient_key: Some(message.recipient_key.clone()) };
    let decision = Decision {
        topic: message.topic,
        channel: &message.channel,
        granted: false,
        source: "unsubscribe_link",
        text_version: &app.config.consent_text_version,
    };
    let tx = app.shards.first().begin().await?;
    consent::decide(&tx, &person, &decision).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_good_for_its_message_and_its_shop_only() {
        let secret = Secret::new("a secret of at least 32 bytes, ok");
        let id = NotificationId::new();
        let token = token(&secret, id);
        assert_eq!(message(&secret, &token), Some(id.uuid()));
        assert_eq!(message(&Secret::new("another"), &token), None);
        assert_eq!(message(&secret, ""), None);
        assert_eq!(message(&secret, &token[..token.len() - 2]), None);
    }

    proptest! {
        #[test]
        fn changing_any_byte_spoils_it(index in 0_usize..48, flip in 1_u8..=255) {
            let secret = Secret::new("a secret of at least 32 bytes, ok");
            let mut bytes = URL_SAFE_NO_PAD.decode(token(&secret, NotificationId::new())).expect("base64");
            bytes[index] ^= flip;
            prop_assert_eq!(message(&secret, &URL_SAFE_NO_PAD.encode(bytes)), None);
        }
    }
}
