//! Events already applied: one row a consumer and event, written in the transaction of the effect.

use contracts::{ids::EventId, time};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Set, sea_query::OnConflict,
};

use crate::Tx;

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "inbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub consumer: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: Uuid,
        pub applied_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Notes that `consumer` applies the event in this transaction. `false`: it did so before, and there is nothing to do.
pub async fn first_time(tx: &Tx, consumer: &str, event: EventId) -> Result<bool, DbErr> {
    let row = row::ActiveModel {
        consumer: Set(consumer.to_owned()),
        event_id: Set(event.uuid()),
        applied_at: Set(time::now()),
    };
    let inserted = row::Entity::insert(row)
        .on_conflict(OnConflict::columns(["consumer", "event_id"]).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(inserted == 1)
}

/// How many events `consumer` has applied.
pub async fn count(connection: &impl ConnectionTrait, consumer: &str) -> Result<u64, DbErr> {
    row::Entity::find().filter(row::Column::Consumer.eq(consumer)).count(connection).await
}
