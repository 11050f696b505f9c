//! From what is to be said to a letter: finds the text in the right language, saved or built in, and renders it.

use contracts::{
    calls::Channel,
    ids::{NotificationId, OrderId, UserId},
};
use serde_json::{Map, Value};

use crate::{
    App,
    error::Error,
    model::{self, Topic},
    render::{self, Frame, RenderError, Rendered},
    saved,
    templates::{Source, Template},
    unsubscribe,
};

/// Whom a message is for.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub channel: Channel,
    pub address: String,
    pub user_id: Option<UserId>,
}

impl Recipient {
    pub fn mail(address: &str, user_id: Option<UserId>) -> Self {
        Self { channel: Channel::Email, address: address.to_owned(), user_id }
    }
}

/// What is to be said to whom.
#[derive(Clone, Debug)]
pub struct Draft {
    pub template: String,
    pub to: Recipient,
    pub locale: String,
    pub data: Map<String, Value>,
    pub dedupe_key: String,
    pub order_id: Option<OrderId>,
}

/// A message that is written, but not queued yet.
#[derive(Clone, Debug)]
pub struct Letter {
    pub id: NotificationId,
    pub to: Recipient,
    pub order_id: Option<OrderId>,
    pub template: Option<String>,
    pub language: String,
    pub topic: Topic,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub headers: Vec<(String, String)>,
    pub sensitive: bool,
    pub dedupe_key: String,
    pub resend_of: Option<NotificationId>,
}

/// Writes the letter. Reads only.
pub async fn compose(app: &App, draft: Draft) -> Result<Letter, Error> {
    let template = app.templates.get(&draft.template).ok_or(Error::UnknownTemplate)?;
    let id = NotificationId::new_in(app.shard);
    let unsubscribe_url = template.topic.needs_consent().then(|| unsubscribe::url(&app.config, id));
    let (language, rendered) =
        in_best_language(app, template, &draft.locale, &draft.data, unsubscribe_url.as_deref()).await?;
    let (text, html) = for_channel(draft.to.channel, &rendered, &draft.data);
    Ok(Letter {
        id,
        headers: headers(app, id, draft.to.channel, unsubscribe_url.as_deref()),
        to: draft.to,
        order_id: draft.order_id,
        template: Some(draft.template),
        language,
        topic: template.topic,
        subject: rendered.subject,
        text,
        html,
        sensitive: template.sensitive,
        dedupe_key: draft.dedupe_key,
        resend_of: None,
    })
}

/// Renders the first text there is, going from the region to the language to English. A saved text that does not
/// render with these variables gives way to the built-in one: a message matters more than its wording.
async fn in_best_language(
    app: &App,
    template: &Template,
    locale: &str,
    data: &Map<String, Value>,
    unsubscribe_url: Option<&str>,
) -> Result<(String, Rendered), Error> {
    let frame = frame(app, template.topic, unsubscribe_url);
    let mut last_error = None;
    for language in model::languages(locale) {
        if let Some(source) = saved::active(app.shards.first(), &template.name, &language).await? {
            match render::render(&app.templates, template, &source, &language, data, &frame) {
                Ok(rendered) => return Ok((language, rendered)),
                Err(error) => {
                    tracing::error!(template = template.name, language, %error, "saved template does not render");
                    last_error = Some(error);
                }
            }
        }
        if let Some(source) = template.sources.get(&language) {
            let rendered = render::render(&app.templates, template, source, &language, data, &frame)?;
            return Ok((language, rendered));
        }
    }
    Err(last_error.map_or(Error::UnknownTemplate, Error::Template))
}

/// Renders one text with the template's sample, as for checks and previews.
pub fn sample(app: &App, template: &Template, source: &Source, language: &str) -> Result<Rendered, RenderError> {
    let example = format!("{}/notifications/unsubscribe?token=example", app.config.public_url);
    let url = template.topic.needs_consent().then_some(example.as_str());
    let frame = frame(app, template.topic, url);
    render::render(&app.templates, template, source, language, &template.sample, &frame)
}

/// What stands around a message about `topic`.
pub fn frame<'a>(app: &'a App, topic: Topic, unsubscribe_url: Option<&'a str>) -> Frame<'a> {
    Frame { shop: &app.config.shop_name, shop_url: &app.config.public_url, unsubscribe_url, topic }
}

/// A text message is the subject and the one link that matters; a push shows on locked screens, so only the subject.
fn for_channel(channel: Channel, rendered: &Rendered, data: &Map<String, Value>) -> (String, Option<String>) {
    match channel {
        Channel::Email => (rendered.text.clone(), Some(rendered.html.clone())),
        Channel::Sms => {
            let link = ["link", "tracking_url", "order_url"].into_iter().find_map(|name| data.get(name)?.as_str());
            let text = link.map_or_else(|| rendered.subject.clone(), |link| format!("{}\n{link}", rendered.subject));
            (text, None)
        }
        Channel::Push => (rendered.subject.clone(), None),
    }
}

/// The headers of a mail beside sender, recipient and subject.
pub fn headers(
    app: &App,
    id: NotificationId,
    channel: Channel,
    unsubscribe_url: Option<&str>,
) -> Vec<(String, String)> {
    if channel != Channel::Email {
        return Vec::new();
    }
    let host = app.config.from.rsplit('@').next().unwrap_or("localhost").trim_end_matches('>');
    let mut headers = vec![("Message-ID".to_owned(), format!("<{id}@{host}>"))];
    if let Some(reply_to) = &app.config.reply_to {
        headers.push(("Reply-To".to_owned(), reply_to.clone()));
    }
    match unsubscribe_url {
        // RFC 8058: one click in the mail program, without a login.
        Some(url) => {
            headers.push(("List-Unsubscribe".to_owned(), format!("<{url}>")));
            headers.push(("List-Unsubscribe-Post".to_owned(), "List-Unsubscribe=One-Click".to_owned()));
        }
        // RFC 3834: nobody's holiday notice should answer a receipt.
        None => headers.push(("Auto-Submitted".to_owned(), "auto-generated".to_owned())),
    }
    headers
}
