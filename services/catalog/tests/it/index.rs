//! The index: follows every change within a second, survives restarts, and is built anew when it must.

use std::{fs, time::Duration};

use catalog::{Config, index, load_sample, model::StockWord};
use serde_json::{Value, json};
use test_support::{databases, sqlite};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    products::check,
    support::{Shop, product, shop, shop_with, with},
};

/// Asks until the answer is as wanted, for a second.
async fn within_a_second(shop: &Shop, query: &str, wanted: &[&str]) {
    let mut found = Vec::new();
    for _ in 0..100 {
        found = shop.titles(query).await;
        if found == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{query} finds {found:?}, not {wanted:?}");
}

#[tokio::test]
async fn lists_follow_products_and_stock_within_a_second() {
    for db in databases().await {
        let shop = shop(&db).await;
        let stop = CancellationToken::new();
        let jobs = tokio::spawn(index::follow(shop.app.clone(), stop.clone()));
        shop.admin.post("/products", &product("Mug", 100)).await.expect(201);
        within_a_second(&shop, "q=mug", &["Mug"]).await;
        within_a_second(&shop, "in_stock=true", &["Mug"]).await;
        shop.admin.put("/inventory/MUG", &json!({"on_hand": 0, "reason": "counted"})).await.expect(200);
        within_a_second(&shop, "in_stock=true", &[]).await;
        assert_eq!(shop.anyone.get("/products/mug").await.expect(200)["stock"], "out_of_stock");
        shop.admin.put("/inventory/MUG", &json!({"on_hand": 2, "reason": "counted"})).await.expect(200);
        within_a_second(&shop, "in_stock=true", &["Mug"]).await;
        assert_eq!(shop.anyone.get("/products").await.expect(200)["items"][0]["stock"], "low_stock");
        shop.admin
            .put(
                "/products/mug",
                &with(
                    product("Cup", 100),
                    json!({"variants": [{"sku": "MUG", "price": {"amount": 1, "currency": "EUR"}}]}),
                ),
            )
            .await
            .expect(200);
        within_a_second(&shop, "q=cup", &["Cup"]).await;
        // Its SKU is still MUG.
        assert_eq!(shop.titles("q=mug").await, ["Cup"]);
        shop.admin.delete("/products/mug").await.expect(204);
        within_a_second(&shop, "", &[]).await;
        stop.cancel();
        jobs.await.expect("the job ends when it is told to");
    }
}

#[tokio::test]
async fn another_processs_changes_are_seen_too() {
    for db in databases().await {
        let shop = shop(&db).await;
        let other = self::shop(&db).await;
        let stop = CancellationToken::new();
        let jobs = tokio::spawn(index::follow(shop.app.clone(), stop.clone()));
        other.admin.post("/products", &product("Mug", 100)).await.expect(201);
        within_a_second(&shop, "q=mug", &["Mug"]).await;
        stop.cancel();
        jobs.await.expect("the job ends");
    }
}

/// What the shop counts its products for: each tag, maker, attribute and category.
async fn facets(shop: &Shop) -> Value {
    let facets = shop.anyone.get("/products").await.expect(200)["facets"].clone();
    for facet in ["category", "tag", "vendor", "attributes"] {
        assert!(facets[facet].as_array().is_some_and(|values| !values.is_empty()), "no {facet} in {facets}");
    }
    facets
}

#[tokio::test]
async fn an_index_on_disk_is_read_again_and_built_anew_when_it_must() {
    let db = sqlite();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("index");
    let config = Config { index_dir: Some(root.clone()), ..Config::default() };
    let first = shop_with(&db, config.clone()).await;
    load_sample(&first.app).await.expect("the sample loads");
    first.fresh().await;
    let build = fs::read_to_string(root.join("current")).expect("a build is in use");
    let found = first.titles("q=kettle").await;
    let in_stock = first.titles("in_stock=true&limit=100").await;
    let counted = facets(&first).await;
    // Its folder belongs to one process.
    let taken = catalog::start(first.app.db.clone(), None, first.upstream.clone(), config.clone()).await;
    assert!(taken.is_err(), "two processes write one index");
    drop(first);

    let second = shop_with(&db, config.clone()).await;
    assert_eq!(fs::read_to_string(root.join("current")).expect("a build"), build, "a good build was thrown away");
    assert_eq!(facets(&second).await, counted);
    assert_eq!(second.titles("q=kettle").await, found);
    assert_eq!(second.titles("in_stock=true&limit=100").await, in_stock);
    check(&second.app).await;
    // Gone while it runs: what is searched stays, and a new one takes over with the next change.
    fs::remove_dir_all(&root).expect("removed");
    second.add(&product("Zither", 100)).await;
    assert_eq!(second.titles("q=zither").await, ["Zither"]);
    assert_eq!(second.titles("q=kettle").await, found);
    drop(second);

    let spoil = |text: &str| {
        let current = fs::read_to_string(root.join("current")).expect("a build");
        fs::write(root.join(current).join("meta.json"), text).expect("spoiled");
    };
    spoil("{}");
    let third = shop_with(&db, config.clone()).await;
    assert_eq!(third.titles("q=kettle").await, found);
    drop(third);
    fs::remove_dir_all(&root).expect("removed");
    let fourth = shop_with(&db, config.clone()).await;
    assert_eq!(fourth.titles("q=zither").await, ["Zither"]);
    assert_eq!(fs::read_dir(&root).expect("a folder").count(), 2, "old builds are left over");
    check(&fourth.app).await;
    drop(fourth);

    // Another database, behind the one the index was built from.
    let fifth = shop_with(&sqlite(), config).await;
    assert!(fifth.titles("q=kettle").await.is_empty(), "the index remembers another shop");
    check(&fifth.app).await;
}

#[tokio::test]
async fn products_are_found_by_what_their_categories_are_called_now() {
    let db = sqlite();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("index");
    let config = Config { index_dir: Some(root.clone()), ..Config::default() };
    let first = shop_with(&db, config.clone()).await;
    for (title, parent) in [("Kitchen", None), ("Crockery", Some("kitchen")), ("Garden", None)] {
        first.admin.post("/categories", &json!({"title": title, "parent": parent})).await.expect(201);
    }
    first.add(&with(product("Mug", 100), json!({"categories": ["crockery"]}))).await;
    first.add(&with(product("Rake", 100), json!({"categories": ["garden"]}))).await;
    assert_eq!(first.titles("q=kitchen").await, ["Mug"]);
    let build = fs::read_to_string(root.join("current")).expect("a build is in use");
    let rename = |title: &str, slug: &str| json!({"title": title, "slug": slug});
    first.admin.put("/categories/kitchen", &rename("Scullery", "kitchen")).await.expect(200);
    first.fresh().await;
    assert_eq!((first.titles("q=scullery").await, first.titles("q=kitchen").await), (vec!["Mug".into()], vec![]));
    assert_eq!(first.titles("category=garden").await, ["Rake"]);
    // One that no product is in changes nothing but the tree.
    first.admin.post("/categories", &json!({"title": "Attic"})).await.expect(201);
    first.fresh().await;
    drop(first);
    let second = shop_with(&db, config.clone()).await;
    assert_eq!(second.titles("q=scullery").await, ["Mug"]);
    drop(second);
    // Renamed while no index followed.
    let blind = shop(&db).await;
    blind.admin.put("/categories/garden", &rename("Orchard", "garden")).await.expect(200);
    let third = shop_with(&db, config).await;
    assert_eq!((third.titles("q=orchard").await, third.titles("q=garden").await), (vec!["Rake".into()], vec![]));
    assert_eq!(third.titles("category=kitchen").await, ["Mug"]);
    assert_eq!(fs::read_to_string(root.join("current")).expect("a build"), build, "a good build was thrown away");
    check(&third.app).await;
}

#[tokio::test]
async fn whoever_wrote_sees_it_at_once() {
    for db in databases().await {
        let shop = shop(&db).await;
        let stop = CancellationToken::new();
        let jobs = tokio::spawn(index::follow(shop.app.clone(), stop.clone()));
        shop.admin.post("/products", &product("Mug", 100)).await.expect(201);
        within_a_second(&shop, "q=mug", &["Mug"]).await;
        for price in 200..230 {
            shop.admin.put("/products/mug", &product("Mug", price)).await.expect(200);
            let read = shop.anyone.get("/products/mug").await.expect(200);
            assert_eq!(read["price"]["amount"], price, "on {}", db.kind());
            let title = format!("Cups {price}");
            let made = shop.admin.post("/categories", &json!({"title": title})).await.expect(201);
            assert_eq!(shop.anyone.get(&format!("/categories/cups-{price}")).await.expect(200)["id"], made["id"]);
        }
        stop.cancel();
        jobs.await.expect("the job ends");
    }
}

#[tokio::test]
async fn what_was_shown_once_is_shown_without_the_database() {
    for db in databases().await {
        let shop = shop(&db).await;
        shop.admin.post("/categories", &json!({"title": "Kitchen"})).await.expect(201);
        let made = shop.add(&with(product("Mug", 100), json!({"categories": ["kitchen"]}))).await;
        let by_id = format!("/products/{}", made["id"].as_str().expect("an id"));
        let paths = ["/products/mug", &by_id, "/products?q=mug", "/categories", "/categories/kitchen"];
        let mut before = Vec::new();
        for path in paths {
            before.push(shop.anyone.get(path).await.expect(200));
        }
        shop.app.db.clone().close().await.expect("closed");
        for (path, before) in paths.iter().zip(before) {
            assert_eq!(shop.anyone.get(path).await.expect(200), before, "{path} on {}", db.kind());
        }
    }
}

#[tokio::test]
async fn a_catalog_opens_while_its_documents_are_away() {
    let db = sqlite();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let on_disk = Config { index_dir: Some(folder.path().join("index")), ..Config::default() };
    let away = |config: &Config| Config { mongodb_url: "mongodb://127.0.0.1:1/shop".to_owned(), ..config.clone() };
    let first = shop_with(&db, on_disk.clone()).await;
    first.add(&product("Zither", 100)).await;
    drop(first);
    let meanwhile = shop(&db).await;
    meanwhile.add(&product("Lyre", 100)).await;
    let sold_out = json!({"on_hand": 0, "reason": "sold at the fair"});
    meanwhile.admin.put("/inventory/ZITHER", &sold_out).await.expect(200);

    let second = shop_with(&db, away(&on_disk)).await;
    second.anyone.get("/readyz").await.expect(200);
    let view = second.app.index.view();
    let known: Vec<_> = view.shelf.rows().iter().map(|row| (&*row.entry.slug, &*row.stock)).collect();
    assert_eq!(known, [("zither", [StockWord::OutOfStock].as_slice())], "the lyre's words cannot be read, stock can");

    let knows_nothing = shop_with(&db, away(&Config::default())).await;
    assert_eq!(knows_nothing.anyone.get("/readyz").await.expect(503)["failing"], json!(["search index"]));
}

#[tokio::test]
async fn what_the_index_keeps_is_shown_after_a_restart_while_the_documents_are_away() {
    let Some(server) = test_support::component("MONGODB") else { return };
    for db in databases().await {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let apart = |mongodb_url: String| Config {
            index_dir: Some(folder.path().join("index")),
            mongodb_url,
            ..Config::default()
        };
        let first = shop_with(&db, apart(format!("{server}test_{}", Uuid::now_v7().simple()))).await;
        let zither = first.add(&product("Zither", 100)).await;
        first.add(&product("Lyre", 100)).await;
        let id = zither["id"].as_str().expect("an id");
        let second_version = with(product("Zither", 200), json!({"title": "Concert zither"}));
        first.admin.put(&format!("/products/{id}"), &second_version).await.expect(200);
        first.fresh().await;
        let paths = [format!("/products/{id}"), "/products/lyre".to_owned(), "/products?q=concert".to_owned()];
        let mut before = Vec::new();
        for path in &paths {
            before.push(first.anyone.get(path).await.expect(200));
        }
        assert_eq!(before[0]["title"], "Concert zither");
        drop(first);

        let again = shop_with(&db, apart("mongodb://127.0.0.1:1/shop".to_owned())).await;
        for (path, before) in paths.iter().zip(before) {
            assert_eq!(again.anyone.get(path).await.expect(200), before, "{path} on {}", db.kind());
        }
        again.admin.put(&format!("/products/{id}"), &product("Zither", 300)).await.expect(503);
    }
}
