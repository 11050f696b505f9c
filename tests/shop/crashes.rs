//! The process is killed at every step of a sale. It starts again, the clients repeat their calls, and nothing is lost,
//! done twice or left half done.

use std::{
    collections::BTreeMap,
    io::Write,
    os::unix::process::ExitStatusExt,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::TestDb;
use tokio::process::{Child, Command};

use crate::{
    many_processes::{STORES, free_address},
    running::{ADMIN, ADMIN_PASSWORD, database, kinds},
    shopper::{Shopper, berlin, items},
};

/// Where the process dies: in its first life and, for double faults, in its second.
const DEATHS: [&[&str]; 31] = [
    // Placing an order.
    &["order::read"],
    &["order::priced"],
    &["order::reserved"],
    &["order::written"],
    &["order::committed"],
    // Paying it.
    &["payment::begun"],
    &["payment::answered"],
    &["payment::written"],
    &["payment::committed"],
    // Telling the others.
    &["relay::orders::appended"],
    &["relay::payments::appended"],
    &["relay::shipping::appended"],
    &["consumer::orders::begun"],
    &["consumer::orders::handled"],
    &["consumer::catalog::begun"],
    &["consumer::catalog::handled"],
    &["consumer::payments::begun"],
    &["consumer::payments::handled"],
    &["consumer::shipping::begun"],
    &["consumer::shipping::handled"],
    &["consumer::notifications::begun"],
    &["consumer::notifications::handled"],
    // Sending the parcel and the mails.
    &["label::bought"],
    &["label::committed"],
    &["mail::handed_over"],
    // Giving money back.
    &["refund::begun"],
    &["refund::answered"],
    &["refund::committed"],
    // Dying again while mending.
    &["payment::answered", "payment::told"],
    &["refund::answered", "refund::answered"],
    &["order::reserved", "order::committed"],
];
/// Longer than the pauses of all jobs that mend.
const GIVES_UP_AFTER: Duration = Duration::from_secs(120);
/// Shops that run at the same time.
const SHOPS: usize = 6;
const SKU: &str = "MORTAL-CUP";
const ABORTED: i32 = 6;

#[tokio::test]
async fn a_sale_survives_death_at_each_of_its_steps() {
    for kind in kinds().await {
        // Most of the time is spent waiting for leases to run out, so several shops wait side by side.
        let shops = DEATHS.chunks(DEATHS.len().div_ceil(SHOPS)).map(|deaths| die_and_live_on(kind, deaths));
        futures::future::join_all(shops).await;
    }
}

/// One shop that dies every one of these deaths, and whose books agree in the end.
async fn die_and_live_on(kind: &str, deaths: &[&[&str]]) {
    let shop = MortalShop::on(kind).await;
    shop.live(&[], shop.stock_up()).await;
    for (number, deaths) in deaths.iter().enumerate() {
        let begun = Instant::now();
        let ended = shop.live(deaths, shop.sell(number)).await;
        let signals: Vec<Option<i32>> = ended.iter().map(ExitStatus::signal).collect();
        assert_eq!(signals, vec![Some(ABORTED); deaths.len()], "on {kind} the sale never came to {deaths:?}");
        tell(&format!("on {kind}: killed at {} and mended in {:.1?}", deaths.join(", then "), begun.elapsed()));
    }
    shop.verify(kind).await;
}

/// Past the test runner's capture: what a fault test exercised is worth reading when it passes, too.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "    {line}");
}

/// A shop in a process of its own that may die.
struct MortalShop {
    variables: BTreeMap<String, String>,
    url: String,
    data: TempDir,
    _databases: Vec<TestDb>,
}

impl MortalShop {
    async fn on(kind: &str) -> Self {
        let address = free_address();
        let url = format!("http://{address}");
        let mut variables = BTreeMap::from([
            ("RIALTO_ADMIN_EMAIL".to_owned(), ADMIN.to_owned()),
            ("RIALTO_ADMIN_PASSWORD".to_owned(), ADMIN_PASSWORD.to_owned()),
            ("RIALTO__LISTEN".to_owned(), address),
            ("RIALTO__METRICS_LISTEN".to_owned(), String::new()),
            ("RIALTO__GATEWAY__RATE_LIMIT".to_owned(), "off".to_owned()),
        ]);
        let mut databases = Vec::new();
        for store in STORES {
            let database = database(kind).await;
            variables.insert(format!("RIALTO__{}__DATABASE_URL", store.to_uppercase()), database.config().url);
            databases.push(database);
        }
        Self { variables, url, data: tempfile::tempdir().expect("a folder"), _databases: databases }
    }

    fn rialto(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rialto"));
        command.envs(&self.variables).arg("--data").arg(self.data.path()).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    fn born(&self, death: Option<&&str>) -> Child {
        let mut command = self.rialto();
        command.args(["up", "--sample", "none"]).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(death) = death {
            command.env("FAILPOINTS", format!("{death}=return"));
        }
        command.spawn().expect("the program starts")
    }

    /// Runs the shop until `work` is done, with one life for each death and one more. Answers how the lives ended.
    async fn live(&self, deaths: &[&str], work: impl Future<Output = ()>) -> Vec<ExitStatus> {
        let mut deaths = deaths.iter();
        let mut ended = Vec::new();
        let mut process = self.born(deaths.next());
        tokio::pin!(work);
        loop {
            tokio::select! {
                status = process.wait() => {
                    ended.push(status.expect("the process can be waited for"));
                    assert!(ended.len() < 5, "the shop dies of itself: {ended:?}");
                    process = self.born(deaths.next());
                }
                () = &mut work => break,
            }
        }
        let pid = process.id().expect("it lives").to_string();
        Command::new("kill").arg(pid).status().await.expect("kill runs");
        assert!(process.wait().await.expect("it ends").success());
        ended
    }

    async fn stock_up(&self) {
        let staff = Patient::staff(&self.url).await;
        let cup = json!({
            "title": "Mortal cup", "status": "published",
            "variants": [{"sku": SKU, "price": {"amount": 1990, "currency": "EUR"}, "stock": 1000, "weight_g": 300}]
        });
        staff.post("/products", &cup).await;
    }

    /// A guest orders and pays a cup.
    async fn buy(&self, name: &str) -> (Patient, Value) {
        let goods = items(SKU, 1);
        let guest = Patient(Shopper::new(&self.url));
        let question = json!({"destination": {"country": "DE", "postal_code": "10119"}, "items": goods});
        let delivery = guest.post("/shipping/calculate", &question).await["options"][0]["id"].clone();
        let order = json!({
            "items": goods, "email": address(name), "shipping_address": berlin(), "shipping_option": delivery
        });
        let order = guest.with_key(&format!("{name}-order")).post("/orders", &order).await;
        let guest = Patient(guest.0.owning(&order));
        let payment = json!({"order_id": order["id"], "method": {"type": "card", "token": "tok_visa"}});
        guest.with_key(&format!("{name}-pay")).post("/payment/checkout", &payment).await;
        (guest, order)
    }

    /// One sale from the delivery quote to a refund, and another that the guest regrets. What they come to must not
    /// depend on who died when.
    async fn sell(&self, number: usize) {
        let name = format!("sale-{number}");
        let email = address(&name);
        let (guest, order) = self.buy(&name).await;
        let staff = Patient::staff(&self.url).await;
        staff.wait_for(&order, "status", "processing").await;
        for status in ["shipped", "delivered"] {
            staff.move_to(&order, status).await;
        }
        let (regretter, regretted) = self.buy(&format!("regretted-{number}")).await;
        staff.wait_for(&regretted, "status", "processing").await;
        regretter.cancel(&regretted).await;
        staff.wait_for(&regretted, "payment_status", "refunded").await;

        let refund =
            json!({"order_id": order["id"], "amount": {"amount": 100, "currency": "EUR"}, "reason": "goodwill"});
        staff.with_key(&format!("{name}-refund")).post("/payment/refund", &refund).await;
        let seen = staff.wait_for(&order, "payment_status", "partially_refunded").await;
        assert_eq!(seen["number"], order["number"]);

        let orders = staff.get(&format!("/orders?email={email}")).await;
        assert_eq!(orders["items"].as_array().map(Vec::len), Some(1), "one order: {orders}");
        let paid = staff.get(&format!("/payment/status?order_id={}", order["id"].as_str().expect("an id"))).await;
        assert_eq!(paid["captured"]["amount"], order["totals"]["total"]["amount"], "one charge: {paid}");
        assert_eq!(paid["refunded"]["amount"], 100, "one refund: {paid}");
        guest.mails(&email).await;
    }

    /// All books agree, and every rule that a sale touches was put to the test.
    async fn verify(&self, kind: &str) {
        let output = self.rialto().args(["verify", "--json"]).output().await.expect("the program ends");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let invariants = report["invariants"].as_array().expect("invariants");
        let mut exercised = Vec::new();
        for invariant in invariants {
            let (id, title) = (invariant["id"].as_str().unwrap_or_default(), &invariant["title"]);
            assert_eq!(invariant["violations"], json!([]), "on {kind}: {id} {title}");
            exercised.push(format!("{id} {} ×", invariant["exercised"]));
        }
        tell(&format!("on {kind}, invariants that hold: {}", exercised.join(", ")));
        assert!(output.status.success());
    }
}

fn address(name: &str) -> String {
    format!("{name}@example.test")
}

/// Someone who repeats a call until it is answered.
struct Patient(Shopper);

impl Patient {
    async fn staff(url: &str) -> Self {
        let nobody = Self(Shopper::new(url));
        let login = json!({"email": ADMIN, "password": ADMIN_PASSWORD, "client": "api"});
        let token = nobody.post("/users/login", &login).await["access_token"].as_str().expect("a token").to_owned();
        Self(nobody.0.with("authorization", &format!("Bearer {token}")))
    }

    fn with_key(&self, key: &str) -> Self {
        Self(self.0.with("idempotency-key", key))
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let begun = Instant::now();
        loop {
            match self.0.try_to_send(method.clone(), path, body).await {
                Ok(answer) if answer.status.is_success() => return answer.body,
                Ok(answer) if answer.status != 503 && answer.body["code"] != "request_in_flight" => {
                    panic!("{method} {path}: {}", answer.text)
                }
                outcome => assert!(begun.elapsed() < GIVES_UP_AFTER, "{method} {path}: {outcome:?}"),
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn see(&self, order: &Value) -> Value {
        self.get(&format!("/orders/{}", order["id"].as_str().expect("an id"))).await
    }

    async fn wait_for(&self, order: &Value, field: &str, value: &str) -> Value {
        let begun = Instant::now();
        loop {
            let seen = self.see(order).await;
            if seen[field] == value {
                return seen;
            }
            assert!(begun.elapsed() < GIVES_UP_AFTER, "{field} never became {value}: {seen}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Without a key a repeat is told that it is not legal any more, so it looks whether its first try came through.
    async fn move_to(&self, order: &Value, status: &str) {
        let path = format!("/orders/{}/status", order["id"].as_str().expect("an id"));
        let begun = Instant::now();
        while self.see(order).await["status"] != status {
            let _ = self.0.try_to_send(Method::PUT, &path, Some(&json!({"status": status, "reason": "test"}))).await;
            assert!(begun.elapsed() < GIVES_UP_AFTER, "the order never became {status}");
        }
    }

    async fn cancel(&self, order: &Value) {
        let path = format!("/orders/{}/cancel", order["id"].as_str().expect("an id"));
        let begun = Instant::now();
        while self.see(order).await["status"] != "cancelled" {
            let _ = self.0.try_to_send(Method::POST, &path, Some(&json!({"reason": "regretted"}))).await;
            assert!(begun.elapsed() < GIVES_UP_AFTER, "the order was never cancelled");
        }
    }

    /// Every mail of the sale arrived, none of them twice.
    async fn mails(&self, email: &str) {
        let begun = Instant::now();
        loop {
            let answer = self.get(&format!("/dev/mail/messages?to={email}")).await;
            let mut subjects: Vec<String> = answer["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|mail| mail["subject"].as_str().unwrap_or_default().to_owned())
                .collect();
            let count = subjects.len();
            subjects.sort_unstable();
            subjects.dedup();
            assert_eq!(subjects.len(), count, "a mail came twice: {subjects:?}");
            if count >= 4 {
                return;
            }
            assert!(begun.elapsed() < GIVES_UP_AFTER, "mails are missing, there are {subjects:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
