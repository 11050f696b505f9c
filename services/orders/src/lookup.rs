//! A guest who lost the link: order number and address bring a mail with a new one, and tell nobody else anything.

use chrono::Timelike;
use contracts::{
    calls::{Channel, SendNotification},
    time,
};
use serde_json::json;
use web::Checks;

use crate::{App, Error, entity::order, place_order, store, tokens};

/// Sends the link if there is such an order. The answer is the same, and as fast, if there is none.
pub async fn look_up(app: &App, number: &str, email: &str) -> Result<(), Error> {
    Checks::new().text("number", number, 1..=40).email("email", email).done()?;
    let number = tokens::read_order_number(number);
    let wanted = place_order::normal_email(email);
    if let Some(order) = find(app, &number).await?.filter(|order| order.email == wanted) {
        // Beside the answer: how long a mail takes must not tell whether there is an order.
        tokio::spawn(send_link(app.clone(), order, web::request::context()));
    }
    Ok(())
}

/// The order with this number, in whichever shard. One that is away must not keep the owners of all other orders out, nor
/// tell by its absence that the order is there: only if none answers nobody is answered.
async fn find(app: &App, number: &str) -> Result<Option<order::Model>, Error> {
    let mut unanswered = None;
    let mut answers = 0;
    for app in app.everywhere() {
        match store::orders::find_by_number(app.db.reader(), number).await {
            Ok(None) => answers += 1,
            Ok(found) => return Ok(found),
            Err(error) => {
                tracing::warn!(shard = %app.shard, %error, "an order was not looked for here");
                unanswered = Some(error);
            }
        }
    }
    match unanswered {
        Some(error) if answers == 0 => Err(error.into()),
        _ => Ok(None),
    }
}

async fn send_link(app: App, order: order::Model, context: upstream::Context) {
    let base = app.config.public_url.trim_end_matches('/');
    let link = match order.user_id {
        // The order belongs to an account: its owner signs in.
        Some(_) => format!("{base}/account/orders/{}", order.id),
        None => {
            let token = tokens::guest_token(&app.config.token_secret, order.id.into());
            format!("{base}/order/{}?token={token}", order.id)
        }
    };
    let now = time::now();
    let message = SendNotification {
        to: Some(order.email.clone()),
        channel: Channel::Email,
        template: Some("order_link".to_owned()),
        data: json!({"number": order.number, "link": link}),
        locale: Some(order.locale.clone()),
        // One mail an order and hour, however often someone asks.
        dedupe_key: Some(format!("order-link:{}:{}:{}", order.id, now.date_naive(), now.hour())),
        ..SendNotification::default()
    };
    // The asker's own rights must not decide whether the shop writes.
    let context = upstream::Context { authorization: None, order_token: None, ..context };
    if let Err(error) = app.upstream.call(&message, &context).await {
        tracing::warn!(order = %order.id, %error, "order link not sent");
    }
}
