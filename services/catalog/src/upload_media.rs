//! Taking in a picture: checked and made smaller off the async threads, kept under the digest of its content.

use axum::body::Bytes;
use contracts::time;
use tokio::sync::Semaphore;
use web::Problem;

use crate::{
    App, Error,
    entity::media,
    model::ImageSize,
    pictures::{self, Picture, Prepared},
    store,
};

/// Pictures unpacked at the same time: each may take 160 MB of memory.
static UNPACKING: Semaphore = Semaphore::const_new(2);

/// Keeps a picture and what is made of it. The same picture again gives the same answer.
pub async fn upload_media(app: &App, bytes: Bytes) -> Result<Prepared, Error> {
    let turn = UNPACKING.acquire().await.map_err(|error| Error::Index(error.to_string()))?;
    let pixels_max = app.config.picture_pixels_max;
    let prepare = move || {
        // Its turn ends with the work, which goes on when the client has gone.
        let _turn = turn;
        pictures::prepare(bytes, pixels_max)
    };
    let prepared = tokio::task::spawn_blocking(prepare).await.map_err(Problem::internal)?;
    let prepared =
        prepared.map_err(|refusal| Problem::invalid_field("file", "unreadable_picture", refusal.to_string()))?;
    // Files first: a row says that they are there.
    for picture in prepared.sizes.iter().chain([&prepared.original]) {
        app.media.put(&picture.file, picture.bytes.clone()).await?;
    }
    let tx = app.db.begin().await?;
    store::media::keep(&tx, row(&prepared)?).await?;
    tx.commit().await?;
    Ok(prepared)
}

fn row(prepared: &Prepared) -> Result<media::Model, Error> {
    let original = &prepared.original;
    let sizes: Vec<ImageSize> = prepared.sizes.iter().map(size).collect();
    Ok(media::Model {
        file: original.file.clone(),
        content_type: original.content_type.to_owned(),
        width: i32::try_from(original.width).unwrap_or(i32::MAX),
        height: i32::try_from(original.height).unwrap_or(i32::MAX),
        bytes: i64::try_from(original.bytes.len()).unwrap_or(i64::MAX),
        sizes: serde_json::to_value(sizes)?,
        created_at: time::now(),
    })
}

/// A smaller picture as products name it.
pub fn size(picture: &Picture) -> ImageSize {
    ImageSize { url: format!("/media/{}", picture.file), width: picture.width, height: picture.height }
}
