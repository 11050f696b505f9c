//! The sandbox's own books.

pub mod charge {
    use sea_orm::entity::prelude::*;

    use crate::model::{CaptureMethod, ChargeStatus};

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sandbox_charges")]
    pub struct Model {
        /// The shop's key.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: Uuid,
        #[sea_orm(unique)]
        pub reference: String,
        pub payment_id: Uuid,
        pub order_id: Uuid,
        /// The test token, which says how the charge goes on.
        pub token: String,
        pub status: ChargeStatus,
        pub amount_minor: i64,
        pub captured_minor: i64,
        pub currency: String,
        pub capture_method: CaptureMethod,
        pub error_code: Option<String>,
        pub decline_code: Option<String>,
        pub client_secret: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub return_url: Option<String>,
        /// When something happens by itself: a slow payment ends, or a dispute is opened.
        pub due_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub captured_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod refund {
    use sea_orm::entity::prelude::*;

    use crate::model::RefundStatus;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sandbox_refunds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: Uuid,
        pub charge_key: Uuid,
        pub reference: String,
        pub status: RefundStatus,
        pub amount_minor: i64,
        pub error_code: Option<String>,
        pub due_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod dispute {
    use sea_orm::entity::prelude::*;

    use crate::model::DisputeStatus;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sandbox_disputes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reference: String,
        #[sea_orm(unique)]
        pub charge_key: Uuid,
        pub status: DisputeStatus,
        pub amount_minor: i64,
        pub fee_minor: i64,
        pub reason: String,
        pub evidence_due_by: DateTimeUtc,
        /// How it will be decided, and when.
        pub decided_won: Option<bool>,
        pub due_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod event {
    use sea_orm::entity::prelude::*;

    /// A webhook on its way to the shop.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sandbox_events")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub seq: i64,
        #[sea_orm(unique)]
        pub id: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub body: Json,
        pub tries: i32,
        /// `None`: delivered, or given up.
        pub next_try_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod setting {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sandbox_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub value: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
