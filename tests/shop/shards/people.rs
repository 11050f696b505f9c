//! Guests and customers, and what happens when one becomes the other.

use std::time::Duration;

use super::*;
use crate::shopper::berlin;

const PASSWORD: &str = "a long and quiet river";

/// Somebody with a cart and no account.
pub struct Guest {
    pub shopper: Shopper,
    pub cart: Value,
    pub sku: String,
}

impl Guest {
    /// A cart with one piece, in whichever shard it comes to stand.
    pub async fn with_cart(base: &str, sku: &str) -> Self {
        let visitor = Shopper::new(base);
        let cart = visitor.post("/cart/items", &json!({"sku": sku, "quantity": 1})).await.expect(200);
        let shopper = visitor.with("cart-token", text(&cart, "cart_token"));
        Self { shopper, cart, sku: sku.to_owned() }
    }

    /// The same, in a shard other than `other`.
    pub async fn away_from(base: &str, sku: &str, other: usize) -> Self {
        loop {
            let guest = Self::with_cart(base, sku).await;
            if shard_of(&guest.cart) != other {
                return guest;
            }
        }
    }

    /// Orders and pays.
    pub async fn buys(&self, email: &str) -> Value {
        let delivery = self.shopper.delivery(&items(&self.sku, 1)).await;
        let request = json!({
            "cart_id": self.cart["id"], "email": email, "shipping_address": berlin(), "shipping_option": delivery["id"],
        });
        let order = self.shopper.post("/orders", &request).await.expect(201);
        assert_eq!(shard_of(&order), shard_of(&self.cart), "a cart and its order stand together");
        let again = self.shopper.post("/orders", &request).await.expect(201);
        assert_eq!(again["id"], order["id"], "one cart is one order");
        let paid = self.shopper.owning(&order).pay(&order, "tok_visa").await.expect(200);
        let payment = json!({"id": paid["payment_id"]});
        assert_eq!(shard_of(&payment), shard_of(&order), "an order and its payment stand together");
        order
    }
}

/// Somebody with an account.
pub struct Customer {
    pub shopper: Shopper,
    pub user: Value,
}

impl Customer {
    pub async fn register(base: &str, email: &str) -> Self {
        let visitor = Shopper::new(base);
        let wish = json!({"email": email, "password": PASSWORD, "name": "Ada", "client": "api"});
        let answer = visitor.post("/users/register", &wish).await.expect(201);
        let shopper = visitor.with("authorization", &format!("Bearer {}", text(&answer, "access_token")));
        Self { shopper, user: answer["user"].clone() }
    }

    /// The same, in a shard other than the first, and than `other`.
    pub async fn away_from(base: &str, name: &str, other: usize) -> Self {
        for n in 0.. {
            let customer = Self::register(base, &format!("{name}{n}@example.test")).await;
            if ![0, other].contains(&shard_of(&customer.user)) {
                return customer;
            }
        }
        unreachable!("somebody comes to stand there")
    }

    /// Buys one piece from a cart.
    pub async fn buys(&self, sku: &str) -> Value {
        let cart = self.shopper.post("/cart/items", &json!({"sku": sku, "quantity": 1})).await.expect(200);
        let delivery = self.shopper.delivery(&items(sku, 1)).await;
        let request = json!({"cart_id": cart["id"], "shipping_address": berlin(), "shipping_option": delivery["id"]});
        let order = self.shopper.post("/orders", &request).await.expect(201);
        assert_eq!(shard_of(&order), shard_of(&self.user), "a customer and the orders stand together");
        self.shopper.pay(&order, "tok_visa").await.expect(200);
        order
    }
}

/// A guest fills a cart in one shard and signs in to an account of another: everything comes along, once.
pub async fn carts_come_along(shop: &RunningShop) {
    let (sku, _) = Shopper::new(&shop.url).pick().await;
    let customer = Customer::away_from(&shop.url, "signs-in", 0).await;
    let own = customer.shopper.post("/cart/items", &json!({"sku": sku, "quantity": 1})).await.expect(200);
    let guest = Guest::away_from(&shop.url, &sku, shard_of(&customer.user)).await;
    let both = customer.shopper.with("cart-token", text(&guest.cart, "cart_token"));
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let both = both.clone();
        asked.spawn(async move { both.get("/cart").await.status.as_u16() });
    }
    assert!(asked.join_all().await.iter().all(|status| [200, 409, 503].contains(status)));
    for _ in 0..2 {
        let cart = both.get("/cart").await.expect(200);
        assert_eq!((&cart["id"], &cart["item_count"]), (&own["id"], &json!(2)), "{cart}");
    }
    let left = guest.shopper.get("/cart").await.expect(200);
    assert_eq!(left["item_count"], 0, "the guest's cart has ended: {left}");
    // Whoever signs in next with that token gets nothing.
    let other = Customer::register(&shop.url, "signs-in-too@example.test").await;
    let cart = other.shopper.with("cart-token", text(&guest.cart, "cart_token")).get("/cart").await.expect(200);
    assert_eq!(cart["item_count"], 0, "{cart}");
}

/// The token in the newest mail to an address.
async fn mailed_token(shopper: &Shopper, email: &str) -> String {
    for _ in 0..200 {
        let mails = shopper.get(&format!("/dev/mail/messages?to={email}")).await.expect(200);
        let texts = mails["items"].as_array().expect("items").iter().map(|mail| text(mail, "text"));
        let token = texts.filter_map(|text| text.split("/account/verify").nth(1)?.split("token=").nth(1)).next();
        if let Some(token) = token {
            return token.split(|c: char| c.is_whitespace() || c == '"').next().unwrap_or_default().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{email} never got a link");
}

/// An account's owner proves the address: what was ordered with it before is the account's, wherever it stands.
pub async fn guests_orders_join_the_account(shop: &RunningShop) {
    let sku = enough_of_one(shop).await;
    let email = "joins@example.test";
    let mut numbers = BTreeSet::new();
    for other in [0, 1, 2] {
        let order = Guest::away_from(&shop.url, &sku, other).await.buys(email).await;
        numbers.insert(text(&order, "number").to_owned());
    }
    let customer = Customer::register(&shop.url, email).await;
    assert_eq!(all(&customer.shopper, "/orders?").await.len(), 0);
    let token = mailed_token(&customer.shopper, email).await;
    customer.shopper.post("/users/email/verify", &json!({"token": token})).await.expect(200);
    shop.quiet().await;
    numbers.insert(text(&customer.buys(&sku).await, "number").to_owned());
    shop.quiet().await;
    let mine = all(&customer.shopper, "/orders?").await;
    let found: BTreeSet<String> = mine.iter().map(|order| text(order, "number").to_owned()).collect();
    assert_eq!(found, numbers);
    let again = customer.shopper.see(&mine[0]).await;
    assert_eq!(again["id"], mine[0]["id"]);
}

/// An account is erased: no shard keeps what was written to it, with the account or before there was one.
pub async fn who_is_erased_is_forgotten_everywhere(shop: &RunningShop) {
    let (sku, _) = Shopper::new(&shop.url).pick().await;
    let customer = Customer::away_from(&shop.url, "leaves", 0).await;
    let email = text(&customer.user, "email").to_owned();
    Guest::away_from(&shop.url, &sku, shard_of(&customer.user)).await.buys(&email).await;
    shop.quiet().await;
    customer.shopper.mails(&email, 3).await;
    customer.shopper.send(reqwest::Method::DELETE, "/users/me", None).await.expect(200);
    shop.quiet().await;
    for url in places(&shop.config, 2) {
        for table in ["notifications", "mailbox"] {
            let kept = count(&url, table, &format!("recipient = '{email}'")).await;
            assert_eq!(kept, 0, "{table} of {url} still names {email}");
        }
    }
}

async fn count(url: &str, table: &str, condition: &str) -> i64 {
    let connection = Database::connect(url).await.expect("the database answers");
    let question = format!("SELECT count(*) AS found FROM {table} WHERE {condition}");
    let question = Statement::from_string(connection.get_database_backend(), question);
    let row = connection.query_one_raw(question).await.expect("answers").expect("a row");
    let found = row.try_get("", "found").expect("a number");
    connection.close().await.expect("closes");
    found
}
