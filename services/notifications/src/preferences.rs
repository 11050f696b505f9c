//! What someone wants to be told, as a matrix of topics and channels.

use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Problem, User};

use crate::{
    App,
    consent::{self, Decision, Person},
    error::Error,
    model::{self, CHANNELS, Topic},
};

/// One cell of the matrix.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Preference {
    pub topic: Topic,
    /// `email`, `sms` or `push`.
    pub channel: String,
    pub enabled: bool,
    /// It belongs to an order or to the account's security and cannot be switched off.
    pub locked: bool,
    /// When it was last decided, if ever.
    pub decided_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Where: `registration`, `preferences` or `unsubscribe_link`.
    pub source: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [
    {"topic": "orders", "channel": "email", "enabled": true, "locked": true, "decided_at": null, "source": null},
    {"topic": "marketing", "channel": "email", "enabled": false, "locked": false, "decided_at": null, "source": null}
], "consent_text_version": "1"}))]
pub struct Preferences {
    pub items: Vec<Preference>,
    /// The wording that is agreed to by switching something on.
    pub consent_text_version: String,
}

/// A cell to change.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub topic: Topic,
    /// `email`, `sms` or `push`.
    pub channel: contracts::calls::Channel,
    pub enabled: bool,
}

/// Who a signed-in user is for the record. The address counts only once it is proven to be theirs.
pub fn person(user: &User) -> Person {
    let recipient_key = user.email_verified.then(|| model::recipient_key(&user.email));
    Person { user_id: Some(user.id.uuid()), recipient_key }
}

pub async fn read(app: &App, person: &Person) -> Result<Preferences, DbErr> {
    let mut items = Vec::new();
    for topic in Topic::ALL {
        for channel in CHANNELS {
            let channel = model::channel_name(channel);
            let locked = !topic.needs_consent();
            let entry = match locked {
                true => None,
                false => consent::latest(app.db.reader(), person, topic, channel).await?,
            };
            items.push(Preference {
                topic,
                channel: channel.to_owned(),
                enabled: locked || entry.as_ref().is_some_and(|entry| entry.granted),
                locked,
                decided_at: entry.as_ref().map(|entry| entry.given_at),
                source: entry.map(|entry| entry.source),
            });
        }
    }
    Ok(Preferences { items, consent_text_version: app.config.consent_text_version.clone() })
}

/// Notes choices, all or none.
pub async fn change(app: &App, person: &Person, choices: &[Choice]) -> Result<(), Error> {
    for (index, choice) in choices.iter().enumerate() {
        if !choice.topic.needs_consent() && !choice.enabled {
            let field = format!("items[{index}].enabled");
            return Err(Problem::invalid_field(field, "locked", "cannot be switched off for this topic").into());
        }
    }
    let tx = app.db.begin().await?;
    for choice in choices.iter().filter(|choice| choice.topic.needs_consent()) {
        let decision = Decision {
            topic: choice.topic,
            channel: model::channel_name(choice.channel),
            granted: choice.enabled,
            source: "preferences",
            text_version: &app.config.consent_text_version,
        };
        consent::decide(&tx, person, &decision).await?;
    }
    tx.commit().await?;
    Ok(())
}
