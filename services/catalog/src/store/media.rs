//! What is known of uploaded pictures.

use db::Tx;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::entity::media;

/// Pictures by file name. Unknown ones are left out.
pub async fn find(connection: &impl ConnectionTrait, files: &[String]) -> Result<Vec<media::Model>, DbErr> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    media::Entity::find().filter(media::COLUMN.file.is_in(files)).all(connection).await
}

/// Notes a picture. The same picture again changes nothing.
pub async fn keep(tx: &Tx, row: media::Model) -> Result<(), DbErr> {
    db::insert_absent(&**tx, [row.into_active_model()], &["file"]).await?;
    Ok(())
}
