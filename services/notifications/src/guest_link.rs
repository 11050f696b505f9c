//! The link to a guest's order. It opens the order without asking anything, so it is put in only when a mail leaves for
//! the order's own address: what is kept, and shown to staff, has the link to the page that asks first.

use std::time::Duration;

use contracts::{calls::GuestToken, ids::OrderId};
use minijinja::HtmlEscape;
use upstream::Context;

use crate::{
    App,
    channel::Message,
    contacts::{self, Contact},
    entity::notification,
    model,
};

/// Without an answer by then the mail leaves with the other link.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// `letter` with the link that opens the order, if it is one to a guest about their order.
pub async fn opened(app: &App, message: &notification::Model, letter: Message) -> Message {
    let (Some(order), None) = (message.order_id, message.user_id) else { return letter };
    let contact = match contacts::find(&app.db, order.into()).await {
        Ok(contact) => contact,
        Err(error) => {
            tracing::warn!(%order, %error, "a mail goes without the link that opens its order");
            return letter;
        }
    };
    let is_theirs = contact.user_id.is_none() && model::recipient_key(&contact.email) == message.recipient_key;
    let asks_first = contact.lookup_page(app);
    if !is_theirs || !letter.text.contains(&asks_first) {
        return letter;
    }
    match link(app, &contact).await {
        Some(opens) => replaced(letter, &asks_first, &opens),
        None => letter,
    }
}

async fn link(app: &App, contact: &Contact) -> Option<String> {
    let order_id: OrderId = contact.order_id;
    let (asked, context) = (GuestToken { order_id }, Context::default());
    let answer = tokio::time::timeout(ANSWER_WITHIN, app.upstream.call(&asked, &context)).await;
    let token = match answer {
        Ok(Ok(answer)) => answer.token?,
        Ok(Err(error)) => {
            tracing::warn!(order = %order_id, %error, "a mail goes without the link that opens its order");
            return None;
        }
        Err(_) => {
            tracing::warn!(order = %order_id, "a mail goes without the link that opens its order: no answer in time");
            return None;
        }
    };
    let path = app.config.guest_order_page.replace("{id}", &order_id.to_string()).replace("{token}", &token);
    Some(format!("{}{path}", app.config.public_url))
}

fn replaced(letter: Message, asks_first: &str, opens: &str) -> Message {
    let escaped = |url: &str| HtmlEscape(url).to_string();
    let html = letter
        .html
        .map(|html| html.replace(&escaped(asks_first), &escaped(opens)).replace(asks_first, &escaped(opens)));
    Message { text: letter.text.replace(asks_first, opens), html, ..letter }
}
