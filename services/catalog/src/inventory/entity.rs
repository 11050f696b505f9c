//! Inventory's tables as SeaORM sees them.

pub mod item {
    use sea_orm::entity::prelude::*;

    use crate::inventory::model::Levels;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stock_items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub sku: String,
        pub on_hand: i64,
        pub reserved: i64,
        pub committed: i64,
        pub damaged: i64,
        /// Number of the last change to what can be sold, from `stock_counter`.
        pub stock_revision: i64,
        /// Since when its product no longer has it.
        pub retired_at: Option<DateTimeUtc>,
        pub updated_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub fn levels(&self) -> Levels {
            Levels { on_hand: self.on_hand, reserved: self.reserved, committed: self.committed, damaged: self.damaged }
        }

        /// Pieces that can be sold now.
        pub fn available(&self) -> i64 {
            if self.retired_at.is_some() { 0 } else { self.levels().available() }
        }
    }
}

pub mod reservation {
    use sea_orm::entity::prelude::*;

    use crate::inventory::model::Status;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reservations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: Uuid,
        pub status: Status,
        pub expires_at: DateTimeUtc,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod line {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reservation_lines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sku: String,
        pub quantity: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod movement {
    use sea_orm::entity::prelude::*;

    use crate::inventory::model::Kind;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stock_movements")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub sku: String,
        pub kind: Kind,
        pub on_hand: i64,
        pub reserved: i64,
        pub committed: i64,
        pub damaged: i64,
        pub reason: String,
        /// `user:…`, or the part of the shop that did it.
        pub actor: String,
        /// The order or return it belongs to.
        pub reference: Option<Uuid>,
        pub at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod counter {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stock_counter")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub value: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
