//! Products from spreadsheets: what is taken over, what is refused, and that doing it again changes nothing.

use std::io::Cursor;

use catalog::import::{self, Error, Format, Options, Progress, Report, RowProblem};
use contracts::ids::OrderId;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};
use test_support::databases;

use crate::inventory_support::{Shop, shop};

const SHOPIFY: &str = include_str!("../fixtures/shopify.csv");
const WOOCOMMERCE: &str = include_str!("../fixtures/woocommerce.csv");

async fn import_with(shop: &Shop, format: Format, bytes: &[u8], options: &Options) -> Result<Report, Error> {
    import::run(&shop.app, format, Cursor::new(bytes.to_vec()), options, &mut |_| ()).await
}

async fn import_into(shop: &Shop, format: Format, text: &str) -> Report {
    import_with(shop, format, text.as_bytes(), &Options::default()).await.expect("the file is read")
}

async fn product(shop: &Shop, slug: &str) -> Value {
    shop.staff.get(&format!("/products/{slug}")).await.expect(200)
}

/// Line, column and code of each problem.
fn told(problems: &[RowProblem]) -> Vec<(u64, &str, &str)> {
    problems.iter().map(|problem| (problem.line, problem.column.as_str(), problem.code.as_str())).collect()
}

fn counts(report: &Report) -> [u64; 4] {
    [report.created, report.updated, report.unchanged, report.stock_changed]
}

fn skus(product: &Value) -> Vec<&str> {
    product["variants"]
        .as_array()
        .expect("variants")
        .iter()
        .map(|variant| variant["sku"].as_str().expect("a SKU"))
        .collect()
}

#[tokio::test]
async fn a_shopify_export_comes_in_and_every_row_is_accounted_for() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        let report = import_into(&shop, Format::Shopify, SHOPIFY).await;
        assert_eq!(
            told(&report.refused),
            [
                (6, "Variant SKU", "sku_repeated"),
                (7, "Option1 Value", "options_repeated"),
                (8, "Option1 Value", "option_value_required"),
                (9, "Variant Price", "price_required"),
                (10, "Variant Price", "price_unreadable"),
                (13, "Variant Price", "price_required"),
                (13, "Variant Price", "no_variant"),
                (14, "Variant Price", "product_refused"),
                (15, "Handle", "handle_required"),
                (19, "Variant SKU", "sku_repeated"),
                (19, "Variant Price", "no_variant"),
                (20, "", "too_many_cells"),
            ],
            "on {}",
            db.kind()
        );
        let mut notices = told(&report.notices);
        notices.sort_unstable();
        assert_eq!(
            notices,
            [
                (2, "Body (HTML)", "html_cleaned"),
                (4, "Variant Compare At Price", "compare_at_not_above_price"),
                (4, "Variant Inventory Qty", "stock_negative"),
                (5, "Variant Barcode", "barcode_invalid"),
                (5, "Variant Inventory Policy", "oversell_not_kept"),
                (12, "Handle", "handle_changed"),
                (12, "Image Src", "image_invalid"),
                (12, "SKU", "sku_made"),
                (12, "Variant Inventory Tracker", "stock_not_tracked"),
                (12, "Variant Price", "price_zero"),
                (12, "Variant Taxable", "not_taxed"),
                (13, "Variant Inventory Tracker", "stock_not_tracked"),
                (17, "Handle", "handle_again"),
            ]
            .to_vec()
        );
        // 17 rows with something in them; four blocks of them made three products, one of them in two parts.
        assert_eq!((report.read, counts(&report)), (17, [3, 1, 0, 4]));

        let mug = product(&shop, "tarn-mug").await;
        assert_eq!(skus(&mug), ["MUG-S-S", "MUG-S-L", "MUG-M-S", "MUG-SL-S"]);
        assert_eq!(mug["status"], "published");
        assert_eq!(mug["description"], "<p>Holds <b>350 ml</b>.</p>");
        assert_eq!(mug["tags"], json!(["mug", "gift"]));
        assert_eq!(mug["options"][0], json!({"name": "Colour", "values": ["Sand", "Moss", "Slate"]}));
        let first = &mug["variants"][0];
        assert_eq!(first["price"], json!({"amount": 1990, "currency": "EUR"}));
        assert_eq!(first["compare_at_price"], json!({"amount": 2490, "currency": "EUR"}));
        assert_eq!((first["barcode"].as_str(), first["weight_g"].as_u64()), (Some("4006381333931"), Some(340)));
        assert_eq!(mug["variants"][1]["compare_at_price"], Value::Null);
        let pictures: Vec<&str> =
            mug["images"].as_array().unwrap().iter().map(|image| image["url"].as_str().unwrap()).collect();
        assert_eq!(pictures, ["front", "sand", "side"].map(|name| format!("https://pictures.example/mug-{name}.jpg")));
        let breadcrumbs: Vec<&str> =
            mug["breadcrumbs"].as_array().unwrap().iter().map(|crumb| crumb["title"].as_str().unwrap()).collect();
        assert_eq!(breadcrumbs, ["Kitchen", "Mugs"]);
        assert_eq!(shop.levels("MUG-S-S").await, [40, 0, 0, 0]);
        assert_eq!(shop.levels("MUG-S-L").await, [0, 0, 0, 0]);

        let candle = product(&shop, "aero-candle").await;
        assert_eq!((skus(&candle), candle["status"].as_str()), (vec!["AERO-CANDLE"], Some("draft")));
        assert_eq!((&candle["options"], &candle["variants"][0]["tax_class"]), (&json!([]), &json!("zero")));
        let lamp = product(&shop, "lamp").await;
        assert_eq!(lamp["variants"][0]["price"]["amount"], 104_900);
        shop.staff.get("/products/no-price").await.problem(404);
        shop.check_books().await;
    }
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        for (format, text) in [(Format::Shopify, SHOPIFY), (Format::Woocommerce, WOOCOMMERCE)] {
            let first = import_into(&shop, format, text).await;
            let before = everything(&shop).await;
            let again = import_into(&shop, format, text).await;
            assert_eq!(
                (again.created, again.updated, again.stock_changed),
                (0, 0, 0),
                "{format:?} on {}: {:?}",
                db.kind(),
                again.notices
            );
            assert_eq!(again.unchanged, first.created + first.updated, "{format:?}");
            assert_eq!(told(&again.refused), told(&first.refused));
            assert_eq!(everything(&shop).await, before);
        }
    }
}

/// Every product with its version, and the newest line of the ledger.
async fn everything(shop: &Shop) -> Vec<Value> {
    let mut all = Vec::new();
    for slug in ["tarn-mug", "aero-candle", "lamp", "linen-shirt", "belt", "song", "scarf"] {
        let answer = shop.staff.get(&format!("/products/{slug}")).await;
        if answer.status.as_u16() == 200 {
            for sku in skus(&answer.body) {
                all.push(shop.staff.get(&format!("/inventory/{sku}/movements")).await.expect(200));
            }
            all.push(answer.body);
        }
    }
    all
}

#[tokio::test]
async fn a_dry_run_counts_the_same_and_writes_nothing() {
    for db in databases().await {
        for (format, text) in [(Format::Shopify, SHOPIFY), (Format::Woocommerce, WOOCOMMERCE)] {
            let shop = shop(&db, &[]).await;
            let dry = Options { dry_run: true, ..Options::default() };
            let planned = import_with(&shop, format, text.as_bytes(), &dry).await.expect("the file is read");
            if format == Format::Shopify {
                assert!(everything(&shop).await.is_empty(), "a dry run wrote on {}", db.kind());
                assert_eq!(shop.staff.get("/categories").await.expect(200)["items"], json!([]));
            }
            let done = import_into(&shop, format, text).await;
            assert_eq!(
                (counts(&planned), &planned.refused, &planned.notices),
                (counts(&done), &done.refused, &done.notices)
            );
        }
    }
}

#[tokio::test]
async fn what_a_file_does_not_mention_stays() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        import_into(&shop, Format::Shopify, SHOPIFY).await;
        let before = product(&shop, "tarn-mug").await;
        let part = "Handle,Variant SKU,Variant Price\ntarn-mug,MUG-M-S,25.00\n";
        let report = import_into(&shop, Format::Shopify, part).await;
        // The option columns are missing, so nothing says which Moss mug this is but its SKU.
        assert_eq!(told(&report.refused), [], "on {}", db.kind());
        assert_eq!(counts(&report), [0, 1, 0, 0]);
        let after = product(&shop, "tarn-mug").await;
        assert_eq!(skus(&after), skus(&before));
        assert_eq!(after["variants"][2]["price"]["amount"], 2500);
        for field in ["title", "description", "images", "tags", "categories", "options", "seo", "vendor", "status"] {
            assert_eq!(after[field], before[field], "{field}");
        }
        assert_eq!(after["variants"][2]["id"], before["variants"][2]["id"]);
        assert_eq!(shop.levels("MUG-M-S").await, [7, 0, 0, 0]);
        // Another set of options would leave the others without a choice.
        let other = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\ntarn-mug,Tarn Mug,Glaze,Matt,MUG-X,25.00\n";
        let report = import_into(&shop, Format::Shopify, other).await;
        assert_eq!(told(&report.refused), [(2, "Option1 Name", "options_differ")]);
    }
}

#[tokio::test]
async fn a_sku_of_another_product_is_refused_and_the_rest_comes_in() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        import_into(&shop, Format::Shopify, SHOPIFY).await;
        let text = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n\
                    desk,Desk,Wood,Oak,DESK-OAK,99,5\ndesk,,,Ash,LAMP,99,5\nchair,Chair,Title,Default Title,LAMP,49,1\n\
                    stool,Stool,Title,Default Title,STOOL,29,2\n";
        let report = import_into(&shop, Format::Shopify, text).await;
        // In the file LAMP stands twice; the first of them is another product's.
        assert_eq!(
            told(&report.refused),
            [(3, "Variant SKU", "sku_taken"), (4, "Variant SKU", "sku_repeated"), (4, "Variant Price", "no_variant")]
        );
        assert_eq!(counts(&report), [2, 0, 0, 2]);
        assert_eq!(skus(&product(&shop, "desk").await), ["DESK-OAK"]);
        assert_eq!(shop.levels("STOOL").await, [2, 0, 0, 0]);
    }
}

#[tokio::test]
async fn stock_that_is_promised_is_not_imported_away() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        import_into(&shop, Format::Shopify, SHOPIFY).await;
        shop.reserve(OrderId::new(), &[("LAMP", 2), ("MUG-S-S", 1)]).await.expect("held");
        let text = "Handle,Variant SKU,Variant Inventory Qty\nlamp,LAMP,1\ntarn-mug,MUG-S-S,30\n";
        let report = import_into(&shop, Format::Shopify, text).await;
        assert_eq!(told(&report.notices), [(2, "Variant Inventory Qty", "stock_promised")], "on {}", db.kind());
        assert_eq!(counts(&report), [0, 1, 1, 1]);
        assert_eq!((shop.levels("LAMP").await, shop.levels("MUG-S-S").await), ([3, 2, 0, 0], [30, 1, 0, 0]));
        let ledger = shop.staff.get("/inventory/MUG-S-S/movements?limit=1").await.expect(200);
        assert_eq!((&ledger["items"][0]["reason"], &ledger["items"][0]["actor"]), (&json!("import"), &json!("import")));
        shop.check_books().await;
    }
}

#[tokio::test]
async fn a_woocommerce_export_comes_in_and_every_row_is_accounted_for() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        let report = import_into(&shop, Format::Woocommerce, WOOCOMMERCE).await;
        assert_eq!(
            told(&report.refused),
            [
                (7, "Type", "type_not_supported"),
                (8, "Type", "type_not_supported"),
                (9, "Parent", "parent_unknown"),
                (10, "Type", "no_variations"),
                (12, "SKU", "sku_repeated"),
                (13, "Regular price", "price_required"),
                (13, "Regular price", "no_variant"),
            ],
            "on {}",
            db.kind()
        );
        let noted: Vec<(u64, &str)> = report.notices.iter().map(|notice| (notice.line, notice.code.as_str())).collect();
        for expected in [
            (3, "any_value"),
            (5, "private"),
            (6, "not_physical"),
            (6, "visibility_not_kept"),
            (6, "compare_at_not_above_price"),
            (6, "stock_not_tracked"),
            (11, "sale_not_on"),
            (11, "oversell_not_kept"),
            (11, "sku_made"),
        ] {
            assert!(noted.contains(&expected), "{expected:?} is missing from {noted:?}");
        }
        assert_eq!((report.read, counts(&report)), (12, [4, 0, 0, 3]));

        let shirt = product(&shop, "linen-shirt").await;
        // In the order of their positions; "any size" is no choice.
        assert_eq!(skus(&shirt), ["shirt-blue", "shirt-red"]);
        assert_eq!(shirt["options"], json!([{"name": "Colour", "values": ["Blue", "Red"]}]));
        assert_eq!(shirt["attributes"], json!({"Size": ["S", "M", "L"]}));
        assert_eq!(shirt["description"], "<p>Light.</p>\nWoven in Flanders.\nCool.");
        let red = &shirt["variants"][1];
        assert_eq!(
            (red["price"]["amount"].as_i64(), red["compare_at_price"]["amount"].as_i64()),
            (Some(1800), Some(2000))
        );
        assert_eq!(
            (red["weight_g"].as_u64(), red["image"].as_str()),
            (Some(200), Some("https://pictures.example/red.jpg"))
        );
        let names = |product: &Value| -> Vec<String> {
            product["categories"]
                .as_array()
                .unwrap()
                .iter()
                .map(|category| category["title"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(&shirt), ["Shirts", "Sale"]);
        let belt = product(&shop, "belt").await;
        assert_eq!(
            (names(&belt), belt["status"].as_str()),
            (vec!["Accessories".to_owned(), "Belts, braces".to_owned()], Some("draft"))
        );
        assert_eq!(belt["attributes"], json!({"Material": ["Leather", "Brass"]}));
        assert_eq!(product(&shop, "scarf").await["variants"][0]["price"]["amount"], 1500);
        assert_eq!(shop.levels("SCARF").await, [12, 0, 0, 0]);
        assert_eq!(product(&shop, "song").await["variants"][0]["tax_class"], "reduced");
        shop.check_books().await;
    }
}

#[tokio::test]
async fn what_is_exported_comes_in_again_without_a_change() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        import_into(&shop, Format::Shopify, SHOPIFY).await;
        import_into(&shop, Format::Woocommerce, WOOCOMMERCE).await;
        let by_hand = json!({
            "title": "By  hand", "status": "published", "description": "\n<p>one</p>\n", "tags": ["a, b", "c"],
            "categories": ["sale", "mugs"], "attributes": {"material": ["Oak", "Brass"]}, "vendor": "Tollmar",
            "options": [{"name": "Colour", "values": ["Sand", "Moss", "Clay"]}],
            "variants": [
                {"sku": "=cmd,\"x\"", "options": {"Colour": "Moss"}, "price": {"amount": 1990, "currency": "EUR"}, "stock": 3},
                {"sku": "HAND-2", "options": {"Colour": "Sand"}, "price": {"amount": 5, "currency": "EUR"}, "tax_class": "reduced"}
            ],
            "images": [{"url": "https://pictures.example/1.jpg", "alt": "One"}, {"url": "https://pictures.example/2.jpg"}, {"url": "https://pictures.example/3.jpg"}]
        });
        shop.staff.post("/products", &by_hand).await.expect(201);
        let mut file = Vec::new();
        let written = import::export(&shop.app, &mut file).await.expect("written");
        assert_eq!(written, 8);
        let report = import_with(&shop, Format::Shopify, &file, &Options::default()).await.expect("the file is read");
        assert_eq!(
            (told(&report.refused), counts(&report)),
            (vec![], [0, 0, 8, 0]),
            "on {}: {:?}",
            db.kind(),
            report.notices
        );
        let mut again = Vec::new();
        import::export(&shop.app, &mut again).await.expect("written");
        assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(file.clone()).unwrap());
    }
}

#[tokio::test]
async fn another_shop_takes_an_export_over_as_it_is() {
    let (one, two) = (test_support::sqlite(), test_support::sqlite());
    let (from, to) = (shop(&one, &[]).await, shop(&two, &[]).await);
    import_into(&from, Format::Shopify, SHOPIFY).await;
    import_into(&from, Format::Woocommerce, WOOCOMMERCE).await;
    let mut file = Vec::new();
    import::export(&from.app, &mut file).await.expect("written");
    let report = import_with(&to, Format::Shopify, &file, &Options::default()).await.expect("the file is read");
    assert_eq!((told(&report.refused), report.created), (vec![], 7));
    let mut copy = Vec::new();
    import::export(&to.app, &mut copy).await.expect("written");
    assert_eq!(String::from_utf8(copy).unwrap(), String::from_utf8(file).unwrap());
}

#[tokio::test]
async fn old_spreadsheet_programs_are_understood() {
    let db = test_support::sqlite();
    let shop = shop(&db, &[]).await;
    let rows = "Handle;Title;Variant SKU;Variant Price;Variant Inventory Qty\r\ncafe;Café au lait;CAFE;3,50;7\r\n";
    let latin: Vec<u8> = rows.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let report = import_with(&shop, Format::Shopify, &latin, &Options::default()).await.expect("the file is read");
    assert_eq!((report.encoding.as_str(), report.delimiter, counts(&report)), ("windows-1252", ';', [1, 0, 0, 1]));
    let cafe = product(&shop, "cafe").await;
    assert_eq!((cafe["title"].as_str(), cafe["price"]["amount"].as_i64()), (Some("Café au lait"), Some(350)));
    let bom = format!("\u{feff}{rows}");
    let report =
        import_with(&shop, Format::Shopify, bom.as_bytes(), &Options::default()).await.expect("the file is read");
    assert_eq!((report.encoding.as_str(), counts(&report)), ("utf-8", [0, 0, 1, 0]));
}

#[tokio::test]
async fn another_kind_of_file_is_refused_as_a_whole() {
    let db = test_support::sqlite();
    let shop = shop(&db, &[]).await;
    let cases = [
        (Format::Shopify, WOOCOMMERCE),
        (Format::Woocommerce, SHOPIFY),
        (Format::Shopify, ""),
        (Format::Woocommerce, "\u{0}\u{1}"),
    ];
    for (format, text) in cases {
        let refused = import_with(&shop, format, text.as_bytes(), &Options::default()).await.expect_err("refused");
        assert!(matches!(refused, Error::NotThisFormat { .. }), "{refused}");
    }
}

#[tokio::test]
async fn many_products_with_a_few_bad_rows_come_in_but_for_those() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        let mut text = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\n".to_owned();
        for number in 0..400 {
            let price = if number % 37 == 5 { "free" } else { "9.99" };
            // A title that is too long for a slug, again and again: made handles must not collide.
            let handle = if number % 10 == 3 { String::new() } else { format!("thing-{number}") };
            text.push_str(&format!("{handle},Thing {number},THING-{number},{price},{number}\n"));
        }
        let mut told_of: Vec<Progress> = Vec::new();
        let options = Options { batch: 30, ..Options::default() };
        let report = import::run(&shop.app, Format::Shopify, Cursor::new(text.clone()), &options, &mut |progress| {
            told_of.push(progress);
        })
        .await
        .expect("the file is read");
        let bad = (0..400).filter(|number| number % 37 == 5).count();
        assert_eq!(
            (
                report.created as usize,
                report.refused.iter().filter(|problem| problem.code == "price_unreadable").count()
            ),
            (400 - bad, bad)
        );
        let last = told_of.last().expect("progress was told");
        assert_eq!(
            (last.bytes_read, last.rows, last.products),
            (text.len() as u64, 400, report.created),
            "on {}",
            db.kind()
        );
        let mut errors = Vec::new();
        import::write_errors(&report, &mut errors).expect("written");
        let errors = String::from_utf8(errors).expect("text");
        assert!(errors.starts_with("line,column,code,message\n7,Variant Price,price_unreadable,"), "{errors}");
        assert_eq!(errors.lines().count(), report.refused.len() + 1);
        let some = Options { limit: Some(3), ..Options::default() };
        let report = import_with(&shop, Format::Shopify, text.as_bytes(), &some).await.expect("the file is read");
        assert_eq!((report.read, counts(&report)), (4, [0, 0, 3, 0]));
        shop.check_books().await;
    }
}

#[tokio::test]
async fn products_without_a_handle_are_known_by_their_sku() {
    let text = "Handle,Title,Variant SKU,Variant Price\n\
        ,Cable,CABLE-1,4.99\n\
        ,Cable,CABLE-2,5.99\n\
        ,Adapter,,7.00\n\
        ,Adapter,,8.00\n";
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        for counted in [[3, 0, 0, 0], [0, 0, 3, 0]] {
            let report = import_into(&shop, Format::Shopify, text).await;
            assert_eq!(told(&report.refused), [(5, "Title", "product_repeated")], "on {}", db.kind());
            assert_eq!(counts(&report), counted, "on {}", db.kind());
        }
        assert_eq!(skus(&product(&shop, "cable").await), ["CABLE-1"]);
        assert_eq!(skus(&product(&shop, "cable-2").await), ["CABLE-2"]);
        assert_eq!(product(&shop, "adapter").await["price"]["amount"], 700);
        shop.check_books().await;
    }
}

#[tokio::test]
async fn imports_at_once_do_not_spoil_each_other() {
    for db in databases().await {
        let shop = shop(&db, &[]).await;
        let mut text = "Handle,Title,Type,Variant SKU,Variant Price,Variant Inventory Qty\n".to_owned();
        for number in 0..60 {
            text.push_str(&format!("thing-{number},Thing {number},Kind {},THING-{number},9.99,{number}\n", number % 5));
        }
        let options = [2, 3, 5, 7].map(|batch| Options { batch, ..Options::default() });
        let imports = options.iter().map(|options| import_with(&shop, Format::Shopify, text.as_bytes(), options));
        let reports = futures::future::join_all(imports).await;
        let reports: Vec<Report> = reports.into_iter().map(|report| report.expect("read")).collect();
        for report in &reports {
            assert_eq!(told(&report.refused), [], "on {}", db.kind());
        }
        assert_eq!(reports.iter().map(|report| report.created).sum::<u64>(), 60);
        let again = import_into(&shop, Format::Shopify, &text).await;
        assert_eq!(counts(&again), [0, 0, 60, 0]);
        shop.check_books().await;
    }
}

#[test]
fn no_file_breaks_the_import() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let db = test_support::sqlite();
    let shop = runtime.block_on(shop(&db, &[]));
    let cell = prop_oneof![
        Just(String::new()),
        Just("a".to_owned()),
        Just("A-1".to_owned()),
        Just("12.50".to_owned()),
        Just("-1".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("Title".to_owned()),
        Just("a > b > c > d > e > f > g > h > i > j > k".to_owned()),
        Just("https://pictures.example/a.jpg".to_owned()),
        Just("\"".to_owned()),
        Just("x".repeat(3000)),
        "\\PC{0,12}",
    ];
    let shopify_header = "Handle,Title,Body (HTML),Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Variant Barcode,Image Src,Rialto / Tax Class";
    let woo_header = "Type,SKU,Name,Published,Regular price,Sale price,Stock,Categories,Images,Parent,Attribute 1 name,Attribute 1 value(s),Tax class";
    let kinds = prop::sample::select(vec!["simple", "variable", "variation", "", "thing"]);
    let file =
        (any::<bool>(), prop::collection::vec((kinds, prop::collection::vec(cell, 13)), 1..12), any::<Option<u8>>());
    let config =
        ProptestConfig { cases: 120, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&file, |(is_shopify, rows, stray)| {
            let (format, header) =
                if is_shopify { (Format::Shopify, shopify_header) } else { (Format::Woocommerce, woo_header) };
            let mut writer = csv::Writer::from_writer(format!("{header}\n").into_bytes());
            for (kind, mut cells) in rows.clone() {
                if !is_shopify {
                    cells[0] = kind.to_owned();
                }
                writer.write_record(&cells).expect("written");
            }
            let mut bytes = writer.into_inner().expect("written");
            // A byte that is neither UTF-8 nor at home here.
            if let Some(stray) = stray {
                let place = header.len() + 1 + usize::from(stray) % (bytes.len() - header.len());
                bytes.insert(place, 0x80 | stray);
            }
            let read = runtime.block_on(import_with(&shop, format, &bytes, &Options::default()));
            let report = read.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let again = runtime.block_on(import_with(&shop, format, &bytes, &Options::default())).expect("read before");
            prop_assert_eq!(again.created, 0, "{:?} then {:?}", report, again);
            Ok(())
        })
        .expect("every file is read to its end");
    runtime.block_on(shop.check_books());
}
