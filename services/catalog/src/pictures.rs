//! Pictures as shoppers' browsers want them: told by their content, bounded in size, turned upright, made smaller.

use std::io::Cursor;

use axum::body::Bytes;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
    imageops::FilterType,
};
use sha2::{Digest, Sha256};

/// Widths made of each picture that is wider.
pub const WIDTHS: [u32; 3] = [320, 640, 1280];
/// The largest upload.
pub const BYTES_MAX: usize = 10 * 1024 * 1024;
const SIDE_MAX: u32 = 20_000;
const JPEG_QUALITY: u8 = 82;

/// Why a picture is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("must be a JPEG, PNG, WebP or GIF picture")]
    UnknownType,
    #[error("must have at most {0} pixels")]
    TooManyPixels(u64),
    #[error("cannot be read: {0}")]
    Broken(String),
}

/// A file to keep.
#[derive(Clone, Debug)]
pub struct Picture {
    pub file: String,
    pub content_type: &'static str,
    pub width: u32,
    pub height: u32,
    pub bytes: Bytes,
}

/// An upload and what was made of it.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub original: Picture,
    /// Smaller ones, smallest first.
    pub sizes: Vec<Picture>,
}

/// Reads a picture and makes the smaller ones. Takes a while: not for async threads.
pub fn prepare(bytes: Bytes, pixels_max: u64) -> Result<Prepared, Refusal> {
    let format = image::guess_format(&bytes).map_err(|_| Refusal::UnknownType)?;
    let (content_type, extension) = kind(format).ok_or(Refusal::UnknownType)?;
    let decoded = decode(&bytes, format, pixels_max)?;
    let digest = hex::encode(Sha256::digest(&bytes));
    let mut sizes = Vec::new();
    for width in WIDTHS.into_iter().filter(|width| *width < decoded.width()) {
        let height = scaled(decoded.height(), width, decoded.width());
        let smaller = decoded.resize_exact(width, height, FilterType::CatmullRom);
        let (content_type, extension, bytes) = encode(&smaller)?;
        sizes.push(Picture { file: format!("{digest}-{width}.{extension}"), content_type, width, height, bytes });
    }
    let original = Picture {
        file: format!("{digest}.{extension}"),
        content_type,
        width: decoded.width(),
        height: decoded.height(),
        bytes,
    };
    Ok(Prepared { original, sizes })
}

fn scaled(height: u32, width: u32, of_width: u32) -> u32 {
    let scaled = u64::from(height) * u64::from(width) / u64::from(of_width.max(1));
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}

/// Content type and extension of the formats that are taken.
fn kind(format: ImageFormat) -> Option<(&'static str, &'static str)> {
    match format {
        ImageFormat::Jpeg => Some(("image/jpeg", "jpg")),
        ImageFormat::Png => Some(("image/png", "png")),
        ImageFormat::WebP => Some(("image/webp", "webp")),
        ImageFormat::Gif => Some(("image/gif", "gif")),
        _ => None,
    }
}

/// The content type of a file by its extension, as `kind` gives them.
pub fn content_type(file: &str) -> Option<&'static str> {
    match file.rsplit_once('.')?.1 {
        "jpg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        "webp" => Some("image/webp"),
        "gif" => Some("image/gif"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

fn decode(bytes: &[u8], format: ImageFormat, pixels_max: u64) -> Result<DynamicImage, Refusal> {
    let broken = |error: image::ImageError| Refusal::Broken(error.to_string());
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(pixels_max.saturating_mul(8).max(16 * 1024 * 1024));
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    // Before anything is unpacked: a few bytes can claim to be a picture of gigabytes.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > pixels_max || width == 0 || height == 0 {
        return Err(Refusal::TooManyPixels(pixels_max));
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// What may be seen through is kept as WebP, which is lossless here; the rest as JPEG, which is far smaller.
fn encode(picture: &DynamicImage) -> Result<(&'static str, &'static str, Bytes), Refusal> {
    let broken = |error: image::ImageError| Refusal::Broken(error.to_string());
    let mut bytes = Vec::new();
    let transparent = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < 255);
    if transparent {
        let rgba = picture.to_rgba8();
        WebPEncoder::new_lossless(&mut bytes)
            .write_image(rgba.as_raw(), rgba.width(), rgba.height(), ExtendedColorType::Rgba8)
            .map_err(broken)?;
        return Ok(("image/webp", "webp", bytes.into()));
    }
    let rgb = picture.to_rgb8();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
        .write_image(rgb.as_raw(), rgb.width(), rgb.height(), ExtendedColorType::Rgb8)
        .map_err(broken)?;
    Ok(("image/jpeg", "jpg", bytes.into()))
}

#[cfg(test)]
mod tests {
    use image::RgbaImage;

    use super::*;

    const PIXELS_MAX: u64 = 40_000_000;

    fn png(width: u32, height: u32, alpha: u8) -> Bytes {
        let picture = RgbaImage::from_pixel(width, height, image::Rgba([200, 100, 50, alpha]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Png).expect("a PNG");
        bytes.into_inner().into()
    }

    #[test]
    fn smaller_pictures_are_made_of_larger_ones_only() {
        let prepared = prepare(png(800, 400, 255), PIXELS_MAX).expect("a picture");
        let sizes: Vec<(u32, u32, &str)> =
            prepared.sizes.iter().map(|size| (size.width, size.height, size.content_type)).collect();
        assert_eq!(sizes, [(320, 160, "image/jpeg"), (640, 320, "image/jpeg")]);
        assert_eq!((prepared.original.width, prepared.original.content_type), (800, "image/png"));
        let seen_through = prepare(png(400, 10, 100), PIXELS_MAX).expect("a picture");
        assert_eq!(seen_through.sizes[0].content_type, "image/webp");
        for size in &prepared.sizes {
            let read = image::load_from_memory(&size.bytes).expect("a picture");
            assert_eq!((read.width(), read.height()), (size.width, size.height));
        }
    }

    #[test]
    fn bombs_and_impostors_are_refused() {
        assert_eq!(prepare(png(100, 100, 255), 9_999).err(), Some(Refusal::TooManyPixels(9_999)));
        for impostor in ["<svg xmlns='http://www.w3.org/2000/svg'/>", "<html>", "", "%PDF-1.4", "MZ"] {
            assert_eq!(prepare(Bytes::from(impostor), PIXELS_MAX).err(), Some(Refusal::UnknownType), "{impostor}");
        }
        let mut huge = png(1, 1, 255).to_vec();
        // The header claims 65,000 by 65,000 pixels.
        huge[16..24].copy_from_slice(&[0, 0, 0xFD, 0xE8, 0, 0, 0xFD, 0xE8]);
        assert!(prepare(huge.into(), PIXELS_MAX).is_err());
        let cut = png(300, 300, 255);
        assert!(matches!(prepare(cut.slice(..cut.len() / 2), PIXELS_MAX), Err(Refusal::Broken(_))));
    }
}
