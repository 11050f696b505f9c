//! The sandbox carrier: labels and parcels in tables of its own, moved on by an administrator instead of a van.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contracts::time;
use db::Db;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set, sea_query::Expr};
use uuid::Uuid;

use crate::{
    carrier::{Carrier, Label, Parcel, Purchase, Unavailable},
    entity::{sandbox_parcel, sandbox_sighting},
    model::{
        number,
        tracking::{Sighting, TrackingStatus},
    },
};

pub const NAME: &str = "sandbox";
/// What the sandbox takes at most, as parcel carriers do; heavier goods go as freight.
const WEIGHT_MAX_G: u64 = 2_000_000;

/// A trouble that the sandbox can be told to have, so that tests see what happens then.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing happens and there is no answer.
    Down,
    /// The answer comes late.
    Slow(Duration),
    /// It happens, and the answer is lost.
    AnswerLost,
    Refuse(String),
}

#[derive(Clone)]
pub struct Sandbox {
    db: Db,
    faults: Arc<Mutex<VecDeque<Fault>>>,
}

impl Sandbox {
    pub fn new(db: Db) -> Self {
        Self { db, faults: Arc::default() }
    }

    /// The next calls meet these troubles, one each.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
    }

    /// Moves a parcel on, as a scanner would. `false`: there is no such parcel.
    pub async fn scan(&self, tracking_number: &str, sighting: &Sighting) -> Result<bool, DbErr> {
        let tx = self.db.begin().await?;
        let parcel = parcel_numbered(&*tx, tracking_number).await?;
        let Some(parcel) = parcel.filter(|parcel| parcel.voided_at.is_none()) else { return Ok(false) };
        insert_sighting(&*tx, parcel.reference, sighting).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The references of all labels that were bought and not given back.
    pub async fn live_labels(&self) -> Result<Vec<Uuid>, DbErr> {
        let rows = sandbox_parcel::Entity::find()
            .filter(sandbox_parcel::COLUMN.voided_at.is_null())
            .filter(sandbox_parcel::COLUMN.tracking_number.is_not_null())
            .all(self.db.reader())
            .await?;
        Ok(rows.into_iter().map(|row| row.reference).collect())
    }

    async fn trouble(&self) -> Result<Option<Fault>, Unavailable> {
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match &fault {
            Some(Fault::Down) => return Err(Unavailable("the sandbox is down".into())),
            Some(Fault::Slow(pause)) => tokio::time::sleep(*pause).await,
            _ => {}
        }
        Ok(fault)
    }

    async fn buy(&self, parcel: &Parcel) -> Result<Purchase, DbErr> {
        let tx = self.db.begin().await?;
        let row = sandbox_parcel::ActiveModel {
            reference: Set(parcel.reference),
            tracking_number: Set(Some(number::of_label(parcel.reference))),
            document: Set(Some(document(parcel))),
            voided_at: Set(None),
            created_at: Set(time::now()),
        };
        let inserted = db::insert_absent(&*tx, [row], &["reference"]).await?;
        if inserted == 1 {
            let announced = Sighting {
                status: TrackingStatus::PreTransit,
                description: "The parcel has been announced to the carrier.".into(),
                location: String::new(),
                occurred_at: time::now(),
                source: NAME.into(),
            };
            insert_sighting(&*tx, parcel.reference, &announced).await?;
        }
        let row = sandbox_parcel::Entity::find_by_id(parcel.reference).one(&*tx).await?;
        tx.commit().await?;
        Ok(match row.and_then(label) {
            Some(label) => Purchase::Bought(label),
            None => Purchase::Refused("the reference has been voided".into()),
        })
    }

    async fn void(&self, reference: Uuid) -> Result<(), DbErr> {
        let now = time::now();
        let tx = self.db.begin().await?;
        // A label that was never bought leaves a stone, so that a late purchase finds the place taken.
        let stone = sandbox_parcel::ActiveModel {
            reference: Set(reference),
            tracking_number: Set(None),
            document: Set(None),
            voided_at: Set(Some(now)),
            created_at: Set(now),
        };
        db::insert_absent(&*tx, [stone], &["reference"]).await?;
        sandbox_parcel::Entity::update_many()
            .col_expr(sandbox_parcel::Column::VoidedAt, Expr::value(now))
            .filter(sandbox_parcel::COLUMN.reference.eq(reference))
            .filter(sandbox_parcel::COLUMN.voided_at.is_null())
            .exec(&*tx)
            .await?;
        tx.commit().await
    }

    async fn sightings(&self, tracking_number: &str) -> Result<Vec<Sighting>, DbErr> {
        let Some(parcel) = parcel_numbered(self.db.reader(), tracking_number).await? else { return Ok(Vec::new()) };
        let rows = sandbox_sighting::Entity::find()
            .filter(sandbox_sighting::COLUMN.reference.eq(parcel.reference))
            .order_by_asc(sandbox_sighting::Column::Id)
            .all(self.db.reader())
            .await?;
        Ok(rows.into_iter().map(seen).collect())
    }
}

#[async_trait]
impl Carrier for Sandbox {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn buy_label(&self, parcel: &Parcel) -> Result<Purchase, Unavailable> {
        let fault = self.trouble().await?;
        if let Some(Fault::Refuse(reason)) = fault {
            return Ok(Purchase::Refused(reason));
        }
        if parcel.weight_g > WEIGHT_MAX_G {
            return Ok(Purchase::Refused(format!("a parcel weighs at most {WEIGHT_MAX_G} g")));
        }
        let purchase = self.buy(parcel).await.map_err(unavailable)?;
        match fault {
            Some(Fault::AnswerLost) => Err(Unavailable("the answer was lost".into())),
            _ => Ok(purchase),
        }
    }

    async fn find_label(&self, reference: Uuid) -> Result<Option<Label>, Unavailable> {
        self.trouble().await?;
        let row = sandbox_parcel::Entity::find_by_id(reference).one(self.db.reader()).await.map_err(unavailable)?;
        Ok(row.and_then(label))
    }

    async fn void_label(&self, reference: Uuid) -> Result<(), Unavailable> {
        let fault = self.trouble().await?;
        self.void(reference).await.map_err(unavailable)?;
        match fault {
            Some(Fault::AnswerLost) => Err(Unavailable("the answer was lost".into())),
            _ => Ok(()),
        }
    }

    async fn track(&self, tracking_number: &str) -> Result<Vec<Sighting>, Unavailable> {
        self.trouble().await?;
        self.sightings(tracking_number).await.map_err(unavailable)
    }
}

/// Removes what is printed on labels, in the caller's transaction: it bears an address.
pub async fn forget_documents(connection: &impl ConnectionTrait, references: &[Uuid]) -> Result<(), DbErr> {
    sandbox_parcel::Entity::update_many()
        .col_expr(sandbox_parcel::Column::Document, Expr::value(""))
        .filter(sandbox_parcel::COLUMN.reference.is_in(references.iter().copied()))
        .filter(sandbox_parcel::COLUMN.document.is_not_null())
        .exec(connection)
        .await?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn unavailable(error: DbErr) -> Unavailable {
    Unavailable(error.to_string())
}

fn label(row: sandbox_parcel::Model) -> Option<Label> {
    match (row.voided_at, row.tracking_number, row.document) {
        (None, Some(tracking_number), Some(document)) => Some(Label { tracking_number, document }),
        _ => None,
    }
}

fn seen(row: sandbox_sighting::Model) -> Sighting {
    Sighting {
        status: TrackingStatus::read(&row.status).unwrap_or(TrackingStatus::Unknown),
        description: row.description,
        location: row.location,
        occurred_at: row.occurred_at,
        source: NAME.into(),
    }
}

async fn parcel_numbered(
    connection: &impl ConnectionTrait,
    tracking_number: &str,
) -> Result<Option<sandbox_parcel::Model>, DbErr> {
    sandbox_parcel::Entity::find()
        .filter(sandbox_parcel::COLUMN.tracking_number.eq(tracking_number))
        .one(connection)
        .await
}

async fn insert_sighting(connection: &impl ConnectionTrait, reference: Uuid, sighting: &Sighting) -> Result<(), DbErr> {
    let row = sandbox_sighting::ActiveModel {
        id: Set(Uuid::now_v7()),
        reference: Set(reference),
        status: Set(sighting.status.word().to_owned()),
        description: Set(sighting.description.clone()),
        location: Set(sighting.location.clone()),
        occurred_at: Set(sighting.occurred_at),
    };
    sandbox_sighting::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// A label in ZPL: address, service, tracking number as text and as Code 128.
fn document(parcel: &Parcel) -> String {
    let to = &parcel.to;
    let number = number::of_label(parcel.reference);
    let city = format!("{} {}", to.postal_code, to.city);
    let weight = format!("{}.{:03} kg", parcel.weight_g / 1000, parcel.weight_g % 1000);
    let lines = [
        to.name.as_str(),
        &to.line1,
        to.line2.as_deref().unwrap_or_default(),
        &city,
        to.region.as_deref().unwrap_or_default(),
        &to.country,
        &parcel.service,
        &weight,
        &number,
    ];
    let mut label = String::from("^XA^CI28\n");
    for (place, line) in lines.iter().filter(|line| !line.is_empty()).enumerate() {
        // Carets and tildes begin commands; an address has no use for them.
        let line: String = line.chars().filter(|c| !matches!(c, '^' | '~') && !c.is_control()).collect();
        label.push_str(&format!("^FO40,{}^A0N,36,36^FD{line}^FS\n", 40 + 48 * place));
    }
    label.push_str(&format!("^FO40,560^BCN,160,Y,N,N^FD{number}^FS\n^XZ\n"));
    label
}

/// When a scan of now happened: never before the ones the parcel has already.
pub fn moment_after(sightings: &[Sighting], now: DateTime<Utc>) -> DateTime<Utc> {
    let latest = sightings.iter().map(|sighting| sighting.occurred_at).max();
    latest.map_or(now, |latest| now.max(latest + chrono::TimeDelta::microseconds(1)))
}
