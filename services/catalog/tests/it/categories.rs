//! The category tree: its rules, its moves, and what it counts.

use serde_json::{Value, json};
use test_support::databases;

use crate::support::{Shop, product, shop, with};

async fn make(shop: &Shop, title: &str, parent: Option<&str>) -> Value {
    shop.admin.post("/categories", &json!({"title": title, "parent": parent})).await.expect(201)
}

#[tokio::test]
async fn a_move_takes_everything_below_along() {
    for db in databases().await {
        let shop = shop(&db).await;
        for (title, parent) in
            [("Kitchen", None), ("Tableware", Some("kitchen")), ("Mugs", Some("tableware")), ("Gifts", None)]
        {
            make(&shop, title, parent).await;
        }
        let counted =
            json!({"categories": ["mugs"], "tags": ["gift"], "vendor": "Ada's", "attributes": {"colour": "blue"}});
        shop.add(&with(product("Mug", 100), counted)).await;
        shop.add(&with(product("Plan", 100), json!({"categories": ["mugs"], "status": "draft"}))).await;
        let tree = shop.anyone.get("/categories").await.expect(200);
        assert_eq!(tree["items"][1]["slug"], "kitchen");
        assert_eq!(tree["items"][1]["product_count"], 1, "counts what is published, above too: {tree}");
        assert_eq!(tree["items"][1]["children"][0]["children"][0]["path"], "kitchen/tableware/mugs");
        assert_eq!(shop.titles("category=kitchen").await, ["Mug"]);

        let moved = shop.admin.put("/categories/tableware", &json!({"title": "Tableware", "parent": "gifts"})).await;
        assert_eq!(moved.expect(200)["path"], "gifts/tableware");
        assert_eq!(shop.anyone.get("/categories/mugs").await.expect(200)["path"], "gifts/tableware/mugs");
        shop.fresh().await;
        assert!(shop.titles("category=kitchen").await.is_empty(), "a moved category is still counted where it was");
        assert_eq!(shop.titles("category=gifts").await, ["Mug"]);
        for other in ["tag=gift", "vendor=Ada's", "attr.colour=blue"] {
            assert_eq!(shop.titles(other).await, ["Mug"], "{other}, which did not move");
        }
        let crumbs = shop.anyone.get("/products/mug").await.expect(200)["breadcrumbs"].clone();
        assert_eq!(crumbs[0]["slug"], "gifts");
        let page = shop.anyone.get("/products").await.expect(200);
        let facet: Vec<&str> =
            page["facets"]["category"].as_array().expect("values").iter().filter_map(|v| v["value"].as_str()).collect();
        assert_eq!(facet, ["gifts", "mugs", "tableware"]);
    }
}

#[tokio::test]
async fn a_category_shows_the_picture_of_its_best_product() {
    for db in databases().await {
        let shop = shop(&db).await;
        make(&shop, "Kitchen", None).await;
        make(&shop, "Mugs", Some("kitchen")).await;
        make(&shop, "Attic", None).await;
        let pictured = |title: &str, picture: &str, status: &str| {
            let images = json!([{"url": format!("https://pictures.example/{picture}"), "alt": title}]);
            with(product(title, 100), json!({"categories": ["mugs"], "images": images, "status": status}))
        };
        shop.add(&pictured("Mug", "mug.jpg", "published")).await;
        shop.add(&pictured("Cup", "cup.jpg", "published")).await;
        shop.add(&pictured("Plan", "plan.jpg", "draft")).await;
        let review = shop.customer().post("/products/mug/reviews", &json!({"rating": 5, "title": "Good"})).await;
        let review = review.expect(201)["id"].as_str().expect("an id").to_owned();
        shop.admin.put(&format!("/reviews/{review}"), &json!({"status": "approved"})).await.expect(200);
        shop.fresh().await;
        let tree = shop.anyone.get("/categories").await.expect(200);
        assert_eq!((&tree["items"][0]["slug"], &tree["items"][0]["image"]), (&json!("attic"), &Value::Null));
        for category in [&tree["items"][1], &tree["items"][1]["children"][0]] {
            assert_eq!(category["image"]["url"], "https://pictures.example/mug.jpg", "on {}", db.kind());
        }
        assert_eq!(shop.anyone.get("/categories/kitchen").await.expect(200)["image"]["alt"], "Mug");
    }
}

#[tokio::test]
async fn the_tree_stays_a_tree() {
    for db in databases().await {
        let shop = shop(&db).await;
        make(&shop, "A", None).await;
        make(&shop, "B", Some("a")).await;
        let below = |parent: &str| json!({"title": "A", "parent": parent});
        assert_eq!(shop.admin.put("/categories/a", &below("b")).await.problem(409), "category_cycle");
        assert_eq!(shop.admin.put("/categories/a", &below("a")).await.problem(409), "category_cycle");
        assert_eq!(shop.admin.post("/categories", &below("nowhere")).await.problem(422), "invalid");
        assert_eq!(shop.admin.post("/categories", &json!({"title": "A"})).await.problem(409), "slug_taken");
        assert_eq!(shop.admin.post("/categories", &json!({"title": ""})).await.problem(422), "invalid");
        assert_eq!(shop.admin.delete("/categories/a").await.problem(409), "category_has_children");
        shop.add(&with(product("Mug", 100), json!({"categories": ["b", "a"]}))).await;
        shop.admin.delete("/categories/b").await.expect(204);
        assert_eq!(shop.anyone.get("/categories/b").await.problem(404), "not_found");
        shop.fresh().await;
        let mug = shop.anyone.get("/products/mug").await.expect(200);
        assert_eq!(mug["categories"][0]["slug"], "a", "a deleted category is left out");
        for n in 0..9 {
            let parent = if n == 0 { "a".to_owned() } else { format!("level-{}", n - 1) };
            make(&shop, &format!("Level {n}"), Some(&parent)).await;
        }
        let too_deep = json!({"title": "Deeper", "parent": "level-8"});
        assert_eq!(shop.admin.post("/categories", &too_deep).await.problem(422), "invalid");
    }
}

#[tokio::test]
async fn moves_in_both_directions_at_once_make_no_cycle() {
    for db in databases().await {
        let shop = shop(&db).await;
        make(&shop, "A", None).await;
        make(&shop, "B", None).await;
        let (under_b, under_a) = (json!({"title": "A", "parent": "b"}), json!({"title": "B", "parent": "a"}));
        let (one, two) =
            tokio::join!(shop.admin.put("/categories/a", &under_b), shop.admin.put("/categories/b", &under_a));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "on {}", db.kind());
    }
}
