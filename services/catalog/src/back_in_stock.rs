//! Telling people that something can be had again: they ask for it at a product that is sold out, and are told once.

use std::{collections::HashMap, time::Duration};

use contracts::{
    events::BackInStock,
    ids::{ProductId, UserId},
    time,
};
use db::{Tx, leases, outbox};
use http::StatusCode;
use sea_orm::{DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use web::Problem;

use crate::{
    App, Error,
    documents::DocumentName,
    entity::{product, stock_wait},
    inventory, items,
    model::{Document, Status},
    store::products,
};

/// How often is looked for goods that are back.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const LEASE: &str = "back-in-stock";
const LEASE_SECS: i64 = 30;
/// SKUs looked at in one query, and people told in one transaction.
const SKUS: u64 = 500;
const PEOPLE: u64 = 100;
/// One address waits for so many things at most.
const WAITS_MAX: u64 = 50;
/// Whoever has waited so long is forgotten.
const KEPT_DAYS: i64 = 180;

/// Who asks to be told.
pub struct Asker {
    pub email: String,
    pub user_id: Option<UserId>,
    pub locale: String,
}

/// Notes that somebody waits for a SKU. Asking again changes nothing.
pub async fn wait(app: &App, head: &product::Model, sku: &str, asker: Asker) -> Result<(), Error> {
    let document = items::document(app, head.name()).await?;
    if !document.skus().iter().any(|known| known == sku) {
        return Err(Problem::invalid_field("sku", "unknown", "is not one of this product's").into());
    }
    let reader = app.db.reader();
    let available = inventory::available(reader, &[sku.to_owned()]).await?;
    if available.get(sku).is_some_and(|pieces| *pieces > 0) {
        return Err(Problem::new(StatusCode::CONFLICT, "in_stock").detail("It can be had now.").into());
    }
    let email_key = asker.email.to_lowercase();
    let waits = stock_wait::Entity::find().filter(stock_wait::COLUMN.email_key.eq(&email_key)).count(reader).await?;
    if waits >= WAITS_MAX {
        return Err(Problem::new(StatusCode::CONFLICT, "too_many_waits")
            .detail(format!("This address waits for {WAITS_MAX} things already."))
            .into());
    }
    let row = stock_wait::Model {
        id: Uuid::now_v7(),
        product_id: head.id,
        sku: sku.to_owned(),
        email: asker.email,
        email_key,
        user_id: asker.user_id.map(|id| id.uuid()),
        locale: asker.locale,
        asked_at: time::now(),
    };
    let tx = app.db.begin().await?;
    db::insert_absent(&*tx, [row.into_active_model()], &["sku", "email_key"]).await?;
    Ok(tx.commit().await?)
}

/// Tells whoever waits for what can be had again. Answers how many were told.
pub async fn tell(app: &App) -> Result<u64, Error> {
    let (mut told, mut after) = (0, String::new());
    loop {
        let waited = waited(app, &after).await?;
        let Some(last) = waited.last().cloned() else { return Ok(told) };
        after = last;
        let available = inventory::available(app.db.reader(), &waited).await?;
        let back: Vec<String> = waited.into_iter().filter(|sku| available.get(sku).is_some_and(|p| *p > 0)).collect();
        let sold = sold(app, &back).await?;
        for sku in back.iter().filter(|sku| sold.contains_key(*sku)) {
            while let people @ 1.. = tell_some(app, sku, &sold[sku]).await? {
                told += people;
            }
        }
    }
}

/// Some of the SKUs that people wait for, behind `after`.
async fn waited(app: &App, after: &str) -> Result<Vec<String>, DbErr> {
    stock_wait::Entity::find()
        .select_only()
        .column(stock_wait::Column::Sku)
        .distinct()
        .filter(stock_wait::COLUMN.sku.gt(after))
        .order_by_asc(stock_wait::Column::Sku)
        .limit(SKUS)
        .into_tuple()
        .all(app.db.reader())
        .await
}

/// The published products of these SKUs.
async fn sold(app: &App, skus: &[String]) -> Result<HashMap<String, Document>, Error> {
    let heads = products::heads_of_skus(app.db.reader(), skus).await?;
    let published = heads.values().filter(|head| head.status() == Status::Published);
    let names: Vec<DocumentName> = published.map(product::Model::name).collect();
    let documents = items::documents(app, &names).await?;
    let of_sku = |(sku, head): (String, product::Model)| {
        documents.get(&ProductId::from(head.id)).map(|document| (sku, Document::clone(document)))
    };
    Ok(heads.into_iter().filter_map(of_sku).collect())
}

/// Tells some of those who wait, and forgets that they waited, in one transaction.
async fn tell_some(app: &App, sku: &str, document: &Document) -> Result<u64, Error> {
    let tx = app.db.begin().await?;
    let waits = stock_wait::Entity::find()
        .filter(stock_wait::COLUMN.sku.eq(sku))
        .order_by_asc(stock_wait::Column::Id)
        .limit(PEOPLE)
        .all(&*tx)
        .await?;
    if waits.is_empty() {
        return Ok(0);
    }
    let ids = waits.iter().map(|wait| wait.id);
    let forgotten = stock_wait::Entity::delete_many().filter(stock_wait::COLUMN.id.is_in(ids)).exec(&*tx).await?;
    if forgotten.rows_affected != waits.len() as u64 {
        // Another process tells them.
        tx.rollback().await?;
        return Ok(0);
    }
    let events: Vec<BackInStock> = waits.into_iter().map(|wait| event(wait, document)).collect();
    outbox::publish_all(&tx, &events).await?;
    tx.commit().await?;
    Ok(events.len() as u64)
}

fn event(wait: stock_wait::Model, document: &Document) -> BackInStock {
    BackInStock {
        product_id: document.id,
        sku: wait.sku,
        slug: document.slug.clone(),
        title: document.title.clone(),
        email: wait.email,
        user_id: wait.user_id.map(UserId::from),
        locale: wait.locale,
        asked_at: wait.asked_at,
    }
}

/// Forgets what an erased account waited for.
pub async fn forget_user(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    stock_wait::Entity::delete_many().filter(stock_wait::COLUMN.user_id.eq(user.uuid())).exec(&**tx).await?;
    Ok(())
}

/// Forgets whoever has waited too long.
pub async fn forget(app: &App) -> Result<(), Error> {
    let oldest = time::now() - chrono::Duration::days(KEPT_DAYS);
    let tx = app.db.begin().await?;
    stock_wait::Entity::delete_many().filter(stock_wait::COLUMN.asked_at.lt(oldest)).exec(&*tx).await?;
    Ok(tx.commit().await?)
}

/// Looks every few seconds until `stop`.
pub async fn jobs(app: App, stop: CancellationToken) {
    let holder = Uuid::now_v7();
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
        let told = match leases::take(&app.db, LEASE, holder, LEASE_SECS).await {
            Ok(true) => tell(&app).await.map(|_| ()),
            Ok(false) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = told {
            tracing::warn!(%error, "telling of what is back in stock: will try again");
        }
    }
}
