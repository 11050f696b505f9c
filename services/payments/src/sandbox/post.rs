//! The sandbox's webhooks: written down with what they tell of, and sent until the shop takes them.

use axum::body::Body;
use chrono::{DateTime, Duration, Utc};
use contracts::{Service, time};
use db::Tx;
use http::{Request, header};
use sea_orm::{
    ActiveModelTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::Expr,
};
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
    event::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Sends the events that are due, in the order in which they happened.
pub async fn deliver(sandbox: &Sandbox) -> Result<(), DbErr> {
    let travel = sandbox.faults.how_webhooks_travel();
    let mut due = event::Entity::find()
        .filter(event::COLUMN.next_try_at.lte(time::now()))
        .order_by_asc(event::Column::NextTryAt)
        .order_by_asc(event::Column::Seq)
        .limit(BATCH)
        .all(sandbox.db.reader())
        .await?;
    if travel.reversed {
        due.reverse();
    }
    let mut gone = Vec::new();
    for event in due {
        let mut taken = travel.lost;
        for _ in 0..if travel.lost { 0 } else { travel.copies } {
            taken = send(sandbox, &event).await;
        }
        if taken {
            gone.push(event.seq);
        } else {
            put_off(sandbox, event).await?;
        }
    }
    delivered(sandbox, gone).await
}

/// Notes at once what was taken. Behind a crash it is sent again, and the shop knows it.
async fn delivered(sandbox: &Sandbox, seqs: Vec<i64>) -> Result<(), DbErr> {
    if seqs.is_empty() {
        return Ok(());
    }
    let tx = sandbox.db.begin().await?;
    event::Entity::update_many()
        .col_expr(event::Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(event::Column::Tries, Expr::col(event::Column::Tries).add(1))
        .filter(event::COLUMN.seq.is_in(seqs))
        .exec(&*tx)
        .await?;
    tx.commit().await
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

async fn put_off(sandbox: &Sandbox, event: event::Model) -> Result<(), DbErr> {
    let tries = event.tries + 1;
    let pause = Ord::min(2_i64.pow(tries.clamp(0, 12).unsigned_abs()), 3600);
    let again = tries < TRIES_MAX;
    let mut row = event.into_active_model();
    row.tries = Set(tries);
    row.next_try_at = Set(again.then(|| time::now() + Duration::seconds(pause)));
    let tx = sandbox.db.begin().await?;
    row.update(&*tx).await?;
    tx.commit().await
}
