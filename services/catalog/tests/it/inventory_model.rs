//! Random days in the life of the stock, against a model that fits on a page.

use std::collections::BTreeMap;

use catalog::inventory;
use contracts::{events::Disposition, ids::OrderId, order::OrderStatus};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;
use test_support::databases;

use crate::inventory_support::{Shop, shop};

const SKUS: [&str; 3] = ["A", "B", "C"];
const ORDERS: usize = 4;

#[derive(Clone, Debug)]
enum Op {
    Reserve(usize, Vec<(usize, u32)>),
    RunOut(usize),
    Sweep,
    Moves(usize, OrderStatus),
    SetOnHand(usize, i64),
    Adjust(usize, i64),
    Return(usize, u32, Disposition),
}

fn op() -> impl Strategy<Value = Op> {
    let lines = prop::collection::vec((0..SKUS.len(), 1_u32..4), 1..4);
    let status = prop::sample::select(vec![
        OrderStatus::Processing,
        OrderStatus::Cancelled,
        OrderStatus::Shipped,
        OrderStatus::Delivered,
    ]);
    let disposition = prop::sample::select(vec![Disposition::Restock, Disposition::Damaged, Disposition::Discard]);
    prop_oneof![
        6 => (0..ORDERS, lines).prop_map(|(order, lines)| Op::Reserve(order, lines)),
        2 => (0..ORDERS).prop_map(Op::RunOut),
        1 => Just(Op::Sweep),
        5 => (0..ORDERS, status).prop_map(|(order, to)| Op::Moves(order, to)),
        1 => (0..SKUS.len(), 0_i64..9).prop_map(|(sku, pieces)| Op::SetOnHand(sku, pieces)),
        1 => (0..SKUS.len(), -4_i64..5).prop_map(|(sku, pieces)| Op::Adjust(sku, pieces)),
        1 => (0..SKUS.len(), 1_u32..4, disposition).prop_map(|(sku, pieces, to)| Op::Return(sku, pieces, to)),
    ]
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    None,
    Held,
    Overdue,
    Committed,
    Fulfilled,
    Released,
    Expired,
}

type Lines = BTreeMap<usize, i64>;

/// The stock as a person with a pencil would keep it.
#[derive(Debug, Default)]
struct Model {
    on_hand: [i64; SKUS.len()],
    damaged: [i64; SKUS.len()],
    orders: [(State, Lines); ORDERS],
    shortages: usize,
}

impl Model {
    fn bound(&self, sku: usize, states: &[State]) -> i64 {
        let lines = self.orders.iter().filter(|(state, _)| states.contains(state));
        lines.map(|(_, lines)| lines.get(&sku).copied().unwrap_or(0)).sum()
    }

    fn held(&self, sku: usize) -> i64 {
        self.bound(sku, &[State::Held, State::Overdue])
    }

    fn committed(&self, sku: usize) -> i64 {
        self.bound(sku, &[State::Committed])
    }

    fn free(&self, sku: usize) -> i64 {
        self.on_hand[sku] - self.held(sku) - self.committed(sku)
    }

    /// Gives `order` these lines in `state` if there is enough, counting overdue holds of others and its own as free.
    fn take(&mut self, order: usize, wanted: &Lines, state: State) -> bool {
        let before = self.orders.clone();
        if matches!(before[order].0, State::Held | State::Overdue) {
            self.orders[order].1.clear();
        }
        for (index, (other, lines)) in self.orders.iter_mut().enumerate() {
            if index != order && *other == State::Overdue && lines.keys().any(|sku| wanted.contains_key(sku)) {
                *other = State::Expired;
            }
        }
        let enough = wanted.iter().all(|(sku, pieces)| self.free(*sku) >= *pieces);
        if enough {
            self.orders[order] = (state, wanted.clone());
        } else {
            self.orders = before;
        }
        enough
    }

    /// What orders is told.
    fn reserve(&mut self, order: usize, wanted: &Lines) -> &'static str {
        let (state, lines) = &self.orders[order];
        match state {
            State::Held | State::Overdue if lines == wanted => {
                self.orders[order].0 = State::Held;
                "held"
            }
            State::Committed | State::Fulfilled if lines == wanted => "held",
            State::Committed | State::Fulfilled => "reservation_closed",
            State::Released => "reservation_released",
            State::None | State::Held | State::Overdue | State::Expired => {
                if self.take(order, wanted, State::Held) {
                    "held"
                } else {
                    "insufficient_stock"
                }
            }
        }
    }

    fn moves(&mut self, order: usize, sold: &Lines, to: OrderStatus) {
        let (state, lines) = self.orders[order].clone();
        let bound = matches!(state, State::Held | State::Overdue | State::Committed);
        match (state, to) {
            (State::Fulfilled | State::Released, _) => {}
            (_, OrderStatus::Pending) => {}
            (State::Held | State::Overdue, OrderStatus::Processing) => self.orders[order].0 = State::Committed,
            (State::Committed, OrderStatus::Processing) => {}
            (State::None | State::Expired, OrderStatus::Processing) => {
                if self.take(order, sold, State::Committed) {
                    return;
                }
                self.orders[order].0 = State::Expired;
                self.shortages += 1;
            }
            (_, OrderStatus::Cancelled) => self.orders[order].0 = State::Released,
            (_, OrderStatus::Shipped | OrderStatus::Delivered) => {
                let mut left = lines;
                if !bound {
                    left = sold.iter().map(|(sku, pieces)| (*sku, (*pieces).min(self.free(*sku)))).collect();
                    left.retain(|_, pieces| *pieces > 0);
                }
                for (sku, pieces) in &left {
                    self.on_hand[*sku] -= pieces;
                }
                self.orders[order] = (State::Fulfilled, left);
            }
        }
    }
}

fn summed(lines: &[(usize, u32)]) -> Lines {
    let mut sum = Lines::new();
    for (sku, pieces) in lines {
        *sum.entry(*sku).or_default() += i64::from(*pieces);
    }
    sum
}

fn named(lines: &Lines) -> Vec<(&'static str, u32)> {
    lines.iter().map(|(sku, pieces)| (SKUS[*sku], u32::try_from(*pieces).unwrap())).collect()
}

/// Plays one day on the real thing and on the model.
async fn play(shop: &Shop, ops: &[Op]) {
    let ids: Vec<OrderId> = (0..ORDERS).map(|_| OrderId::new()).collect();
    let shortages_before = shop.shortages().await.len();
    let mut model = Model::default();
    // What each order was sold: what it asked for last.
    let mut sold: Vec<Lines> = vec![Lines::from([(0, 1)]); ORDERS];
    for (index, sku) in SKUS.iter().enumerate() {
        shop.staff.put(&format!("/inventory/{sku}"), &json!({"on_hand": 6, "reason": "morning"})).await.expect(200);
        shop.staff.put(&format!("/inventory/{sku}"), &json!({"damaged": 0, "reason": "morning"})).await.expect(200);
        model.on_hand[index] = 6;
    }
    for op in ops {
        match op {
            Op::Reserve(order, lines) => {
                let wanted = summed(lines);
                let answer = shop.reserve(ids[*order], &named(&wanted)).await;
                let said = answer.as_ref().map_or_else(|error| error.code().unwrap_or("unavailable"), |_| "held");
                assert_eq!(said, model.reserve(*order, &wanted), "{op:?} of {ops:?}");
                sold[*order] = wanted;
            }
            Op::RunOut(order) => {
                if model.orders[*order].0 == State::Held {
                    shop.run_out(ids[*order]).await;
                    model.orders[*order].0 = State::Overdue;
                }
            }
            Op::Sweep => {
                inventory::expire_overdue(&shop.app.db).await.expect("swept");
                for (state, _) in model.orders.iter_mut().filter(|(state, _)| *state == State::Overdue) {
                    *state = State::Expired;
                }
            }
            Op::Moves(order, to) => {
                shop.order_moves(ids[*order], &named(&sold[*order]), *to).await;
                model.moves(*order, &sold[*order], *to);
            }
            Op::SetOnHand(sku, pieces) => {
                let fits = *pieces >= model.held(*sku) + model.committed(*sku);
                correct(shop, *sku, &json!({"on_hand": pieces, "reason": "counted"}), fits).await;
                model.on_hand[*sku] = if fits { *pieces } else { model.on_hand[*sku] };
            }
            Op::Adjust(sku, pieces) if *pieces != 0 => {
                let fits = model.free(*sku) + pieces >= 0;
                correct(shop, *sku, &json!({"adjust": pieces, "reason": "counted"}), fits).await;
                model.on_hand[*sku] += if fits { *pieces } else { 0 };
            }
            Op::Adjust(..) => {}
            Op::Return(sku, pieces, disposition) => {
                shop.goods_return(SKUS[*sku], *pieces, *disposition).await;
                match disposition {
                    Disposition::Restock => model.on_hand[*sku] += i64::from(*pieces),
                    Disposition::Damaged => model.damaged[*sku] += i64::from(*pieces),
                    Disposition::Discard => {}
                }
            }
        }
        for (index, sku) in SKUS.iter().enumerate() {
            let expected = [model.on_hand[index], model.held(index), model.committed(index), model.damaged[index]];
            assert_eq!(shop.levels(sku).await, expected, "{sku} after {op:?} of {ops:?}; {model:?}");
        }
    }
    assert_eq!(shop.shortages().await.len() - shortages_before, model.shortages, "{ops:?}");
    shop.check_books().await;
    // The next day begins with empty hands.
    for (order, id) in ids.iter().enumerate() {
        shop.order_moves(*id, &named(&sold[order]), OrderStatus::Cancelled).await;
    }
}

async fn correct(shop: &Shop, sku: usize, body: &serde_json::Value, fits: bool) {
    let answer = shop.staff.put(&format!("/inventory/{}", SKUS[sku]), body).await;
    assert_eq!(answer.status.as_u16(), if fits { 200 } else { 409 }, "{body}");
}

#[test]
fn random_days_end_as_the_model_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    for db in runtime.block_on(databases()) {
        let shop = runtime.block_on(shop(&db, &SKUS.map(|sku| (sku, 6))));
        let config =
            ProptestConfig { cases: 40, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() };
        let mut runner = TestRunner::new(config);
        let played = runner.run(&prop::collection::vec(op(), 1..30), |ops| {
            runtime.block_on(play(&shop, &ops));
            Ok(())
        });
        if let Err(failure) = played {
            panic!("on {}: {failure}", db.kind());
        }
        let exercised = runtime.block_on(shop.check_books());
        assert!(
            exercised.iter().any(|(id, count)| id == "I5" && *count > 10),
            "hardly anything happened: {exercised:?}"
        );
    }
}
