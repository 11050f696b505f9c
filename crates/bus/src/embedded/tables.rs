//! The embedded log's tables, as SeaORM sees them. `migration` makes them.

pub(super) mod event {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        #[sea_orm(unique)]
        pub id: Uuid,
        pub topic: String,
        pub kind: String,
        pub partition_key: Uuid,
        #[sea_orm(column_type = "JsonBinary")]
        pub envelope: Json,
        pub appended_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod head {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub position: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod cursor {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "cursors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub consumer: String,
        pub position: i64,
        /// The process that reads for the group. Two at once would only do the same work twice.
        pub holder: Uuid,
        pub held_until: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
