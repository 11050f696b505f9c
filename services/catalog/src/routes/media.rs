//! Pictures: uploading them, and serving them for ever, since a name never means another picture.

use axum::{
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartError},
    response::{IntoResponse, Response},
};
use contracts::permissions::Permission;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Caller, Json, Path, Problem, ProblemBody, answers::StaffOnly};

use crate::{
    App, Error,
    model::ImageSize,
    pictures,
    sample::SampleFiles,
    upload_media::{self, upload_media as keep},
};

/// Room for the parts around the picture.
const ENVELOPE_BYTES: usize = 64 * 1024;
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The sample's pictures keep their names when they are redrawn.
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
/// A picture opened by itself runs nothing, whatever is in it.
const SANDBOX: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload_picture))
        .layer(DefaultBodyLimit::max(pictures::BYTES_MAX + ENVELOPE_BYTES))
        .routes(routes!(get_media))
        .routes(routes!(get_sample_media))
}

/// An uploaded picture.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "url": "/media/9f86d081884c7d65….jpg", "content_type": "image/jpeg", "width": 1600, "height": 1200, "bytes": 240113,
    "sizes": [{"url": "/media/9f86d081884c7d65…-320.jpg", "width": 320, "height": 240}]
}))]
pub struct MediaView {
    /// For `images[].url` of a product, which then brings `sizes` along.
    pub url: String,
    pub content_type: String,
    pub width: u32,
    pub height: u32,
    pub bytes: usize,
    pub sizes: Vec<ImageSize>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the form")]
struct UploadForm {
    #[schema(
        value_type = String, format = Binary, content_media_type = "application/octet-stream", example = "mug.jpg"
    )]
    file: Vec<u8>,
}

/// Upload a picture
///
/// JPEG, PNG, WebP or GIF, told by its content; at most 10 MiB. Smaller versions are made of it. The same picture again
/// gets the same answer.
#[utoipa::path(
    post, path = "/media", operation_id = "upload_media", tag = "media",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    security(("bearer" = [])),
    responses(
        (status = 201, body = MediaView),
        (status = 400, description = "`unreadable_body`", body = ProblemBody),
        StaffOnly,
    )
)]
async fn upload_picture(
    State(app): State<App>,
    caller: Caller,
    request: axum::extract::Request,
) -> Result<Response, Error> {
    caller.require(Permission::CatalogWrite)?;
    let form = <Multipart as axum::extract::FromRequest<App>>::from_request(request, &app).await;
    let form = form.map_err(|_| {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
            .detail("The picture must be sent as multipart/form-data, in the field file.")
    })?;
    let prepared = keep(&app, picture_of(form).await?).await?;
    let view = MediaView {
        url: format!("/media/{}", prepared.original.file),
        content_type: prepared.original.content_type.to_owned(),
        width: prepared.original.width,
        height: prepared.original.height,
        bytes: prepared.original.bytes.len(),
        sizes: prepared.sizes.iter().map(upload_media::size).collect(),
    };
    let location = [(header::LOCATION, view.url.clone())];
    Ok((StatusCode::CREATED, location, Json(view)).into_response())
}

/// The field `file` of the form.
async fn picture_of(mut form: Multipart) -> Result<Bytes, Problem> {
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        if field.name() == Some("file") {
            let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
            if bytes.len() > pictures::BYTES_MAX {
                return Err(too_large());
            }
            return Ok(bytes);
        }
    }
    Err(Problem::invalid_field("file", "required", "is required"))
}

fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::new(StatusCode::BAD_REQUEST, "unreadable_body").detail("The form could not be read to its end.")
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").detail("A picture may have 10 MiB.")
}

/// Get a picture
#[utoipa::path(
    get, path = "/media/{file}", operation_id = "get_media", tag = "media",
    params(("file" = String, Path)),
    responses(
        (status = 200, description = "The picture", content_type = "image/*"),
        (status = 304, description = "Unchanged"),
    )
)]
async fn get_media(State(app): State<App>, Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let kind = pictures::content_type(&file).filter(|kind| *kind != "image/svg+xml").ok_or(Error::NotFound)?;
    let bytes = app.media.get(&file).await?.ok_or(Error::NotFound)?;
    Ok(picture(&headers, &file, kind, bytes, FOR_EVER))
}

/// Get a picture of the sample shop
#[utoipa::path(
    get, path = "/media/sample/{file}", operation_id = "get_sample_media", tag = "media",
    params(("file" = String, Path)),
    responses(
        (status = 200, description = "The picture", content_type = "image/svg+xml"),
        (status = 304, description = "Unchanged"),
    )
)]
async fn get_sample_media(Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let kind = pictures::content_type(&file).ok_or(Error::NotFound)?;
    let found = SampleFiles::get(&format!("images/{file}")).ok_or(Error::NotFound)?;
    let tag = hex::encode(found.metadata.sha256_hash());
    let bytes = match found.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Ok(picture(&headers, &tag, kind, bytes, FOR_A_DAY))
}

fn picture(asked: &HeaderMap, tag: &str, kind: &'static str, bytes: Bytes, keep: HeaderValue) -> Response {
    let tag = format!("\"{tag}\"");
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let unchanged = known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag));
    let mut response =
        if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(Body::from(bytes)) };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, keep);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
