//! The rules of the catalog are evaluated beside a running shop: without false alarms, and without missing what is wrong.

use catalog::{App, Config, entity::product, index};
use contracts::Invariant;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use test_support::{databases, sqlite};
use tokio_util::sync::CancellationToken;

use crate::support::{product, shop, shop_with};

async fn violations(app: &App) -> Vec<String> {
    let broken = catalog::invariants(app).await.expect("they can be evaluated").into_iter();
    broken.filter(|invariant| !invariant.holds()).map(|invariant| format!("{invariant:?}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_changes_meanwhile_is_no_violation() {
    for db in databases().await {
        let shop = shop(&db).await;
        shop.add(&product("Mug", 100)).await;
        let (stop, admin, customer) = (CancellationToken::new(), shop.admin.clone(), shop.customer());
        let index = tokio::spawn(index::follow(shop.app.clone(), stop.clone()));
        let written = tokio::spawn({
            let stop = stop.clone();
            async move {
                let review = customer.post("/products/mug/reviews", &json!({"rating": 5})).await.expect(201);
                let review = format!("/reviews/{}", review["id"].as_str().expect("an id"));
                let mut round = 0;
                while !stop.is_cancelled() {
                    round += 1;
                    let status = if round % 2 == 0 { "approved" } else { "rejected" };
                    admin.put(&review, &json!({"status": status})).await.expect(200);
                    let slug = format!("mug-{}", round % 3);
                    let sku = format!("MUG-{}", round % 2);
                    let variants = json!([{"sku": sku, "price": {"amount": round, "currency": "EUR"}}]);
                    let id = admin.get("/products?status=any&limit=1").await.expect(200)["items"][0]["id"].clone();
                    let next = json!({"title": "Mug", "slug": slug, "status": "published", "variants": variants});
                    admin.put(&format!("/products/{}", id.as_str().expect("an id")), &next).await.expect(200);
                }
                round
            }
        });
        for _ in 0..15 {
            assert_eq!(violations(&shop.app).await, Vec::<String>::new(), "on {}", db.kind());
        }
        stop.cancel();
        assert!(written.await.expect("it writes") > 5, "hardly anything was written meanwhile");
        index.await.expect("the index ends");
        assert_eq!(violations(&shop.app).await, Vec::<String>::new(), "on {}", db.kind());
    }
}

#[tokio::test]
async fn the_index_of_a_running_shop_is_judged_by_one_who_looks_on() {
    let db = sqlite();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config { index_dir: Some(folder.path().join("index")), ..Config::default() };
    let shop = shop_with(&db, config.clone()).await;
    shop.add(&product("Mug", 100)).await;
    shop.add(&product("Cup", 100)).await;
    let onlooker = catalog::open(shop.app.db.clone(), shop.upstream.clone(), config).await.expect("opened beside it");
    let index = async || -> Invariant {
        let all = catalog::invariants(&onlooker).await.expect("they can be evaluated");
        all.into_iter().find(|invariant| invariant.id == "C4").expect("the index's rule")
    };
    assert_eq!((index().await.holds(), index().await.exercised), (true, 2));
    // What the index has not read yet is none of its faults.
    shop.admin.post("/products", &product("Jug", 100)).await.expect(201);
    assert_eq!((index().await.holds(), index().await.exercised), (true, 2));
    let tx = shop.app.db.begin().await.expect("a transaction");
    product::Entity::update_many()
        .col_expr(product::Column::Status, Expr::value("draft"))
        .filter(product::Column::Slug.eq("mug"))
        .exec(&*tx)
        .await
        .expect("changed behind its back");
    tx.commit().await.expect("it commits");
    assert_eq!(index().await.violations.len(), 1);
}
