//! The sandbox's webhooks: written down with what they tell of, and sent until the shop takes them.

use axum::body::Body;
use chrono::Duration;
use contracts::{Service, time};
use db::Tx;
use http::{Request, header};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::{Value, json};

use crate::{
    sandbox::{
        NAME, Sandbox,
        bank::unguessable,
        entity::{charge, event},
    },
    webhooks::sign,
};

const BATCH: u64 = 100;
/// About three days of ever longer pauses.
const TRIES_MAX: i32 = 80;

/// Writes an event about `charge` down. It leaves when the transaction commits.
pub async fn announce(tx: &Tx, charge: &charge::Model, kind: &str, object: Value) -> Result<(), DbErr> {
    let now = time::now();
    let id = unguessable("evt_");
    let mut object = object;
    object["metadata"] = json!({"attempt": charge.key, "payment_id": charge.payment_id, "order_id": charge.order_id});
    let body = json!({
        "id": id, "object": "event", "type": kind, "created": now.timestamp(), "livemode": false,
        "data": {"object": object},
    });
    let row = event::ActiveModel {
        id: Set(id),
        body: Set(body),
        tries: Set(0),
        next_try_at: Set(Some(now)),
        created_at: Set(now),
        ..Default::default()
    };
    row.insert(&**tx).await?;
    Ok(())
}

/// Sends the events that are due, in the order in which they happened.
pub async fn deliver(sandbox: &Sandbox) -> Result<(), DbErr> {
    let travel = sandbox.faults.how_webhooks_travel();
    let mut due = event::Entity::find()
        .filter(event::COLUMN.next_try_at.lte(time::now()))
        .order_by_asc(event::Column::Seq)
        .limit(BATCH)
        .all(sandbox.db.reader())
        .await?;
    if travel.reversed {
        due.reverse();
    }
    for event in due {
        let mut taken = travel.lost;
        for _ in 0..if travel.lost { 0 } else { travel.copies } {
            taken = send(sandbox, &event).await;
        }
        note(sandbox, event, taken).await?;
    }
    Ok(())
}

async fn send(sandbox: &Sandbox, event: &event::Model) -> bool {
    let body = event.body.to_string().into_bytes();
    let signature = sign(&sandbox.secret, time::now().timestamp(), &body);
    let request = Request::post(format!("/payment/webhooks/{NAME}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("stripe-signature", signature)
        .body(Body::from(body));
    let Ok(request) = request else { return false };
    match sandbox.upstream.send(Service::Payments, request).await {
        Ok(response) => response.status().is_success(),
        Err(error) => {
            tracing::debug!(event = event.id, %error, "sandbox: webhook not delivered");
            false
        }
    }
}

async fn note(sandbox: &Sandbox, event: event::Model, taken: bool) -> Result<(), DbErr> {
    let tries = event.tries + 1;
    let pause = 2_i64.pow(tries.clamp(0, 12).unsigned_abs()).min(3600);
    let again = !taken && tries < TRIES_MAX;
    let mut row = event.into_active_model();
    row.tries = Set(tries);
    row.next_try_at = Set(again.then(|| time::now() + Duration::seconds(pause)));
    let tx = sandbox.db.begin().await?;
    row.update(&*tx).await?;
    tx.commit().await
}
