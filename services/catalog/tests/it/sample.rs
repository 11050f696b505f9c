//! The sample shop: loaded once, complete, and in order.

use catalog::{SampleSummary, load_sample};
use serde_json::json;
use test_support::databases;

use crate::{products::check, support::shop};

#[tokio::test]
async fn the_sample_is_loaded_once_and_is_sound() {
    for db in databases().await {
        let shop = shop(&db).await;
        let summary = load_sample(&shop.app).await.expect("the sample loads");
        assert_eq!((summary.categories, summary.products), (18, 48));
        assert!(summary.reviews > 100, "{summary:?}");
        shop.fresh().await;
        assert_eq!(shop.anyone.get("/products?limit=1").await.expect(200)["total"], 48);
        let mug = shop.anyone.get("/products/stoneware-mug").await.expect(200);
        assert_eq!(mug["rating"]["count"], 5);
        assert_eq!(mug["images"][0]["url"], "/media/sample/stoneware-mug.svg");
        assert_eq!(mug["variants"][0]["stock"], "in_stock");
        assert_eq!(mug["categories"][0]["slug"], "tableware");
        assert_eq!(mug["breadcrumbs"][0]["slug"], "kitchen");
        let reviews = shop.anyone.get("/products/stoneware-mug/reviews").await.expect(200);
        assert_eq!(reviews["items"][0]["author"], json!("Ines M."));
        // What the merchant deletes does not come back.
        shop.admin.delete("/products/stoneware-mug").await.expect(204);
        assert_eq!(load_sample(&shop.app).await.expect("nothing to do"), SampleSummary::default());
        shop.fresh().await;
        assert_eq!(shop.anyone.get("/products?limit=1").await.expect(200)["total"], 47);
        check(&shop.app).await;
    }
}
