//! Shoppers who buy one thing after the other, whatever happens to the shop meanwhile, and what came of it.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::patient::{Patient, address};

pub const BUYERS: usize = 3;
/// Longer than it takes until a payment is asked for that nobody knows the outcome of.
const SETTLED_WITHIN: Duration = Duration::from_secs(240);

/// What became of an order once it was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Kept,
    Regretted,
    Delivered,
}

/// A piece that was bought.
#[derive(Clone, Debug)]
pub struct Sale {
    pub name: String,
    pub order: Value,
    pub end: End,
}

type Sold = Arc<Mutex<Vec<Sale>>>;

/// Buyers who ask again until they have what they want.
pub struct Buyers {
    stop: CancellationToken,
    sold: Sold,
    tasks: JoinSet<()>,
}

impl Buyers {
    /// Each wants a piece of `sku` after the other. `name` begins their names, which nobody else in the shop may have.
    pub fn let_in(doors: &[String], sku: &'static str, name: &str) -> Self {
        Self::ending(&[End::Kept], doors, sku, name)
    }

    /// The same; what each of them buys ends like this, in turn.
    pub fn ending(ends: &'static [End], doors: &[String], sku: &'static str, name: &str) -> Self {
        let (stop, sold) = (CancellationToken::new(), Sold::default());
        let mut tasks = JoinSet::new();
        for buyer in 0..BUYERS {
            let (doors, stop, sold) = (doors.to_vec(), stop.clone(), sold.clone());
            let name = name.to_owned();
            tasks.spawn(async move {
                for (number, end) in ends.iter().cycle().enumerate() {
                    if stop.is_cancelled() {
                        return;
                    }
                    let name = format!("{name}-{buyer}-{number}");
                    // Half of them from a cart.
                    let (guest, order) = match number % 2 {
                        0 => Patient::new(&doors).buy(sku, &name).await,
                        _ => Patient::new(&doors).buy_from_cart(sku, &name).await,
                    };
                    end_with(*end, &doors, &guest, &order).await;
                    sold.lock().expect("not poisoned").push(Sale { name, order, end: *end });
                }
            });
        }
        Self { stop, sold, tasks }
    }

    /// How many were sold.
    pub fn count(&self) -> usize {
        self.sold.lock().expect("not poisoned").len()
    }

    /// Waits until what was sold is `enough`.
    pub async fn sell_until(&self, enough: impl Fn(&[Sale]) -> bool) {
        let begun = Instant::now();
        while !enough(&self.sold.lock().expect("not poisoned")) {
            assert!(begun.elapsed() < Duration::from_secs(150), "{} that were sold are not enough", self.count());
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until so many more were sold.
    pub async fn sell(&self, more: usize) {
        let goal = self.count() + more;
        self.sell_until(|sold| sold.len() >= goal).await;
    }

    /// Has them finish what they are about. Answers what all of them bought.
    pub async fn leave(mut self) -> Vec<Sale> {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("every buyer got an answer in the end");
        }
        self.sold.lock().expect("not poisoned").clone()
    }
}

async fn end_with(end: End, doors: &[String], guest: &Patient, order: &Value) {
    match end {
        End::Kept => {}
        End::Regretted => guest.cancel(order).await,
        End::Delivered => {
            let staff = Patient::staff(doors).await;
            staff.wait_for(order, "status", "processing").await;
            for status in ["shipped", "delivered"] {
                staff.move_to(order, status).await;
            }
        }
    }
}

/// The sandbox's bank keeps its books in the shop's PostgreSQL. Where it lost what it was asked, the buyer is told that
/// nothing was charged, and pays again.
pub async fn each_is_paid_in_the_end(doors: &[String], sold: &[Sale]) {
    let staff = Patient::staff(doors).await;
    for Sale { name, order, .. } in sold {
        let path = format!("/payment/status?order_id={}", order["id"].as_str().expect("an id"));
        let begun = Instant::now();
        loop {
            let payment = staff.get(&path).await;
            match payment["status"].as_str() {
                Some("succeeded") => break,
                Some("requires_payment_method") => {
                    let guest = Patient::new(doors).owning(order);
                    guest.with_key(&format!("{name}-again-{}", begun.elapsed().as_millis())).pay(order).await;
                }
                _ => sleep(Duration::from_millis(100)).await,
            }
            assert!(begun.elapsed() < SETTLED_WITHIN, "not settled: {payment}");
        }
    }
}

/// Every order that a buyer was told of is there once, paid once and, if it was regretted, given back once.
pub async fn each_was_sold_once(doors: &[String], sold: &[Sale]) {
    let staff = Patient::staff(doors).await;
    for Sale { name, order, end } in sold {
        let orders = staff.get(&format!("/orders?email={}", address(name))).await;
        assert_eq!(orders["items"].as_array().map(Vec::len), Some(1), "one order of {name}: {orders}");
        let status = match end {
            End::Kept => "processing",
            End::Regretted => "cancelled",
            End::Delivered => "delivered",
        };
        let seen = staff.wait_for(order, "status", status).await;
        if *end == End::Regretted {
            staff.wait_for(order, "payment_status", "refunded").await;
        }
        let paid = staff.get(&format!("/payment/status?order_id={}", order["id"].as_str().expect("an id"))).await;
        let (total, nothing) = (&seen["totals"]["total"]["amount"], json!(0));
        assert_eq!(paid["captured"]["amount"], *total, "one charge of {name}: {paid}");
        let gone = if *end == End::Regretted { total } else { &nothing };
        assert_eq!(paid["refunded"]["amount"], *gone, "one refund of {name}: {paid}");
    }
}
