//! The tables of imports as SeaORM sees them.

pub mod import {
    use sea_orm::entity::prelude::*;

    use crate::import::{Format, Mode, life::State};

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "imports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub state: State,
        pub format: Format,
        pub mode: Mode,
        pub file_name: String,
        pub bytes: i64,
        /// The columns of the file with a few of their cells.
        #[sea_orm(column_type = "JsonBinary")]
        pub columns: Json,
        /// Digest of the columns' names: files of the same kind are mapped alike.
        pub header: String,
        /// Columns of the file by the column of the format, as far as somebody chose them.
        #[sea_orm(column_type = "JsonBinary")]
        pub mapping: Json,
        pub encoding: String,
        pub delimiter: String,
        /// Products read so far, refused ones included.
        pub taken: i64,
        pub bytes_read: i64,
        /// What the reading has come to so far.
        #[sea_orm(column_type = "JsonBinary")]
        pub counts: Json,
        /// What the reading without writing came to.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub checked: Option<Json>,
        /// Why the file cannot be read, or the import stopped.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub failure: Option<Json>,
        /// Products taken back, and products left as somebody changed them since.
        pub undone: i64,
        pub kept: i64,
        pub created_by: Uuid,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub started_at: Option<DateTimeUtc>,
        pub finished_at: Option<DateTimeUtc>,
        pub undo_until: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A piece of a file.
pub mod part {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_parts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub bytes: Vec<u8>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was said of a row, or of a product that was not taken back.
pub mod problem {
    use sea_orm::entity::prelude::*;

    use crate::import::report::Weight;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_problems")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub import_id: Uuid,
        pub weight: Weight,
        pub line: i64,
        pub column: String,
        pub code: String,
        pub message: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What an import did to a product, so that it can be undone.
pub mod change {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        pub is_new: bool,
        /// The document from before the import, if that replaced it.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub old: Option<Json>,
        /// The version that the import left.
        pub version: Option<Uuid>,
        /// Pieces that came or went, by SKU.
        #[sea_orm(column_type = "JsonBinary")]
        pub gained: Json,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        /// How many SKUs got another stock.
        pub fn gained_skus(&self) -> u64 {
            self.gained.as_object().map_or(0, |skus| skus.len() as u64)
        }
    }
}
