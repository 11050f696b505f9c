//! The service's tables, as SeaORM sees them.

pub mod payment {
    use sea_orm::entity::prelude::*;

    use crate::model::{CaptureMethod, Status, Sums};

    /// What one order costs, and how far its paying has come.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "payments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub order_id: Uuid,
        pub order_number: String,
        pub user_id: Option<Uuid>,
        pub provider: String,
        pub status: Status,
        pub amount_minor: i64,
        pub currency: String,
        pub capture_method: CaptureMethod,
        pub authorized_minor: i64,
        pub captured_minor: i64,
        pub refunded_minor: i64,
        pub refund_pending_minor: i64,
        pub disputed_minor: i64,
        /// The order, while this is the one payment that counts for it. Unique.
        #[sea_orm(unique)]
        pub live_order_id: Option<Uuid>,
        /// The attempt that is under way, or that brought the money.
        pub current_attempt: Option<Uuid>,
        #[sea_orm(column_type = "Text", nullable)]
        pub client_secret: Option<String>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub next_action: Option<Json>,
        pub error_code: Option<String>,
        pub decline_code: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub conflict: Option<String>,
        /// Asked for, and not confirmed by the provider yet.
        pub capture_requested_minor: Option<i64>,
        /// Why it is to be called off; set before the provider is asked to.
        pub cancel_reason: Option<String>,
        pub authorized_until: Option<DateTimeUtc>,
        /// When the recovery job looks at it next.
        pub check_at: Option<DateTimeUtc>,
        pub checks: i32,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub captured_at: Option<DateTimeUtc>,
        pub canceled_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub fn sums(&self) -> Sums {
            Sums {
                captured: self.captured_minor,
                refunded: self.refunded_minor,
                refund_pending: self.refund_pending_minor,
                disputed: self.disputed_minor,
            }
        }
    }
}

pub mod attempt {
    use sea_orm::entity::prelude::*;

    use crate::model::AttemptStatus;

    /// One try to pay. Its id is the provider's idempotency key.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "attempts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub payment_id: Uuid,
        pub order_id: Uuid,
        pub status: AttemptStatus,
        /// Digest of the token: tells a second click from another card, without keeping the token.
        pub method_fingerprint: String,
        pub card_brand: Option<String>,
        pub card_last4: Option<String>,
        pub provider_ref: Option<String>,
        pub error_code: Option<String>,
        pub decline_code: Option<String>,
        /// After this time whoever made the call has given up waiting.
        pub deadline: DateTimeUtc,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod refund {
    use sea_orm::entity::prelude::*;

    use crate::model::RefundStatus;

    /// Money on its way back, or back. Its id is the provider's idempotency key.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "refunds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub payment_id: Uuid,
        pub order_id: Uuid,
        pub return_id: Option<Uuid>,
        pub status: RefundStatus,
        pub amount_minor: i64,
        pub currency: String,
        #[sea_orm(column_type = "Text")]
        pub reason: String,
        /// `user:…`, `orders`, or `provider` for one that was made there.
        pub requested_by: String,
        pub provider_ref: Option<String>,
        pub error_code: Option<String>,
        pub check_at: Option<DateTimeUtc>,
        pub checks: i32,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod dispute {
    use sea_orm::entity::prelude::*;

    use crate::model::DisputeStatus;

    /// A buyer's bank wants the money back.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "disputes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub payment_id: Uuid,
        pub order_id: Uuid,
        #[sea_orm(unique)]
        pub provider_ref: String,
        pub status: DisputeStatus,
        pub amount_minor: i64,
        pub fee_minor: i64,
        pub currency: String,
        pub reason: String,
        /// The provider has taken the money back, for now or for good.
        pub held: bool,
        pub evidence_due_by: DateTimeUtc,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub evidence: Option<Json>,
        pub submitted_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod webhook {
    use sea_orm::entity::prelude::*;

    use crate::model::WebhookStatus;

    /// An event the provider sent, as it came.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhooks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub provider: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: String,
        pub kind: String,
        /// The attempt it is about, as far as it says so.
        pub attempt_id: Option<Uuid>,
        pub status: WebhookStatus,
        #[sea_orm(column_type = "JsonBinary")]
        pub body: Json,
        pub tries: i32,
        pub next_try_at: DateTimeUtc,
        pub received_at: DateTimeUtc,
        pub applied_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ledger_transaction {
    use sea_orm::entity::prelude::*;

    /// One booking. Append-only.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_transactions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub payment_id: Uuid,
        pub order_id: Uuid,
        pub kind: String,
        /// What was booked: unique with the kind, so that nothing is booked twice.
        pub reference: String,
        pub booked_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod ledger_entry {
    use sea_orm::entity::prelude::*;

    /// One line of a booking. Append-only.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub transaction_id: Uuid,
        pub account: String,
        pub amount_minor: i64,
        pub currency: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod reconciliation {
    use sea_orm::entity::prelude::*;

    /// One comparison of our books with the provider's.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "reconciliations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub provider: String,
        pub since: DateTimeUtc,
        pub charges: i64,
        pub repaired: i64,
        pub unresolved: i64,
        #[sea_orm(column_type = "JsonBinary")]
        pub differences: Json,
        pub started_at: DateTimeUtc,
        pub finished_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
