//! Webhooks: checked, stored, answered, and applied later by a job, once.
//!
//! A webhook is a hint. What it leads to is decided by the charge as the provider tells it when asked, so that the
//! order in which webhooks come, and how often, does not matter.

use chrono::Duration;
use contracts::time;
use db::Tx;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    App, Error, absorb::absorb, absorb::pause_secs, config::Secret, entity::webhook, model::WebhookStatus, store,
};

const BATCH: u64 = 50;

/// Why a webhook was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    NoSignature,
    Stale,
    WrongSignature,
    Unreadable,
}

impl Rejected {
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NoSignature => "no_signature",
            Self::Stale => "stale",
            Self::WrongSignature => "wrong_signature",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Stripe's signature header for `body`: the time it was sent, and an HMAC-SHA256 over both.
pub fn sign(secret: &Secret, timestamp: i64, body: &[u8]) -> String {
    let tag = mac(secret, timestamp, body).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default();
    format!("t={timestamp},v1={tag}")
}

/// Checks a `Stripe-Signature` header against the raw body. Any of the secrets will do, and any of the signatures.
pub fn verify(secrets: &[Secret], tolerance_secs: i64, header: &str, body: &[u8], now: i64) -> Result<(), Rejected> {
    let parts: Vec<(&str, &str)> = header.split(',').filter_map(|part| part.trim().split_once('=')).collect();
    let timestamp = parts.iter().find(|(name, _)| *name == "t").and_then(|(_, value)| value.parse::<i64>().ok());
    let tags: Vec<Vec<u8>> =
        parts.iter().filter(|(name, _)| *name == "v1").filter_map(|(_, value)| hex::decode(value).ok()).collect();
    let Some(timestamp) = timestamp.filter(|_| !tags.is_empty()) else { return Err(Rejected::NoSignature) };
    if now.abs_diff(timestamp) > tolerance_secs.unsigned_abs() {
        return Err(Rejected::Stale);
    }
    // `verify_slice` takes the same time wherever the tags differ.
    let good = secrets.iter().any(|secret| {
        tags.iter().any(|tag| mac(secret, timestamp, body).is_some_and(|mac| mac.verify_slice(tag).is_ok()))
    });
    if good { Ok(()) } else { Err(Rejected::WrongSignature) }
}

fn mac(secret: &Secret, timestamp: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

/// The part of a Stripe-style event that matters here.
#[derive(Deserialize)]
struct Sent {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    data: Value,
}

/// Checks a webhook and keeps it. It is applied by `apply_stored`, which this wakes.
pub async fn take(app: &App, signature: &str, body: &[u8]) -> Result<Result<(), Rejected>, Error> {
    let mut secrets = app.config.webhook_secrets.clone();
    secrets.push(app.sandbox.secret().clone());
    let now = time::now();
    if let Err(rejected) = verify(&secrets, app.config.webhook_tolerance_secs, signature, body, now.timestamp()) {
        return Ok(Err(rejected));
    }
    let (Ok(sent), Ok(stored)) = (serde_json::from_slice::<Sent>(body), serde_json::from_slice::<Value>(body)) else {
        return Ok(Err(Rejected::Unreadable));
    };
    let fits = |text: &str| (1..=255).contains(&text.len()) && !text.contains('\0');
    // A NUL inside is signed nonsense, and PostgreSQL could not keep it.
    if !fits(&sent.id) || !fits(&sent.kind) || String::from_utf8_lossy(body).contains("\\u0000") {
        return Ok(Err(Rejected::Unreadable));
    }
    let known = ["payment_intent.", "refund.", "charge."].iter().any(|family| sent.kind.starts_with(family));
    // What it tells of stands where the attempt does; what tells of none is kept in the first.
    let attempt_id = sent.data["object"]["metadata"]["attempt"].as_str().and_then(|id| Uuid::try_parse(id).ok());
    let row = webhook::Model {
        provider: app.provider.name().to_owned(),
        event_id: sent.id,
        kind: sent.kind,
        attempt_id,
        status: match (known, attempt_id) {
            (false, _) => WebhookStatus::Ignored,
            (true, None) => WebhookStatus::Unmatched,
            (true, Some(_)) => WebhookStatus::Received,
        },
        body: stored,
        tries: 0,
        next_try_at: now,
        received_at: now,
        applied_at: None,
    };
    let app = attempt_id.map_or_else(|| app.clone(), |id| app.clone().at(app.shards.holding(id)));
    let tx = app.db.begin().await?;
    let first = store::insert_webhook(&tx, row).await?;
    tx.commit().await?;
    if first {
        app.wake.webhooks.notify_one();
    }
    Ok(Ok(()))
}

/// Applies the stored webhooks that are due. Gives back how many there were.
pub async fn apply_stored(app: &App) -> Result<usize, Error> {
    let due = store::webhooks_to_apply(app.db.reader(), time::now(), BATCH).await?;
    for webhook in &due {
        if let Err(error) = apply(app, webhook).await {
            tracing::warn!(event = webhook.event_id, %error, "webhook: will try again");
            put_off(app, webhook).await?;
        }
    }
    Ok(due.len())
}

async fn apply(app: &App, webhook: &webhook::Model) -> Result<(), Error> {
    let Some(attempt) = webhook.attempt_id else { return Ok(()) };
    if is_old_news(app, webhook, attempt).await? {
        let tx = app.db.begin().await?;
        note(&tx, webhook, WebhookStatus::Applied).await?;
        return Ok(tx.commit().await?);
    }
    let charge = app.provider.find(attempt).await?;
    let tx = app.db.begin().await?;
    let locked = store::lock_webhook(&tx, &webhook.provider, &webhook.event_id).await?;
    let Some(locked) = locked.filter(|webhook| webhook.status == WebhookStatus::Received) else { return Ok(()) };
    let applied = match &charge {
        Some(charge) => absorb(&tx, &app.config, charge).await?.is_some(),
        None => false,
    };
    let status = if applied { WebhookStatus::Applied } else { WebhookStatus::Unmatched };
    if !applied {
        tracing::warn!(event = webhook.event_id, kind = webhook.kind, "webhook about a charge nobody knows");
    }
    note(&tx, &locked, status).await?;
    Ok(tx.commit().await?)
}

/// Whether a webhook tells how an attempt ended that has ended here too. The provider need not be asked about it: an end
/// is final, and of refunds and disputes it sends other webhooks.
async fn is_old_news(app: &App, webhook: &webhook::Model, attempt: Uuid) -> Result<bool, Error> {
    if !webhook.kind.starts_with("payment_intent.") {
        return Ok(false);
    }
    Ok(store::attempt(app.db.reader(), attempt).await?.is_some_and(|attempt| attempt.status.is_final()))
}

async fn note(tx: &Tx, webhook: &webhook::Model, status: WebhookStatus) -> Result<(), Error> {
    metrics::counter!("rialto_webhooks_total", "kind" => webhook.kind.clone(), "status" => format!("{status:?}"))
        .increment(1);
    let applied_at = Some(time::now());
    Ok(store::save_webhook(tx, &webhook::Model { status, applied_at, ..webhook.clone() }).await?)
}

async fn put_off(app: &App, webhook: &webhook::Model) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let locked = store::lock_webhook(&tx, &webhook.provider, &webhook.event_id).await?;
    if let Some(mut webhook) = locked.filter(|webhook| webhook.status == WebhookStatus::Received) {
        webhook.tries += 1;
        webhook.next_try_at = time::now() + Duration::seconds(pause_secs(webhook.tries));
        store::save_webhook(&tx, &webhook).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn check(header: &str, now: i64) -> Result<(), Rejected> {
        verify(&[Secret::new("old secret"), Secret::new("new secret")], 300, header, BODY, now)
    }

    #[test]
    fn either_secret_is_good_for_five_minutes_both_ways() {
        for secret in ["old secret", "new secret"] {
            let header = sign(&Secret::new(secret), 1_000_000, BODY);
            for (now, expected) in [
                (1_000_000, Ok(())),
                (1_000_300, Ok(())),
                (999_700, Ok(())),
                (1_000_301, Err(Rejected::Stale)),
                (999_699, Err(Rejected::Stale)),
            ] {
                assert_eq!(check(&header, now), expected, "at {now}");
            }
        }
    }

    #[test]
    fn forged_ones_are_refused() {
        let now = 1_000_000;
        let good = sign(&Secret::new("old secret"), now, BODY);
        let other = sign(&Secret::new("another's secret"), now, BODY);
        let tag = good.split_once(",v1=").map(|(_, tag)| tag.to_owned()).unwrap_or_default();
        assert_eq!(check(&other, now), Err(Rejected::WrongSignature));
        // The time is signed too.
        assert_eq!(check(&format!("t={},v1={tag}", now + 1), now), Err(Rejected::WrongSignature));
        // A scheme that is not ours counts for nothing.
        assert_eq!(check(&format!("t={now},v0={tag}"), now), Err(Rejected::NoSignature));
        for header in ["", "t=,v1=", "t=1000000", "v1=00", "t=1000000,v1=zz", "t=9223372036854775808,v1=00"] {
            assert_eq!(check(header, now), Err(Rejected::NoSignature), "{header}");
        }
        assert_eq!(check(&format!("t={now},v1={}", &tag[..32]), now), Err(Rejected::WrongSignature));
        assert_eq!(check(&format!("t={now},v1=00,v1={tag}"), now), Ok(()), "one good signature is enough");
        let secrets = [Secret::new("old secret")];
        assert_eq!(verify(&secrets, 300, &good, b"{}", now), Err(Rejected::WrongSignature));
    }
}
