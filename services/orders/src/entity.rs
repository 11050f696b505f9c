//! The tables, one module each. Statuses are kept as the words they have in JSON, money as minor units.

pub mod cart {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "carts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub status: String,
        /// Of a guest's cart, the hash of its token.
        #[sea_orm(unique)]
        pub token_hash: Option<String>,
        pub user_id: Option<Uuid>,
        /// The user, while the cart is active: unique, so that nobody has two.
        #[sea_orm(unique)]
        pub active_for: Option<Uuid>,
        pub email: Option<String>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub shipping_address: Option<Json>,
        #[sea_orm(column_type = "Text", nullable)]
        pub shipping_option: Option<String>,
        pub coupon: Option<String>,
        /// The order it became.
        #[sea_orm(unique)]
        pub order_id: Option<Uuid>,
        /// Counts changes, so that an order is placed for what was priced.
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod cart_line {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "cart_lines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub cart_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sku: String,
        pub quantity: i32,
        /// What the catalog said when the line was last shown (`PricedItem`): the fallback while it is away.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub shown: Option<Json>,
        /// The price the shopper last agreed to, by changing the line or accepting the change.
        pub accepted_minor: Option<i64>,
        pub added_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod order {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "orders")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub number: String,
        #[sea_orm(unique)]
        pub cart_id: Option<Uuid>,
        pub user_id: Option<Uuid>,
        pub guest_token_hash: Option<String>,
        pub email: String,
        pub locale: String,
        pub status: String,
        pub payment_status: String,
        pub fulfillment_status: String,
        pub currency: String,
        pub subtotal_minor: i64,
        pub discount_minor: i64,
        pub shipping_minor: i64,
        pub tax_minor: i64,
        pub total_minor: i64,
        pub tax_included: bool,
        /// The version of the tax rules it was taxed by.
        pub tax_rules: String,
        /// `Vec<TaxPart>` of the delivery.
        #[sea_orm(column_type = "JsonBinary")]
        pub shipping_taxes: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub shipping_address: Json,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub billing_address: Option<Json>,
        /// `ShippingOptionSnapshot`.
        #[sea_orm(column_type = "JsonBinary")]
        pub shipping_option: Json,
        /// The signed quote that was confirmed.
        #[sea_orm(column_type = "Text")]
        pub shipping_quote: String,
        pub promotion_id: Option<Uuid>,
        pub coupon: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub note: Option<String>,
        pub authorized_minor: i64,
        pub captured_minor: i64,
        pub refunded_minor: i64,
        pub disputed: bool,
        /// `Vec<OrderProblem>`: what staff should look at.
        #[sea_orm(column_type = "JsonBinary")]
        pub problems: Json,
        /// How many of them nobody has settled.
        pub open_problems: i32,
        pub expires_at: Option<DateTimeUtc>,
        pub refund_asked_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub paid_at: Option<DateTimeUtc>,
        pub shipped_at: Option<DateTimeUtc>,
        pub delivered_at: Option<DateTimeUtc>,
        pub cancelled_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod order_line {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_lines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sku: String,
        pub position: i32,
        pub product_id: Uuid,
        pub slug: String,
        pub title: String,
        pub variant_title: String,
        pub image: Option<String>,
        pub weight_g: i64,
        pub tax_class: String,
        pub quantity: i32,
        pub unit_price_minor: i64,
        pub subtotal_minor: i64,
        pub discount_minor: i64,
        pub total_minor: i64,
        pub tax_minor: i64,
        /// `Vec<TaxPart>`.
        #[sea_orm(column_type = "JsonBinary")]
        pub taxes: Json,
        pub shipped_quantity: i32,
        pub delivered_quantity: i32,
        pub returned_quantity: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod history {
    use sea_orm::entity::prelude::*;

    /// What happened to an order. A move has both statuses, anything else neither.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_history")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub seq: i64,
        pub order_id: Uuid,
        pub at: DateTimeUtc,
        pub kind: String,
        pub from_status: Option<String>,
        pub to_status: Option<String>,
        pub actor: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub reason: Option<String>,
        pub event_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod payment {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_payments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub payment_id: Uuid,
        pub order_id: Uuid,
        pub authorized_minor: i64,
        pub captured_minor: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod refund {
    use sea_orm::entity::prelude::*;

    /// Money that went back and did not bounce.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_refunds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub refund_id: Uuid,
        pub order_id: Uuid,
        pub amount_minor: i64,
        /// Whether the money had come on top of the order or too late for it, so that its going changes no sale.
        pub surplus: bool,
        pub refunded_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod dispute {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_disputes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub dispute_id: Uuid,
        pub order_id: Uuid,
        pub open: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod shipment {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_shipments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub shipment_id: Uuid,
        pub order_id: Uuid,
        pub status: String,
        /// `Vec<Item>`.
        #[sea_orm(column_type = "JsonBinary")]
        pub items: Json,
        pub carrier: String,
        pub tracking_number: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub tracking_url: Option<String>,
        pub occurred_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod return_request {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "returns")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub order_id: Uuid,
        pub status: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub note: Option<String>,
        /// What staff said last, for the buyer.
        #[sea_orm(column_type = "Text", nullable)]
        pub reason: Option<String>,
        pub currency: String,
        /// What goes back to the buyer, once the goods are back.
        pub refund_minor: Option<i64>,
        /// The part of it that is tax.
        pub refund_tax_minor: i64,
        /// The part of it that is the delivery's cost.
        pub refund_shipping_minor: i64,
        pub refund_id: Option<Uuid>,
        pub refund_attempt: i32,
        pub refund_asked_at: Option<DateTimeUtc>,
        pub refunded_minor: i64,
        pub requested_by: String,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod return_line {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "return_lines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub return_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sku: String,
        pub quantity: i32,
        #[sea_orm(column_type = "Text", nullable)]
        pub reason: Option<String>,
        pub received_quantity: i32,
        /// `Vec<Kept>`: how many pieces went where.
        #[sea_orm(column_type = "JsonBinary")]
        pub dispositions: Json,
        pub refund_minor: i64,
        pub refund_tax_minor: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod promotion {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "promotions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub code: String,
        pub name: String,
        pub active: bool,
        /// One of this and `amount_minor`.
        pub percent_ppm: Option<i64>,
        pub amount_minor: Option<i64>,
        pub min_subtotal_minor: i64,
        pub starts_at: Option<DateTimeUtc>,
        pub ends_at: Option<DateTimeUtc>,
        pub max_uses: Option<i64>,
        pub max_uses_per_customer: Option<i64>,
        pub uses: i64,
        pub created_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod spread_use {
    use sea_orm::entity::prelude::*;

    /// In the first shard: a promotion's use by an order of another one. An order that is cancelled has none.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "spread_uses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: Uuid,
        pub promotion_id: Uuid,
        pub user_id: Option<Uuid>,
        /// Of the buyer's address; empty once that is erased.
        pub buyer_hash: String,
        /// Whether the order was seen where it stands.
        pub confirmed: bool,
        pub taken_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod owed_use {
    use sea_orm::entity::prelude::*;

    /// In the other shards: a cancelled order whose use the first one still counts.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "owed_uses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: Uuid,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
