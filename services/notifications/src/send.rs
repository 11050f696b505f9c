//! Sends a message that a service or a member of staff asks for.

use contracts::{
    calls::{Channel, SendNotification, UserContact},
    ids::{NotificationId, UserId},
};
use serde_json::{Map, Value, json};
use web::{Caller, Checks};

use crate::{
    App,
    compose::{self, Draft, Letter, Recipient},
    error::Error,
    model::{self, Topic},
    queue::{self, Queued},
    render, unsubscribe,
};

const SUBJECT_MAX_CHARS: usize = 200;
const BODY_MAX_CHARS: usize = 20_000;
const DEDUPE_KEY_MAX_CHARS: usize = 200;

/// Queues the message. It is written now, so that a missing variable is the caller's answer and not a silent failure.
pub async fn send(app: &App, caller: &Caller, request: SendNotification) -> Result<Queued, Error> {
    check(app, caller, &request)?;
    let (to, locale) = resolve(app, &request).await?;
    let id = NotificationId::new_in(app.shard);
    let dedupe_key = match &request.dedupe_key {
        Some(key) => format!("sent:{key}"),
        None => format!("sent:{id}"),
    };
    let letter = match request.template.clone() {
        Some(template) => {
            let Value::Object(data) = or_empty(request.data) else { return Err(not_an_object().into()) };
            compose::compose(app, Draft { template, to, locale, data, dedupe_key, order_id: None }).await?
        }
        None => by_hand(app, id, request, to, &locale, dedupe_key),
    };
    let tx = app.db.begin().await?;
    let queued = queue::enqueue(&tx, &letter).await?;
    tx.commit().await?;
    app.wake();
    Ok(queued)
}

fn or_empty(data: Value) -> Value {
    if data.is_null() { Value::Object(Map::new()) } else { data }
}

fn not_an_object() -> web::Problem {
    web::Problem::invalid_field("data", "invalid", "must be an object")
}

fn check(app: &App, caller: &Caller, request: &SendNotification) -> Result<(), Error> {
    let mut checks = Checks::new();
    checks.require(
        request.user_id.is_some() != request.to.is_some(),
        "to",
        "one_of",
        "give either user_id or to, and not both",
    );
    if let Some(to) = &request.to {
        model::check_address(&mut checks, "to", request.channel, to);
    }
    let written = request.subject.is_some() || request.body.is_some();
    checks.require(
        request.template.is_some() != written,
        "template",
        "one_of",
        "give either template or subject and body, and not both",
    );
    if written {
        let subject = request.subject.as_deref().unwrap_or_default();
        checks.text("subject", subject, 1..=SUBJECT_MAX_CHARS);
        checks.require(!subject.chars().any(char::is_control), "subject", "control_character", "must be one line");
        checks.text("body", request.body.as_deref().unwrap_or_default(), 1..=BODY_MAX_CHARS);
    }
    if let Some(key) = &request.dedupe_key {
        checks.text("dedupe_key", key, 1..=DEDUPE_KEY_MAX_CHARS);
    }
    if let Some(locale) = &request.locale {
        checks.text("locale", locale, 1..=35);
    }
    let topic = request.topic.as_deref().map(Topic::named);
    checks.require(topic != Some(None), "topic", "unknown_topic", "is not a topic of this shop");
    checks.done()?;
    let Some(name) = &request.template else { return Ok(()) };
    let template = app.templates.get(name).ok_or(Error::UnknownTemplate)?;
    if topic.flatten().is_some_and(|topic| topic != template.topic) {
        let message = format!("is {} for this template", template.topic.name());
        return Err(web::Problem::invalid_field("topic", "other_topic", message).into());
    }
    // A link that opens an account is made by the service that checks it, never typed in by a person.
    if template.sensitive && !caller.is_service() {
        return Err(web::Problem::forbidden().into());
    }
    Ok(())
}

/// Whom it goes to and in which language. Asks users, so it must stand outside transactions.
async fn resolve(app: &App, request: &SendNotification) -> Result<(Recipient, String), Error> {
    let channel = request.channel;
    let locale = request.locale.clone();
    let default = || app.config.default_locale.clone();
    let Some(user_id) = request.user_id else {
        let address = request.to.clone().unwrap_or_default();
        return Ok((Recipient { channel, address, user_id: None }, locale.unwrap_or_else(default)));
    };
    let call = UserContact { user_id };
    let contact = match app.upstream.call(&call, &web::request::context()).await {
        Ok(contact) => contact,
        Err(error) if error.is_not_found() => return Err(Error::UnknownUser),
        Err(error) => return Err(error.into()),
    };
    let address = address_of(channel, contact.email, contact.phone, user_id)?;
    Ok((Recipient { channel, address, user_id: Some(user_id) }, locale.unwrap_or(contact.locale)))
}

fn address_of(channel: Channel, email: String, phone: Option<String>, user: UserId) -> Result<String, Error> {
    let address = match channel {
        Channel::Email => Some(email),
        Channel::Sms => phone,
        Channel::Push => None,
    };
    let mut checks = Checks::new();
    if let Some(address) = &address {
        model::check_address(&mut checks, "user_id", channel, address);
    }
    match address.filter(|_| checks.is_clean()) {
        Some(address) => Ok(address),
        None => {
            tracing::info!(%user, channel = model::channel_name(channel), "user cannot be reached on this channel");
            let message = "cannot be reached on this channel";
            Err(web::Problem::invalid_field("user_id", "unreachable", message).into())
        }
    }
}

/// A message without a template: plain text, framed like all others.
fn by_hand(
    app: &App,
    id: NotificationId,
    request: SendNotification,
    to: Recipient,
    locale: &str,
    dedupe_key: String,
) -> Letter {
    let topic = request.topic.as_deref().and_then(Topic::named).unwrap_or(Topic::Service);
    let language = model::languages(locale).into_iter().find(|tag| app.templates.speaks(tag));
    let language = language.unwrap_or_else(|| "en".to_owned());
    let unsubscribe_url = topic.needs_consent().then(|| unsubscribe::url(&app.config, id));
    let subject = request.subject.unwrap_or_default().trim().to_owned();
    let body = request.body.unwrap_or_default();
    let frame = compose::frame(app, topic, unsubscribe_url.as_deref());
    let framed = render::plain(&app.templates, &subject, &body, &language, &frame);
    let (text, html) = match (to.channel, framed) {
        (Channel::Email, Ok(rendered)) => (rendered.text, Some(rendered.html)),
        (Channel::Email | Channel::Sms | Channel::Push, _) => (body, None),
    };
    Letter {
        id,
        headers: compose::headers(app, id, to.channel, unsubscribe_url.as_deref()),
        to,
        order_id: None,
        template: None,
        language,
        topic,
        subject,
        text,
        html,
        sensitive: false,
        dedupe_key,
        resend_of: None,
    }
}

/// The body of the answer.
pub fn accepted(queued: Queued) -> Value {
    json!({"id": queued.id, "status": queued.status})
}
