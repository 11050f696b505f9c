//! Imports over HTTP: tried without writing, done in steps that survive an end of the process, and taken back.

use axum::body::Body;
use catalog::import;
use contracts::ids::OrderId;
use serde_json::{Value, json};
use test_support::{Answer, Client, databases, sqlite};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::inventory_support::{Shop, shop};

const SHOPIFY: &str = include_str!("../fixtures/shopify.csv");
const WOOCOMMERCE: &str = include_str!("../fixtures/woocommerce.csv");

async fn send(client: &Client, fields: &[(&str, &str)], name: &str, file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend_from_slice(
            format!("--line\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    body.extend_from_slice(
        format!(
            "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
        )
        .as_bytes(),
    );
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--line--\r\n");
    client.send("POST", "/imports", Body::from(body), Some("multipart/form-data; boundary=line")).await
}

/// Uploads a file; answers the import's address.
async fn upload(shop: &Shop, file: &str) -> String {
    let made = send(&shop.staff, &[], "spring.csv", file.as_bytes()).await.expect(201);
    assert_eq!(made["state"], "checking");
    format!("/imports/{}", made["id"].as_str().expect("an id"))
}

/// Works until nothing waits.
async fn work(shop: &Shop) {
    let (holder, stop) = (Uuid::now_v7(), CancellationToken::new());
    while import::work(&shop.app, holder, &stop).await.expect("worked") {}
}

/// A process that ends after one step.
async fn step(shop: &Shop, holder: Uuid) {
    let stop = CancellationToken::new();
    stop.cancel();
    import::work(&shop.app, holder, &stop).await.expect("worked");
}

async fn get(shop: &Shop, import: &str) -> Value {
    shop.staff.get(import).await.expect(200)
}

/// Uploads, checks and imports a file.
async fn import_all(shop: &Shop, file: &str) -> String {
    let import = upload(shop, file).await;
    work(shop).await;
    shop.staff.post(&format!("{import}/start"), &json!({})).await.expect(202);
    work(shop).await;
    assert_eq!(get(shop, &import).await["state"], "done");
    import
}

fn things(count: usize) -> String {
    let mut text = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\n".to_owned();
    for number in 0..count {
        let price = if number % 50 == 7 { "free" } else { "9.99" };
        text.push_str(&format!("thing-{number},Thing {number},THING-{number},{price},5\n"));
    }
    text
}

#[tokio::test]
async fn a_file_is_checked_then_written_and_its_refused_rows_come_back_as_a_file() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        let import = upload(&shop, SHOPIFY).await;
        work(&shop).await;
        let checked = get(&shop, &import).await;
        assert_eq!((&checked["state"], &checked["format"]), (&json!("checked"), &json!("shopify")), "on {}", db.kind());
        assert_eq!(checked["checked"], checked["counts"]);
        let counts = &checked["counts"];
        assert_eq!((&counts["created"], &counts["updated"], &counts["rows"]), (&json!(3), &json!(1), &json!(17)));
        assert_eq!(checked["refused_rows"][0]["line"], 6);
        shop.staff.get("/products/tarn-mug").await.problem(404);

        shop.staff.post(&format!("{import}/start"), &json!({})).await.expect(202);
        assert_eq!(shop.staff.post(&format!("{import}/start"), &json!({})).await.expect(202)["state"], "running");
        work(&shop).await;
        let done = get(&shop, &import).await;
        assert_eq!((&done["state"], &done["counts"]), (&json!("done"), &done["checked"]));
        assert_eq!((&done["bytes_read"], &done["failure"]), (&json!(SHOPIFY.len()), &Value::Null));
        assert_eq!(shop.staff.get("/products/tarn-mug").await.expect(200)["variants"].as_array().unwrap().len(), 4);
        assert_eq!(shop.staff.post(&format!("{import}/start"), &json!({})).await.problem(409), "import_state");

        let errors = shop.staff.get(&format!("{import}/errors")).await;
        assert_eq!(errors.headers["content-disposition"], "attachment; filename=\"spring-refused.csv\"");
        let text = String::from_utf8(errors.bytes).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("Rialto / Line,Rialto / Reason,Handle,Title"), "{text}");
        // 12 reasons for 10 rows.
        assert_eq!(lines.len(), 11, "{text}");
        assert!(lines[1].starts_with("6,Variant SKU: "), "{text}");
        let listed = shop.staff.get("/imports").await.expect(200);
        assert_eq!(listed["items"][0]["id"], done["id"]);
        shop.check_books().await;
    }
}

#[tokio::test]
async fn mended_rows_come_in_and_the_same_file_again_changes_nothing() {
    let db = sqlite();
    let shop = shop(&db, &[]).await;
    let import = import_all(&shop, &things(60)).await;
    assert_eq!(get(&shop, &import).await["counts"]["refused"], 4);
    let errors = shop.staff.get(&format!("{import}/errors")).await.bytes;
    let mended = String::from_utf8(errors).expect("text").replace(",free,", ",9.99,");
    let again = import_all(&shop, &mended).await;
    let counts = get(&shop, &again).await["counts"].clone();
    assert_eq!((&counts["created"], &counts["refused"]), (&json!(2), &json!(0)));
    let same = import_all(&shop, &things(60)).await;
    let counts = get(&shop, &same).await["counts"].clone();
    assert_eq!((&counts["created"], &counts["updated"], &counts["unchanged"]), (&json!(0), &json!(0), &json!(60)));
    shop.check_books().await;
}

#[tokio::test]
async fn an_import_goes_on_where_a_process_ended() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        let import = upload(&shop, &things(180)).await;
        work(&shop).await;
        shop.staff.post(&format!("{import}/start"), &json!({})).await.expect(202);
        for number in 1..=3 {
            step(&shop, Uuid::now_v7()).await;
            let view = get(&shop, &import).await;
            assert_eq!((&view["state"], &view["counts"]["rows"]), (&json!("running"), &json!(number * 50 + 1)));
        }
        // Somebody stops it, and starts it again later.
        let stopped = shop.staff.post(&format!("{import}/stop"), &json!({})).await.expect(200);
        assert_eq!(stopped["state"], "stopped");
        work(&shop).await;
        assert_eq!(get(&shop, &import).await["counts"]["created"], 147);
        shop.staff.post(&format!("{import}/start"), &json!({})).await.expect(202);
        work(&shop).await;
        let done = get(&shop, &import).await;
        assert_eq!((&done["state"], &done["counts"]), (&json!("done"), &done["checked"]), "on {}", db.kind());
        assert_eq!((&done["counts"]["created"], &done["counts"]["refused"]), (&json!(176), &json!(8)));
        shop.check_books().await;
    }
}

#[tokio::test]
async fn what_an_import_did_can_be_taken_back_but_for_what_changed_since() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        import_all(&shop, SHOPIFY).await;
        let mug = shop.staff.get("/products/tarn-mug").await.expect(200);
        let text = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\n\
                    tarn-mug,,MUG-M-S,25.00,2\nlamp,Desk Lamp,LAMP,99,9\nstool,Stool,STOOL,29,4\nbench,Bench,BENCH,99,4\n\
                    tarn-mug,,MUG-S-S,26.00,50\n";
        let import = import_all(&shop, text).await;
        let counts = get(&shop, &import).await["counts"].clone();
        assert_eq!((&counts["created"], &counts["updated"]), (&json!(2), &json!(3)), "on {}", db.kind());
        // A stool is sold, and somebody corrects the lamp.
        shop.reserve(OrderId::new(), &[("STOOL", 1)]).await.expect("held");
        let lamp = json!({"title": "Reading Lamp", "status": "published",
            "variants": [{"sku": "LAMP", "price": {"amount": 5000, "currency": "EUR"}}]});
        shop.staff.put("/products/lamp", &lamp).await.expect(200);

        shop.staff.post(&format!("{import}/undo"), &json!({})).await.expect(202);
        work(&shop).await;
        let undone = get(&shop, &import).await;
        assert_eq!(
            (&undone["state"], &undone["undone"], &undone["kept"]),
            (&json!("undone"), &json!(3), &json!(1)),
            "on {}: {undone}",
            db.kind()
        );
        let kept: Vec<(&str, &str)> = undone["kept_products"]
            .as_array()
            .unwrap()
            .iter()
            .map(|said| (said["column"].as_str().unwrap(), said["code"].as_str().unwrap()))
            .collect();
        assert!(kept.contains(&("lamp", "changed_since")) && kept.contains(&("stool", "stock_promised")), "{kept:?}");
        let now = shop.staff.get("/products/tarn-mug").await.expect(200);
        for field in ["title", "variants", "images", "description", "status"] {
            let plain = |product: &Value| {
                let mut value = product[field].clone();
                for variant in value.as_array_mut().into_iter().flatten() {
                    variant.as_object_mut().map(|variant| variant.remove("lowest_price_30d"));
                }
                value
            };
            assert_eq!(plain(&now), plain(&mug), "{field} on {}", db.kind());
        }
        assert_eq!((shop.levels("MUG-M-S").await, shop.levels("MUG-S-S").await), ([7, 0, 0, 0], [40, 0, 0, 0]));
        assert_eq!(shop.staff.get("/products/lamp").await.expect(200)["title"], "Reading Lamp");
        for slug in ["stool", "bench"] {
            assert_eq!(shop.staff.get(&format!("/products/{slug}")).await.expect(200)["status"], "archived");
        }
        assert_eq!((shop.levels("BENCH").await, shop.levels("STOOL").await), ([0, 0, 0, 0], [4, 1, 0, 0]));
        assert_eq!(shop.staff.post(&format!("{import}/undo"), &json!({})).await.expect(202)["state"], "undone");
        shop.check_books().await;
    }
}

#[tokio::test]
async fn an_undo_goes_on_where_a_process_ended_and_only_in_its_time() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        let import = import_all(&shop, &things(120)).await;
        shop.staff.post(&format!("{import}/undo"), &json!({})).await.expect(202);
        step(&shop, Uuid::now_v7()).await;
        assert_eq!(get(&shop, &import).await["undone"], 50, "on {}", db.kind());
        work(&shop).await;
        let undone = get(&shop, &import).await;
        assert_eq!((&undone["state"], &undone["undone"]), (&json!("undone"), &json!(117)));
        assert_eq!(shop.anyone.get("/products").await.expect(200)["total"], 0);

        let late = import_all(&shop, &things(3)).await;
        let id: Uuid = late.trim_start_matches("/imports/").parse().expect("an id");
        let past = contracts::time::now() - chrono::Duration::days(1);
        let update = sea_orm::sea_query::Query::update()
            .table("imports")
            .value("undo_until", past)
            .and_where(sea_orm::ExprTrait::eq(sea_orm::sea_query::Expr::col("id"), id))
            .to_owned();
        let tx = shop.app.db.begin().await.expect("a transaction");
        sea_orm::ConnectionTrait::execute(&*tx, &update).await.expect("changed");
        tx.commit().await.expect("it commits");
        assert_eq!(shop.staff.post(&format!("{late}/undo"), &json!({})).await.problem(409), "undo_over");
        import::forget(&shop.app).await.expect("forgotten");
        assert_eq!(get(&shop, &late).await["state"], "done");
        shop.check_books().await;
    }
}

#[tokio::test]
async fn columns_are_mapped_and_remembered_for_files_of_the_same_kind() {
    let db = sqlite();
    let shop = shop(&db, &[]).await;
    let text = "Kennung;Name;Artikel;Preis;Bestand\nbecher;Becher;BECHER;19,90;4\n";
    let import = upload(&shop, text).await;
    work(&shop).await;
    let view = get(&shop, &import).await;
    assert_eq!((&view["state"], &view["failure"]["code"]), (&json!("unreadable"), &json!("not_this_format")));
    assert_eq!(view["columns"][3], json!({"name": "Preis", "cells": ["19,90"]}));
    assert_eq!(shop.staff.post(&format!("{import}/start"), &json!({})).await.problem(409), "import_state");

    let wrong = json!({"format": "shopify", "mapping": {"Handle": "Nummer"}});
    let refused = shop.staff.put(&import, &wrong).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "mapping.Handle");
    let mapping = json!({"Handle": "Kennung", "Title": "Name", "Variant SKU": "Artikel", "Variant Price": "Preis",
        "Variant Inventory Qty": "Bestand"});
    shop.staff.put(&import, &json!({"format": "shopify", "mapping": mapping})).await.expect(200);
    work(&shop).await;
    let view = get(&shop, &import).await;
    assert_eq!((&view["state"], &view["counts"]["created"]), (&json!("checked"), &json!(1)));
    let price = view["fields"].as_array().unwrap().iter().find(|field| field["name"] == "Variant Price");
    assert_eq!(price.expect("a field")["column"], "Preis");
    shop.staff.post(&format!("{import}/start"), &json!({})).await.expect(202);
    work(&shop).await;
    let becher = shop.staff.get("/products/becher").await.expect(200);
    assert_eq!((&becher["title"], &becher["price"]["amount"]), (&json!("Becher"), &json!(1990)));

    // The next file of the kind needs no mapping; without its prices it changes none.
    let next = upload(&shop, &text.replace("19,90", "24,00")).await;
    work(&shop).await;
    assert_eq!(get(&shop, &next).await["counts"]["updated"], 1);
    let no_prices = mapping.as_object().unwrap().iter().filter(|(field, _)| *field != "Variant Price");
    let no_prices: serde_json::Map<_, _> = no_prices.map(|(field, column)| (field.clone(), column.clone())).collect();
    shop.staff.put(&next, &json!({"format": "shopify", "mapping": no_prices})).await.expect(200);
    work(&shop).await;
    assert_eq!(get(&shop, &next).await["counts"]["unchanged"], 1);
}

#[tokio::test]
async fn a_mode_leaves_products_out() {
    let db = sqlite();
    let shop = shop(&db, &[]).await;
    import_all(&shop, &things(3)).await;
    let text = things(5).replace("9.99", "19.99");
    for (mode, counted) in [("new", [2, 0, 3]), ("existing", [0, 3, 2])] {
        let made = send(&shop.staff, &[("mode", mode)], "a.csv", text.as_bytes()).await.expect(201);
        let import = format!("/imports/{}", made["id"].as_str().expect("an id"));
        work(&shop).await;
        let counts = get(&shop, &import).await["counts"].clone();
        assert_eq!(
            [&counts["created"], &counts["updated"], &counts["skipped"]].map(|count| count.as_i64().unwrap()),
            counted,
            "{mode}"
        );
    }
}

#[tokio::test]
async fn forms_that_are_no_import_are_refused() {
    let db = sqlite();
    let shop = shop(&db, &[]).await;
    let send = async |fields: &[(&str, &str)], file: &str| send(&shop.staff, fields, "a.csv", file.as_bytes()).await;
    assert_eq!(send(&[], "").await.problem(422), "invalid");
    assert_eq!(send(&[("format", "excel")], SHOPIFY).await.expect(422)["errors"][0]["field"], "format");
    assert_eq!(send(&[("mapping", "x")], SHOPIFY).await.expect(422)["errors"][0]["field"], "mapping");
    assert_eq!(send(&[("colour", "red")], SHOPIFY).await.expect(422)["errors"][0]["code"], "unknown_field");
    let no_form = shop.staff.post("/imports", &json!({})).await;
    assert_eq!(no_form.problem(415), "unsupported_media_type");
    let told = send(&[], WOOCOMMERCE).await.expect(201);
    assert_eq!(told["format"], "woocommerce");
    shop.staff.get(&format!("/imports/{}", Uuid::now_v7())).await.problem(404);
}

#[tokio::test]
async fn an_export_holds_what_the_list_shows_and_comes_in_again_without_a_change() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        import_all(&shop, SHOPIFY).await;
        catalog::index::catch_up(&shop.app).await.expect("the index follows");
        let all = shop.staff.get("/products/export").await;
        assert_eq!(all.headers["content-type"], "text/csv; charset=utf-8");
        let text = String::from_utf8(all.bytes).expect("text");
        for handle in ["tarn-mug", "aero-candle", "lamp"] {
            assert!(text.lines().any(|line| line.starts_with(&format!("{handle},"))), "{handle} in {text}");
        }
        let again = import_all(&shop, &text).await;
        let counts = get(&shop, &again).await["counts"].clone();
        assert_eq!((&counts["unchanged"], &counts["refused"]), (&json!(3), &json!(0)), "on {}", db.kind());
        let some = shop.staff.get("/products/export?status=draft").await;
        let some = String::from_utf8(some.bytes).expect("text");
        assert_eq!(some.lines().count(), 2, "{some}");
        assert!(some.lines().nth(1).is_some_and(|line| line.starts_with("aero-candle,")), "{some}");
        assert_eq!(shop.staff.get("/products/export?colour=red").await.problem(400), "invalid_query");
    }
}
