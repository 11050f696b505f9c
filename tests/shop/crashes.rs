//! The process is killed at every step of a sale. It starts again, the clients repeat their calls, and nothing is lost,
//! done twice or left half done.

use std::{
    collections::BTreeMap,
    os::unix::process::ExitStatusExt,
    process::{ExitStatus, Stdio},
    time::Instant,
};

use serde_json::json;
use tempfile::TempDir;
use test_support::TestDb;
use tokio::process::{Child, Command};

use crate::{
    books,
    many_processes::{STORES, free_address},
    patient::{Patient, address, tell},
    running::{ADMIN, ADMIN_PASSWORD, database, kinds},
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

    fn guest(&self) -> Patient {
        Patient::new(std::slice::from_ref(&self.url))
    }

    async fn stock_up(&self) {
        let staff = Patient::staff(std::slice::from_ref(&self.url)).await;
        let cup = json!({
            "title": "Mortal cup", "status": "published",
            "variants": [{"sku": SKU, "price": {"amount": 1990, "currency": "EUR"}, "stock": 1000, "weight_g": 300}]
        });
        staff.post("/products", &cup).await;
    }

    /// One sale from the delivery quote to a refund, and another that the guest regrets. What they come to must not
    /// depend on who died when.
    async fn sell(&self, number: usize) {
        let name = format!("sale-{number}");
        let email = address(&name);
        let (guest, order) = self.guest().buy(SKU, &name).await;
        let staff = Patient::staff(std::slice::from_ref(&self.url)).await;
        staff.wait_for(&order, "status", "processing").await;
        for status in ["shipped", "delivered"] {
            staff.move_to(&order, status).await;
        }
        let (regretter, regretted) = self.guest().buy(SKU, &format!("regretted-{number}")).await;
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
        books::agree(&output, kind, &["I6", "I11"]);
    }
}
