//! Sends a message again, as a new one that names the first.

use contracts::{Id, ids::NotificationId};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::{
    App,
    compose::{self, Letter, Recipient},
    entity::notification,
    error::Error,
    model,
    queue::{self, Queued},
    unsubscribe,
};

pub async fn resend(app: &App, id: Uuid) -> Result<Queued, Error> {
    let first = notification::Entity::find_by_id(id).one(app.db.reader()).await?.ok_or(Error::NotFound)?;
    if first.sensitive || first.erase {
        return Err(Error::NotResendable);
    }
    let channel = model::channel_named(&first.channel).ok_or(Error::NotFound)?;
    let id = NotificationId::new_in(app.shard);
    // The unsubscribe link inside still names the first message, which is just as good.
    let unsubscribe_url = first.topic.needs_consent().then(|| unsubscribe::url(&app.config, first.id.into()));
    let letter = Letter {
        id,
        headers: compose::headers(app, id, channel, unsubscribe_url.as_deref()),
        to: Recipient { channel, address: first.recipient, user_id: first.user_id.map(Id::from) },
        order_id: first.order_id.map(Id::from),
        template: first.template,
        language: first.language,
        topic: first.topic,
        subject: first.subject,
        text: first.text,
        html: first.html,
        sensitive: false,
        dedupe_key: format!("resend:{id}"),
        resend_of: Some(first.id.into()),
    };
    let tx = app.db.begin().await?;
    let queued = queue::enqueue(&tx, &letter).await?;
    tx.commit().await?;
    app.wake();
    Ok(queued)
}
