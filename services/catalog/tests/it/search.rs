//! Finding things in the sample shop: by word, with slips, by number, by filter.

use std::collections::BTreeSet;

use catalog::{index, load_sample};
use serde_json::Value;
use test_support::sqlite;

use crate::support::{Shop, product, shop, titles, with};

async fn sample() -> Shop {
    let shop = shop(&sqlite()).await;
    load_sample(&shop.app).await.expect("the sample loads");
    shop.fresh().await;
    shop
}

async fn all(shop: &Shop) -> Vec<Value> {
    shop.anyone.get("/products?limit=100").await.expect(200)["items"].as_array().expect("items").clone()
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn titles_find_their_products() {
    let shop = sample().await;
    for item in all(&shop).await {
        let title = item["title"].as_str().expect("a title");
        let found = shop.titles(&format!("q={}", encoded(title))).await;
        assert_eq!(found[0], title, "{title} found {found:?}");
        let shouted = shop.titles(&format!("q={}", encoded(&title.to_uppercase()))).await;
        assert_eq!(shouted, found);
    }
}

/// One letter left out, doubled, swapped with the next, or replaced: four slips for each word of each title.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let (mut left_out, mut doubled, mut swapped, mut replaced) =
        (letters.clone(), letters.clone(), letters.clone(), letters.clone());
    left_out.remove(middle);
    doubled.insert(middle, letters[middle]);
    swapped.swap(middle, middle - 1);
    replaced[middle] = if letters[middle] == 'q' { 'z' } else { 'q' };
    [left_out, doubled, swapped, replaced].into_iter().map(|letters| letters.into_iter().collect()).collect()
}

#[tokio::test]
async fn one_slip_still_finds_the_product_among_the_first_three() {
    let shop = sample().await;
    let (mut tried, mut missed) = (0, Vec::new());
    for item in all(&shop).await {
        let title = item["title"].as_str().expect("a title").to_lowercase();
        for word in title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 5) {
            // A word that several titles share may be found in any of them.
            for slip in slips(word) {
                tried += 1;
                let found = shop.titles(&format!("q={}&limit=3", encoded(&slip))).await;
                if !found.iter().any(|title| title.to_lowercase().contains(word)) {
                    missed.push(format!("{slip} for {word}: {found:?}"));
                }
            }
        }
    }
    assert!(tried >= 200, "only {tried} words were tried");
    assert!(missed.len() * 20 <= tried, "{} of {tried} missed: {missed:#?}", missed.len());
}

#[tokio::test]
async fn right_words_are_not_drowned_and_slips_are_named() {
    let shop = sample().await;
    let page = shop.anyone.get("/products?q=lamp").await.expect(200);
    assert_eq!(page.get("correction"), None);
    let text = |item: &Value| format!("{item}").to_lowercase();
    assert!(page["items"].as_array().expect("items").iter().all(|item| text(item).contains("lamp")));
    let mended = shop.anyone.get("/products?q=kettel").await.expect(200);
    assert_eq!(mended["correction"], "kettle");
    assert!(titles(&mended)[0].to_lowercase().contains("kettle"), "{:?}", titles(&mended));
    // What means nothing finds nothing, and one strange word does not spoil the others.
    assert_eq!(shop.anyone.get("/products?q=xqzxqzxqz").await.expect(200)["total"], 0);
    assert_eq!(shop.anyone.get("/products?q=%21%21").await.expect(200)["total"], 0);
    assert!(shop.titles("q=kettle+xqzxqzxqz").await[0].to_lowercase().contains("kettle"));
}

#[tokio::test]
async fn numbers_and_beginnings_find_products() {
    let shop = sample().await;
    for sku in ["KIT-MUG-INK", "kit-mug-ink", "%20KIT-MUG-INK%20"] {
        assert_eq!(shop.titles(&format!("q={sku}")).await[0], "Stoneware Mug", "{sku}");
    }
    let coded = with(
        product("Thing", 100),
        serde_json::json!({"variants": [{"sku": "THING 1/2", "barcode": "4006381333931", "price": {"amount": 1, "currency": "EUR"}}]}),
    );
    shop.add(&coded).await;
    assert_eq!(shop.titles("q=4006381333931").await, ["Thing"]);
    assert_eq!(shop.titles("q=THING+1%2F2").await[0], "Thing");
    assert!(shop.titles("q=stonew").await.contains(&"Stoneware Mug".to_owned()));
    let suggested = shop.anyone.get("/products/suggest?q=stonew").await.expect(200);
    let first = &suggested["products"][0];
    assert!(first["slug"].is_string() && first["image"].is_string() && first["price"]["amount"].is_number(), "{first}");
    assert!(suggested["queries"].as_array().expect("queries").contains(&"stoneware".into()), "{suggested}");
    let kitchen = shop.anyone.get("/products/suggest?q=kitch").await.expect(200);
    assert_eq!(kitchen["categories"][0]["slug"], "kitchen");
    let mended = shop.anyone.get("/products/suggest?q=stonwear").await.expect(200);
    assert_eq!(mended["correction"], "stoneware", "{mended}");
    assert_eq!(shop.anyone.get("/products/suggest?q=x&limit=50").await.problem(422), "invalid");
    assert_eq!(shop.anyone.get("/products/suggest?q=x&more=1").await.problem(400), "invalid_query");
}

/// What a filter means, told from the items themselves.
fn passes(item: &Value, tag: &[&str], material: &[&str], min: i64, max: i64, rating: f64, except: &str) -> bool {
    let has = |values: &Value, wanted: &[&str]| {
        wanted.is_empty()
            || values
                .as_array()
                .is_some_and(|values| values.iter().any(|v| wanted.contains(&v.as_str().unwrap_or_default())))
    };
    let prices = || item["variants"].as_array().expect("variants").iter().filter_map(|v| v["price"]["amount"].as_i64());
    (except == "tag" || has(&item["tags"], tag))
        && (except == "material" || has(&item["attributes"]["material"], material))
        && (except == "price" || prices().any(|price| price >= min && price <= max))
        && (except == "rating" || item["rating"]["average"].as_f64().unwrap_or(0.0) >= rating)
}

#[tokio::test]
async fn filters_and_facets_agree_with_the_items() {
    let shop = sample().await;
    let items = all(&shop).await;
    let materials: BTreeSet<String> = items
        .iter()
        .filter_map(|item| item["attributes"]["material"].as_array())
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect();
    let two: Vec<&str> = materials.iter().map(String::as_str).take(2).collect();
    for (tag, material, min, max, rating) in [
        (vec![], vec![], 0, i64::MAX, 0.0),
        (vec!["gift"], vec![], 0, i64::MAX, 0.0),
        (vec!["gift", "tea"], two.clone(), 0, i64::MAX, 0.0),
        (vec![], two, 1000, 6000, 4.0),
        (vec!["gift"], vec![], 2000, 5000, 4.5),
    ] {
        let mut query: Vec<String> = tag.iter().map(|tag| format!("tag={}", encoded(tag))).collect();
        query.extend(material.iter().map(|value| format!("attr.material={}", encoded(value))));
        query.extend([
            format!("min_price={min}"),
            format!("max_price={max}"),
            format!("rating={rating}"),
            "limit=100".into(),
        ]);
        let page = shop.anyone.get(&format!("/products?{}", query.join("&"))).await.expect(200);
        let count = |except: &str, extra: &dyn Fn(&Value) -> bool| {
            items.iter().filter(|item| passes(item, &tag, &material, min, max, rating, except) && extra(item)).count()
        };
        assert_eq!(page["total"], count("", &|_| true), "{query:?}");
        for value in page["facets"]["tag"].as_array().expect("tags") {
            let tagged = |item: &Value| item["tags"].as_array().is_some_and(|tags| tags.contains(&value["value"]));
            assert_eq!(value["count"], count("tag", &tagged), "{value} of {query:?}");
            assert_eq!(value["selected"], tag.contains(&value["value"].as_str().expect("text")));
        }
        let attributes = page["facets"]["attributes"].as_array().expect("attributes");
        for facet in attributes.iter().filter(|facet| facet["name"] == "material") {
            for value in facet["values"].as_array().expect("values") {
                let made_of = |item: &Value| {
                    item["attributes"]["material"].as_array().is_some_and(|list| list.contains(&value["value"]))
                };
                assert_eq!(value["count"], count("material", &made_of), "{value} of {query:?}");
            }
        }
        for step in page["facets"]["rating"].as_array().expect("ratings") {
            let least = step["at_least"].as_f64().expect("stars");
            let rated = |item: &Value| item["rating"]["average"].as_f64().unwrap_or(0.0) >= least;
            assert_eq!(step["count"], count("rating", &rated), "{step} of {query:?}");
        }
    }
}

#[tokio::test]
async fn lists_are_sorted_and_paged_without_gaps() {
    let shop = sample().await;
    let total = all(&shop).await.len();
    for sort in ["relevance", "price", "-price", "newest", "rating", "title"] {
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = shop.anyone.get(&format!("/products?sort={sort}&limit=7{cursor}")).await.expect(200);
            assert_eq!(page["total"], total);
            paged.extend(page["items"].as_array().expect("items").clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let slugs: BTreeSet<&str> = paged.iter().filter_map(|item| item["slug"].as_str()).collect();
        assert_eq!((slugs.len(), paged.len()), (total, total), "{sort} skips or repeats");
        let by = |pointer: &str| -> Vec<f64> {
            paged.iter().map(|item| item.pointer(pointer).and_then(Value::as_f64).unwrap_or(0.0)).collect()
        };
        match sort {
            "price" => assert!(by("/price/amount").is_sorted()),
            "-price" => assert!(by("/price/amount").iter().rev().is_sorted()),
            "rating" => assert!(by("/rating/average").iter().rev().is_sorted()),
            "newest" => assert!(paged.iter().rev().map(|item| item["created_at"].as_str()).is_sorted()),
            "title" => {
                // Titles are sorted by their words, as the index cuts them.
                let words = |item: &Value| index::words::fold(item["title"].as_str().expect("a title"));
                assert!(paged.iter().map(words).is_sorted());
            }
            _ => {
                let sold_out = paged.iter().map(|item| item["stock"] == "out_of_stock");
                assert!(sold_out.is_sorted(), "what is sold out comes last");
            }
        }
    }
    for bad in ["colour=red", "sort=best", "in_stock=1", "min_price=x", "q=a&q=b", "attr.=x"] {
        assert_eq!(shop.anyone.get(&format!("/products?{bad}")).await.problem(400), "invalid_query", "{bad}");
    }
    for bad in ["limit=0", "limit=101", "cursor=abc"] {
        assert_eq!(shop.anyone.get(&format!("/products?{bad}")).await.problem(422), "invalid", "{bad}");
    }
}
