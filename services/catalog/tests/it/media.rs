//! Pictures: what is taken in, what is refused, and how they are served.

use std::io::Cursor;

use axum::body::Body;
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::json;
use test_support::{Answer, Client, databases, sqlite};

use crate::support::{product, shop, shop_with, with};

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_pixel(width, height, image::Rgb([90, 120, 200])))
        .write_to(&mut bytes, format)
        .expect("a picture");
    bytes.into_inner()
}

async fn upload(client: &Client, field: &str, file: &str, bytes: &[u8]) -> Answer {
    let head = format!(
        "--line\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file}\"\r\nContent-Type: image/jpeg\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--line--\r\n"].concat();
    client.send("POST", "/media", Body::from(body), Some("multipart/form-data; boundary=line")).await
}

#[tokio::test]
async fn a_picture_is_kept_made_smaller_and_served_for_ever() {
    for db in databases().await {
        let shop = shop(&db).await;
        let bytes = picture(1000, 500, ImageFormat::Png);
        // Its name and its declared type count for nothing.
        let made = upload(&shop.admin, "file", "holiday.exe", &bytes).await.expect(201);
        assert_eq!((&made["content_type"], &made["width"]), (&json!("image/png"), &json!(1000)));
        assert_eq!(made, upload(&shop.admin, "file", "again.jpg", &bytes).await.expect(201));
        let url = made["url"].as_str().expect("a url");
        let served = shop.anyone.get(url).await;
        assert_eq!(served.bytes, bytes);
        for (header, value) in [
            ("content-type", "image/png"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(served.headers[header], value);
        }
        let tag = served.headers["etag"].to_str().expect("a tag").to_owned();
        assert_eq!(shop.anyone.with("if-none-match", &tag).get(url).await.status.as_u16(), 304);
        let sizes: Vec<(u64, u64)> = made["sizes"]
            .as_array()
            .expect("sizes")
            .iter()
            .map(|size| (size["width"].as_u64().expect("a width"), size["height"].as_u64().expect("a height")))
            .collect();
        assert_eq!(sizes, [(320, 160), (640, 320)]);
        for size in made["sizes"].as_array().expect("sizes") {
            let smaller = shop.anyone.get(size["url"].as_str().expect("a url")).await;
            let read = image::load_from_memory(&smaller.bytes).expect("a picture");
            assert_eq!(u64::from(read.width()), size["width"].as_u64().expect("a width"));
        }
        // A product with it brings the sizes along.
        let shown = with(product("Mug", 1), json!({"images": [{"url": url, "alt": "A mug"}]}));
        let mug = shop.add(&shown).await;
        assert_eq!(mug["images"][0]["width"], 1000);
        assert_eq!(mug["images"][0]["sizes"], made["sizes"]);
    }
}

#[tokio::test]
async fn what_is_no_picture_or_too_much_of_one_is_refused() {
    let config = catalog::Config { picture_pixels_max: 10_000, ..catalog::Config::default() };
    let shop = shop_with(&sqlite(), config).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (bytes, name) in [(&svg[..], "x.svg"), (b"<html>", "x.html"), (b"", "x.jpg"), (b"\x89PNG\r\n\x1a\n", "x.png")] {
        assert_eq!(upload(&shop.admin, "file", name, bytes).await.problem(422), "invalid", "{name}");
    }
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        upload(&shop.admin, "file", "x", &picture(100, 100, format)).await.expect(201);
        let bomb = picture(101, 100, format);
        assert_eq!(upload(&shop.admin, "file", "x", &bomb).await.problem(422), "invalid", "{format:?}");
    }
    assert_eq!(upload(&shop.admin, "picture", "x.png", &picture(1, 1, ImageFormat::Png)).await.problem(422), "invalid");
    let large = vec![0; 10 * 1024 * 1024 + 1];
    assert_eq!(upload(&shop.admin, "file", "x.png", &large).await.problem(413), "body_too_large");
    let huge = vec![0; 11 * 1024 * 1024];
    assert_eq!(upload(&shop.admin, "file", "x.png", &huge).await.problem(413), "body_too_large");
    assert_eq!(shop.admin.post("/media", &json!({})).await.problem(415), "unsupported_media_type");
    for path in [
        "/media/..%2f..%2fetc%2fpasswd",
        "/media/nothing.png",
        "/media/x.svg",
        "/media/sample/..%2fshop.json",
        "/media/sample/shop.json",
    ] {
        assert_eq!(shop.anyone.get(path).await.problem(404), "not_found", "{path}");
    }
}

#[tokio::test]
async fn the_samples_pictures_cannot_run_anything() {
    let shop = shop(&sqlite()).await;
    let served = shop.anyone.get("/media/sample/stoneware-mug.svg").await;
    assert_eq!(served.status.as_u16(), 200);
    assert_eq!(served.headers["content-type"], "image/svg+xml");
    assert_eq!(served.headers["x-content-type-options"], "nosniff");
    let policy = served.headers["content-security-policy"].to_str().expect("a policy");
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
}
