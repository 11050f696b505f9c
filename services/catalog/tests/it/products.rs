//! Products: writing them, their rules, their slugs, and who sees them.

use contracts::{Envelope, Event};
use contracts::{Service, calls::PriceItems, events::ProductChanged};
use serde_json::{Value, json};
use test_support::{Client, databases, sqlite};
use upstream::Context;

use crate::support::{product, shop, with};

fn mug() -> Value {
    json!({
        "title": "Stoneware Mug", "description": "<p>Thrown by <script>alert(1)</script>hand</p>", "status": "published",
        "tags": ["Gift", "gift", "Tea"], "vendor": "Tollmar",
        "attributes": {"material": ["Stoneware"], "made_in": "Portugal"},
        "options": [{"name": "Colour", "values": ["Sand", "Moss"]}, {"name": "Size", "values": ["S", "L"]}],
        "variants": [
            {"sku": "MUG-SAND", "options": {"Colour": "Sand", "Size": "L"}, "price": {"amount": 1990, "currency": "EUR"},
             "compare_at_price": {"amount": 2490, "currency": "EUR"}, "stock": 40, "weight_g": 340, "barcode": "4006381333931"},
            {"sku": "MUG-MOSS", "options": {"Colour": "Moss", "Size": "S"}, "price": {"amount": 2990, "currency": "EUR"},
             "stock": 3, "weight_g": 300}
        ],
        "images": [{"url": "/media/sample/stoneware-mug.svg", "alt": "A mug"}],
        "seo": {"title": "Mug"}, "metadata": {"erp": 7}
    })
}

#[tokio::test]
async fn a_product_is_written_and_read_in_full() {
    for db in databases().await {
        let shop = shop(&db).await;
        let answer = shop.admin.post("/products", &mug()).await;
        assert_eq!(answer.headers["location"], "/products/stoneware-mug");
        let made = answer.expect(201);
        shop.fresh().await;
        let read = shop.anyone.get("/products/stoneware-mug").await.expect(200);
        assert_eq!(
            read,
            shop.anyone.get(&format!("/products/{}", made["id"].as_str().expect("an id"))).await.expect(200)
        );
        assert_eq!(read["description"], "<p>Thrown by hand</p>");
        assert_eq!(read["tags"], json!(["gift", "tea"]));
        assert_eq!(read["attributes"], json!({"material": ["Stoneware"], "made_in": ["Portugal"]}));
        assert_eq!((&read["price"]["amount"], &read["price_max"]["amount"]), (&json!(1990), &json!(2990)));
        assert_eq!(read["compare_at_price"]["amount"], 2490);
        assert_eq!(read["variants"][0]["title"], "Sand, L");
        assert_eq!(read["variants"][0]["stock"], "in_stock");
        assert_eq!(read["variants"][1]["stock"], "low_stock");
        assert_eq!(read["stock"], "in_stock");
        assert_eq!(read["rating"], json!({"average": null, "count": 0, "histogram": {"1":0,"2":0,"3":0,"4":0,"5":0}}));
        for hidden in ["metadata", "available"] {
            assert!(!read.to_string().contains(hidden), "shoppers see {hidden}");
        }
        let seen_by_staff = shop.admin.get("/products/stoneware-mug").await.expect(200);
        assert_eq!(seen_by_staff["variants"][1]["available"], 3);
        assert_eq!(seen_by_staff["metadata"], json!({"erp": 7}));
        let listed = shop.anyone.get("/products").await.expect(200);
        assert_eq!(listed["items"][0], read, "the list and the page differ on {}", db.kind());
        // The event left with the change.
        let events: Vec<Envelope> = db::outbox::unpublished(&shop.app.db, 10).await.expect("the outbox");
        let event: ProductChanged = events[0].read().expect("an event");
        assert_eq!(
            (event.slug.as_str(), event.skus.len(), event.key().to_string()),
            ("stoneware-mug", 2, made["id"].as_str().expect("an id").to_owned())
        );
    }
}

#[tokio::test]
async fn a_written_product_replaces_all_of_the_old_one() {
    for db in databases().await {
        let shop = shop(&db).await;
        let made = shop.add(&mug()).await;
        let path = format!("/products/{}", made["id"].as_str().expect("an id"));
        let mut next = mug();
        next["variants"].as_array_mut().expect("variants").remove(1);
        next["variants"][0]["stock"] = Value::Null;
        next["variants"][0]["price"]["amount"] = json!(1500);
        next["tags"] = json!([]);
        let written = shop.admin.put(&path, &next).await.expect(200);
        assert_eq!(written["variants"].as_array().map(Vec::len), Some(1));
        assert_eq!(written["variants"][0]["id"], made["variants"][0]["id"], "a variant keeps its id");
        assert_eq!(written["variants"][0]["available"], 40, "stock that is not stated stays");
        assert_eq!(written["tags"], json!([]));
        // Reduced from 19.90 within the last 30 days.
        assert_eq!(written["lowest_price_30d"]["amount"], 1990);
        shop.fresh().await;
        assert_eq!(shop.anyone.get(&path).await.expect(200)["price_max"]["amount"], 1500);
        let sku = written["variants"][0]["sku"].as_str().expect("a SKU");
        let stock = shop.admin.get(&format!("/inventory?skus={sku}")).await.expect(200);
        assert_eq!(stock["items"][0]["product"]["title"], written["title"]);
        // The SKU is free again, its stock record stays.
        assert_eq!(shop.admin.get("/inventory/MUG-MOSS").await.expect(200)["on_hand"], 3);
        let other = with(
            product("Other", 100),
            json!({"variants": [{"sku": "MUG-MOSS", "price": {"amount": 1, "currency": "EUR"}}]}),
        );
        shop.admin.post("/products", &other).await.expect(201);
    }
}

#[tokio::test]
async fn rules_are_told_by_field() {
    let shop = shop(&sqlite()).await;
    for (change, field) in [
        (json!({"title": ""}), "title"),
        (json!({"slug": "Not a slug"}), "slug"),
        (json!({"categories": ["nowhere"]}), "categories[0]"),
        (json!({"variants": []}), "variants"),
        (json!({"images": [{"url": "javascript:alert(1)"}]}), "images[0].url"),
        (json!({"surprise": 1}), "surprise"),
        (json!({"status": "live"}), "status"),
        (json!({"title": "a\u{0}b"}), "title"),
    ] {
        let answer = shop.admin.post("/products", &with(mug(), change.clone())).await.expect(422);
        assert_eq!(answer["errors"][0]["field"], field, "{change}: {answer}");
    }
    let mut wrong = mug();
    wrong["variants"][0]["price"]["amount"] = json!("19.90");
    assert_eq!(shop.admin.post("/products", &wrong).await.problem(400), "wrong_type");
    let (sku, slug) = (product("Mug", 100), with(product("Cup", 100), json!({"slug": "mug"})));
    shop.add(&sku).await;
    for (taken, code, field) in
        [(with(sku, json!({"slug": "other"})), "sku_taken", "variants[0].sku"), (slug, "slug_taken", "slug")]
    {
        let refused = shop.admin.post("/products", &taken).await.expect(409);
        assert_eq!((&refused["code"], &refused["errors"][0]["field"]), (&json!(code), &json!(field)));
    }
    // A slug that is made, not given, gives way.
    let second = json!({"title": "Mug", "variants": [{"sku": "MUG2", "price": {"amount": 1, "currency": "EUR"}}]});
    assert_eq!(shop.add(&second).await["slug"], "mug-2");
    let many: Vec<Value> = (0..2049)
        .map(|n| json!({"sku": format!("S{n}"), "options": {"N": n.to_string()}, "price": {"amount": 1, "currency": "EUR"}}))
        .collect();
    assert_eq!(shop.admin.post("/products", &json!({"title": "Many", "variants": many})).await.problem(422), "invalid");
}

#[tokio::test]
async fn the_largest_product_is_taken() {
    let shop = shop(&sqlite()).await;
    let values = |prefix: char, count: usize| (0..count).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
    let variants: Vec<Value> = (0..2048)
        .map(|n| {
            json!({"sku": format!("BIG-{n}"), "options": {"A": format!("a{}", n % 64), "B": format!("b{}", n / 64)},
                   "price": {"amount": 100 + n, "currency": "EUR"}, "stock": n})
        })
        .collect();
    let big = json!({
        "title": "Big", "status": "published", "variants": variants,
        "options": [{"name": "A", "values": values('a', 64)}, {"name": "B", "values": values('b', 32)}]
    });
    let made = shop.add(&big).await;
    assert_eq!(made["variants"].as_array().map(Vec::len), Some(2048));
    assert_eq!(shop.anyone.get("/products/big").await.expect(200)["price_max"]["amount"], 2147);
}

#[tokio::test]
async fn an_old_slug_leads_to_the_new_one_while_the_product_is_shown() {
    for db in databases().await {
        let shop = shop(&db).await;
        let made = shop.add(&product("Mug", 100)).await;
        let path = format!("/products/{}", made["id"].as_str().expect("an id"));
        let renamed = with(product("Mug", 100), json!({"slug": "cup"}));
        shop.admin.put(&path, &renamed).await.expect(200);
        let moved = shop.anyone.get("/products/mug").await;
        assert_eq!((moved.status.as_u16(), moved.headers["location"].to_str().ok()), (301, Some("/products/cup")));
        // A slug once given belongs to its product.
        let other = with(product("Other", 1), json!({"slug": "mug"}));
        assert_eq!(shop.admin.post("/products", &other).await.problem(409), "slug_taken");
        // Without a slug, the one it has stays.
        let kept = shop.admin.put(&path, &product("Mug", 200)).await.expect(200);
        assert_eq!(kept["slug"], "cup");
        shop.admin.delete(&path).await.expect(204);
        assert_eq!(shop.anyone.get("/products/mug").await.problem(410), "gone");
    }
}

#[tokio::test]
async fn two_products_of_one_title_that_are_made_at_once_both_come_in() {
    for db in databases().await {
        let shop = shop(&db).await;
        let one = product("Mug", 100);
        let other = json!({"variants": [{"sku": "MUG2", "price": {"amount": 100, "currency": "EUR"}}]});
        let two = with(product("Mug", 100), other);
        let (one, two) = tokio::join!(shop.admin.post("/products", &one), shop.admin.post("/products", &two));
        let mut slugs = [one.expect(201)["slug"].clone(), two.expect(201)["slug"].clone()];
        slugs.sort_by_key(ToString::to_string);
        assert_eq!(slugs, [json!("mug"), json!("mug-2")], "on {}", db.kind());
    }
}

#[tokio::test]
async fn what_is_not_published_is_nowhere() {
    for db in databases().await {
        let shop = shop(&db).await;
        let draft = with(product("Zyxomatic", 100), json!({"status": "draft", "tags": ["secret-tag"]}));
        let made = shop.add(&draft).await;
        shop.add(&product("Lamp", 100)).await;
        let id = made["id"].as_str().expect("an id").to_owned();
        let nobodys = shop.anyone.get("/products/0192f0c1-a2b3-7c4d-8e5f-60718293a4b5").await;
        let same = |answer: test_support::Answer| {
            let strip = |mut body: Value| {
                body["request_id"] = Value::Null;
                body
            };
            assert_eq!(answer.status.as_u16(), 404);
            assert_eq!(strip(answer.body), strip(nobodys.body.clone()));
        };
        shop.admin.post("/categories", &json!({"title": "Oddments"})).await.expect(201);
        let old = with(product("Old", 1), json!({"categories": ["oddments"]}));
        let archived = shop.admin.post("/products", &old).await.expect(201);
        let never = with(product("Never", 1), json!({"status": "draft"}));
        let never = shop.admin.post("/products", &never).await.expect(201);
        shop.admin.delete("/products/never").await.expect(204);
        shop.admin.delete("/products/old").await.expect(204);
        shop.fresh().await;
        for client in [&shop.anyone, &shop.customer()] {
            for name in ["zyxomatic", &id, never["id"].as_str().expect("an id")] {
                same(client.get(&format!("/products/{name}")).await);
                same(client.get(&format!("/products/{name}/reviews")).await);
            }
            // What was sold once is no secret.
            for name in ["old", archived["id"].as_str().expect("an id")] {
                let gone = client.get(&format!("/products/{name}")).await.expect(410);
                assert_eq!((&gone["code"], &gone["category"]), (&json!("gone"), &json!("oddments")));
                same(client.get(&format!("/products/{name}/reviews")).await);
            }
            for query in ["", "q=zyxomatic", "q=zyxomatc", "q=ZYXOMATIC", "q=secret", "sort=price"] {
                let page = client.get(&format!("/products?{query}")).await.expect(200).to_string().to_lowercase();
                assert!(!page.contains("zyxomatic") && !page.contains("secret"), "{query} shows a draft: {page}");
            }
            // A tag only a draft has looks like one that nothing has.
            let page = async |tag: &str| client.get(&format!("/products?tag={tag}")).await.expect(200).to_string();
            assert_eq!(page("secret-tag").await.replace("secret-tag", "no-such-tag"), page("no-such-tag").await);
            for typed in ["zyx", "zyxomatc", "secr", "lamp zyx"] {
                let suggested =
                    client.get(&format!("/products/suggest?q={}", typed.replace(' ', "+"))).await.expect(200);
                let text = suggested.to_string().to_lowercase();
                assert!(!text.contains("omatic") && !text.contains("secret"), "{typed} suggests a draft: {text}");
            }
            assert!(client.get("/products?status=any").await.status.is_client_error());
        }
        let priced = shop.upstream.speaking_as(Service::Orders);
        priced.mount(Service::Catalog, catalog::router(shop.app.clone()));
        let skus = vec!["ZYXOMATIC".to_owned(), "LAMP".to_owned(), "OLD".to_owned(), "NOTHING".to_owned()];
        let answer = priced.call(&PriceItems { skus }, &Context::default()).await.expect("prices");
        let known: Vec<bool> = answer.items.iter().map(Option::is_some).collect();
        assert_eq!(known, [false, true, false, false]);
        let lamp = answer.items[1].clone().expect("a lamp");
        assert_eq!((lamp.price.amount, lamp.available, lamp.title.as_str()), (100, 10, "Lamp"));
        // Staff find both.
        let staff = shop.admin.get("/products?status=any&q=zyxomatic").await.expect(200);
        assert_eq!(staff["total"], 1);
        assert_eq!(shop.admin.get("/products?status=archived").await.expect(200)["items"][1]["title"], "Old");
        assert_eq!(
            shop.admin.get("/products?status=draft").await.expect(200)["items"][0]["variants"][0]["available"],
            10
        );
    }
}

#[tokio::test]
async fn a_stale_write_is_refused_and_a_race_has_one_winner() {
    for db in databases().await {
        let shop = shop(&db).await;
        let made = shop.add(&product("Mug", 100)).await;
        let path = format!("/products/{}", made["id"].as_str().expect("an id"));
        let tag = shop.admin.get(&path).await.headers["etag"].to_str().expect("a tag").to_owned();
        let holder = shop.admin.with("if-match", &tag);
        let (this, that) = (product("Mug", 1), product("Mug", 2));
        let (one, two) = tokio::join!(holder.put(&path, &this), holder.put(&path, &that));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "on {}", db.kind());
        assert_eq!(holder.delete(&path).await.problem(412), "stale");
        assert_eq!(shop.admin.with("if-match", "nonsense").put(&path, &product("Mug", 3)).await.problem(412), "stale");
        shop.admin.with("if-match", "*").put(&path, &product("Mug", 3)).await.expect(200);
        // Without a tag the last write stands, and none is lost to a race.
        let prices: Vec<i64> = (10..18).collect();
        let bodies: Vec<Value> = prices.iter().map(|price| product("Mug", *price)).collect();
        let writes = bodies.iter().map(|body| shop.admin.put(&path, body));
        let answers = futures::future::join_all(writes).await;
        assert!(answers.iter().all(|answer| [200, 412].contains(&answer.status.as_u16())));
        assert!(answers.iter().any(|answer| answer.status.as_u16() == 200));
        assert_eq!(shop.admin.delete("/products/nothing").await.problem(404), "not_found");
        shop.fresh().await;
        check(&shop.app).await;
    }
}

#[tokio::test]
async fn a_repeated_post_makes_one_product() {
    for db in databases().await {
        let shop = shop(&db).await;
        let keyed = shop.admin.with("idempotency-key", "once");
        let body = product("Mug", 100);
        let first = keyed.post("/products", &body).await;
        let second = keyed.post("/products", &body).await;
        assert_eq!((first.status, &first.bytes), (second.status, &second.bytes));
        assert_eq!(keyed.post("/products", &product("Cup", 1)).await.problem(422), "idempotency_key_reused");
        shop.fresh().await;
        assert_eq!(shop.anyone.get("/products").await.expect(200)["total"], 1);
        // The answer told the truth about what a reader sees.
        let read = shop.admin.get("/products/mug").await.expect(200);
        assert_eq!(first.body, read);
    }
}

#[tokio::test]
async fn two_products_racing_for_a_sku_get_one_each_at_most() {
    for db in databases().await {
        let shop = shop(&db).await;
        let body = |title: &str| {
            with(product(title, 1), json!({"variants": [{"sku": "ONE", "price": {"amount": 1, "currency": "EUR"}}]}))
        };
        let bodies: Vec<Value> = (0..6).map(|n| body(&format!("P{n}"))).collect();
        let answers = futures::future::join_all(bodies.iter().map(|body| shop.admin.post("/products", body))).await;
        let made = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
        assert_eq!(made, 1, "on {}", db.kind());
        for answer in answers.into_iter().filter(|answer| answer.status.as_u16() != 201) {
            assert_eq!(answer.problem(409), "sku_taken");
        }
    }
}

#[tokio::test]
async fn prices_are_not_for_the_outside() {
    let shop = shop(&sqlite()).await;
    for client in [&shop.anyone, &shop.admin as &Client] {
        assert_eq!(client.post("/internal/price-items", &json!({"skus": []})).await.problem(404), "not_found");
    }
}

/// All that must hold does.
pub async fn check(app: &catalog::App) {
    for invariant in catalog::invariants(app).await.expect("they can be evaluated") {
        assert!(invariant.holds(), "{}: {:?}", invariant.title, invariant.violations);
    }
}
