//! What must always hold of payments, checked against the books and against the provider.

use std::collections::{HashMap, HashSet};

use chrono::Duration;
use contracts::{Invariant, Shard, time};
use db::idempotency::{self, Kept};
use sea_orm::{DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    App,
    checkout::NOBODY,
    entity::{dispute, ledger_entry, ledger_transaction, payment, refund},
    model::{ChargeStatus, DisputeStatus, RefundStatus, Status},
    once,
    provider::Charge,
    reconcile,
};

const PAGE: u64 = 500;

/// Everything the rules are about, of all shards, read once.
#[derive(Default)]
struct Books {
    payments: Vec<payment::Model>,
    refunds: Vec<refund::Model>,
    disputes: Vec<dispute::Model>,
    transactions: Vec<ledger_transaction::Model>,
    entries: Vec<ledger_entry::Model>,
    /// What buyers who paid, and staff who gave money back, were answered under their keys.
    paid: Vec<Kept>,
    given_back: Vec<Kept>,
    charges: Vec<Charge>,
}

/// Evaluates the rules about payments (I6, I7, I9, I10, I12, I13, I14, I16, I25).
pub async fn invariants(app: &App) -> Vec<Invariant> {
    let books = match read(app).await {
        Ok(books) => books,
        Err(cause) => return vec![Invariant::new("I6", "the books of payments can be read", 0, vec![cause])],
    };
    vec![
        refunds_fit(&books),
        charges_are_known(&books),
        books_agree(&books),
        one_capture(&books),
        answers(&books),
        nothing_hangs(app, &books).await,
        bookings_balance(&books),
        only_grows(app).await,
        disputed_money_stays(&books),
    ]
}

async fn read(app: &App) -> Result<Books, String> {
    let text = |error: DbErr| error.to_string();
    let mut charges: Vec<Charge> = Vec::new();
    loop {
        let after = charges.last().map(|charge| charge.key);
        let page =
            app.provider.list(chrono::DateTime::UNIX_EPOCH, after, PAGE).await.map_err(|error| error.to_string())?;
        if page.is_empty() {
            break;
        }
        charges.extend(page);
    }
    let mut all = Books { charges, ..Books::default() };
    for app in app.everywhere() {
        let reader = app.db.reader();
        // Before what they tell of, which was committed with them.
        all.paid.extend(idempotency::kept(reader, "POST /payment/checkout").await.map_err(text)?);
        all.given_back.extend(idempotency::kept(reader, "POST /payment/refund").await.map_err(text)?);
        all.payments.extend(payment::Entity::find().all(reader).await.map_err(text)?);
        all.refunds.extend(refund::Entity::find().all(reader).await.map_err(text)?);
        all.disputes.extend(dispute::Entity::find().all(reader).await.map_err(text)?);
        all.transactions.extend(ledger_transaction::Entity::find().all(reader).await.map_err(text)?);
        all.entries.extend(ledger_entry::Entity::find().all(reader).await.map_err(text)?);
    }
    Ok(all)
}

fn invariant(id: &str, title: &str, exercised: usize, violations: Vec<String>) -> Invariant {
    Invariant::new(id, title, exercised as u64, violations)
}

fn refunds_fit(books: &Books) -> Invariant {
    let mut violations = Vec::new();
    let mut sums: HashMap<(Uuid, RefundStatus), i64> = HashMap::new();
    for refund in &books.refunds {
        *sums.entry((refund.payment_id, refund.status)).or_default() += refund.amount_minor;
    }
    for payment in &books.payments {
        let of = |status: RefundStatus| sums.get(&(payment.id, status)).copied().unwrap_or_default();
        let (refunded, pending) = (of(RefundStatus::Succeeded), of(RefundStatus::Pending));
        if refunded != payment.refunded_minor || pending != payment.refund_pending_minor {
            violations.push(format!("payment {} counts other refunds than there are", payment.id));
        }
        if refunded + pending > payment.captured_minor || payment.captured_minor > payment.authorized_minor {
            violations.push(format!("payment {} gave back or took more than it may", payment.id));
        }
    }
    invariant("I6", "refunded, with what is under way, <= captured <= authorised", books.refunds.len(), violations)
}

fn charges_are_known(books: &Books) -> Invariant {
    let captured: Vec<&Charge> = books.charges.iter().filter(|charge| charge.captured_minor > 0).collect();
    let payments: HashMap<Uuid, &payment::Model> = books.payments.iter().map(|payment| (payment.id, payment)).collect();
    let stands_for = |charge: &Charge, payment: &payment::Model| {
        payment.current_attempt == Some(charge.key) && payment.order_id == charge.order_id.uuid()
    };
    let violations = captured
        .iter()
        .filter(|charge| !payments.get(&charge.payment_id.uuid()).is_some_and(|payment| stands_for(charge, payment)))
        .map(|charge| {
            format!(
                "the provider captured {} as {}, and no payment here stands for it",
                charge.amount, charge.reference
            )
        })
        .collect();
    invariant("I7", "every captured charge has exactly one payment", captured.len(), violations)
}

fn books_agree(books: &Books) -> Invariant {
    let mut violations = Vec::new();
    let charges: HashMap<Uuid, &Charge> = books.charges.iter().map(|charge| (charge.key, charge)).collect();
    let booked = booked(books);
    let paid = books.payments.iter().filter(|payment| payment.provider != NOBODY && payment.authorized_minor > 0);
    let mut exercised = 0;
    for payment in paid {
        exercised += 1;
        let Some(charge) = payment.current_attempt.and_then(|key| charges.get(&key)) else {
            violations.push(format!("payment {} has money of which the provider knows nothing", payment.id));
            continue;
        };
        let theirs: i64 = charge
            .refunds
            .iter()
            .filter(|refund| refund.status == RefundStatus::Succeeded)
            .map(|refund| refund.amount.amount)
            .sum();
        if charge.captured_minor != payment.captured_minor || charge.amount.currency.code() != payment.currency {
            violations.push(format!(
                "payment {}: captured {}, the provider says {}",
                payment.id, payment.captured_minor, charge.captured_minor
            ));
        }
        if theirs != payment.refunded_minor {
            violations.push(format!(
                "payment {}: refunded {}, the provider says {theirs}",
                payment.id, payment.refunded_minor
            ));
        }
        let booked = booked.get(&payment.id).copied().unwrap_or_default();
        if booked != payment.captured_minor - payment.refunded_minor {
            violations.push(format!(
                "payment {}: the ledger keeps {booked} of what was captured and not refunded",
                payment.id
            ));
        }
    }
    invariant("I9", "the provider's books, ours and the ledger agree", exercised, violations)
}

/// What the ledger says was captured and not refunded, of each payment.
fn booked(books: &Books) -> HashMap<Uuid, i64> {
    let of: HashMap<Uuid, Uuid> = books.transactions.iter().map(|booking| (booking.id, booking.payment_id)).collect();
    let mut booked = HashMap::new();
    for entry in books.entries.iter().filter(|entry| ["customer_payments", "refunds"].contains(&&*entry.account)) {
        if let Some(payment) = of.get(&entry.transaction_id) {
            *booked.entry(*payment).or_default() -= entry.amount_minor;
        }
    }
    booked
}

fn one_capture(books: &Books) -> Invariant {
    let mut by_order: HashMap<Uuid, i64> = HashMap::new();
    for payment in books.payments.iter().filter(|payment| payment.status == Status::Succeeded) {
        // A payment made twice and given back in full is mended.
        let kept = payment.captured_minor == 0
            || payment.refunded_minor + payment.refund_pending_minor < payment.captured_minor;
        *by_order.entry(payment.order_id).or_default() += i64::from(kept || payment.live_order_id.is_some());
    }
    let mut violations: Vec<String> = by_order
        .iter()
        .filter(|(_, payments)| **payments > 1)
        .map(|(order, payments)| format!("order {order} was paid {payments} times"))
        .collect();
    let at_provider = books.charges.iter().filter(|charge| charge.status == ChargeStatus::Succeeded);
    let mut keys: Vec<Uuid> = at_provider.map(|charge| charge.key).collect();
    keys.sort_unstable();
    violations
        .extend(keys.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| format!("key {} charged twice", pair[0])));
    invariant("I10", "at most one capture per order, one success per key", by_order.len(), violations)
}

/// An answer is kept with what it tells of, and a refund's id follows from its key: one key, one refund.
fn answers(books: &Books) -> Invariant {
    fn told(answers: &[Kept]) -> Vec<&Kept> {
        answers.iter().filter(|answer| answer.status < 300).collect()
    }
    let id = |answer: &Kept, field: &str| answer.body[field].as_str().and_then(|id| id.parse::<Uuid>().ok());
    let orders: HashMap<Uuid, Uuid> = books.payments.iter().map(|payment| (payment.id, payment.order_id)).collect();
    let refunds: HashMap<Uuid, &refund::Model> = books.refunds.iter().map(|refund| (refund.id, refund)).collect();
    let (paid, given_back) = (told(&books.paid), told(&books.given_back));
    let mut violations = Vec::new();
    for answer in &paid {
        let order = id(answer, "payment_id").and_then(|payment| orders.get(&payment).copied());
        if order.is_none() || order != id(answer, "order_id") {
            violations.push(format!("what key {} was answered tells of no payment", answer.request.key));
        }
    }
    for answer in &given_back {
        let refund = id(answer, "refund_id").and_then(|refund| refunds.get(&refund));
        let is_of_key = refund.is_some_and(|refund| {
            refund.id == once::id_for(Shard::of(refund.id), Some(&answer.request))
                && answer.body["amount"]["amount"] == refund.amount_minor
        });
        if !is_of_key {
            violations.push(format!("what key {} was answered tells of no refund of that key", answer.request.key));
        }
    }
    let exercised = paid.len() + given_back.len();
    invariant("I25", "what a key was answered is so, and one key refunds once", exercised, violations)
}

async fn nothing_hangs(app: &App, books: &Books) -> Invariant {
    let old = time::now() - Duration::hours(24);
    let reported = reconcile::last_of_all(app).await.ok().flatten();
    let reported = reported.map(|run| run.differences.to_string()).unwrap_or_default();
    // Held money may wait for days; it has an end of its own.
    let open = books.payments.iter().filter(|payment| !payment.status.is_final());
    let open: Vec<&payment::Model> = open.collect();
    let violations = open
        .iter()
        .filter(|payment| match payment.status {
            Status::RequiresCapture => payment.authorized_until.is_some_and(|until| until < old),
            _ => payment.updated_at < old,
        })
        .filter(|payment| !reported.contains(&payment.id.to_string()))
        .map(|payment| format!("payment {} is {:?} since {}", payment.id, payment.status, payment.updated_at))
        .collect();
    invariant("I12", "no payment stays unfinished for a day unreported", open.len(), violations)
}

fn bookings_balance(books: &Books) -> Invariant {
    let mut sums: HashMap<(Uuid, &str), i64> = HashMap::new();
    for entry in &books.entries {
        *sums.entry((entry.transaction_id, entry.currency.as_str())).or_default() += entry.amount_minor;
    }
    let mut violations: Vec<String> = sums
        .iter()
        .filter(|(_, sum)| **sum != 0)
        .map(|((transaction, currency), sum)| format!("booking {transaction} is off by {sum} {currency}"))
        .collect();
    let filled: HashSet<Uuid> = books.entries.iter().map(|entry| entry.transaction_id).collect();
    let empty = books.transactions.iter().filter(|transaction| !filled.contains(&transaction.id));
    violations.extend(empty.map(|transaction| format!("booking {} has no entries", transaction.id)));
    invariant("I13", "every booking adds up to zero in each currency", books.transactions.len(), violations)
}

/// Tries to change the ledger, in transactions that are thrown away. Every database must refuse.
async fn only_grows(app: &App) -> Invariant {
    let mut violations = Vec::new();
    let mut exercised = 0;
    for app in app.everywhere() {
        let Ok(Some(entry)) = ledger_entry::Entity::find().one(app.db.reader()).await else { continue };
        for (verb, change) in [("change", true), ("remove", false)] {
            exercised += 1;
            if try_to(&app, &entry, change).await.is_ok() {
                violations.push(format!("the database of shard {} lets one {verb} ledger entries", app.shard));
            }
        }
    }
    invariant("I14", "the ledger only grows", exercised, violations)
}

async fn try_to(app: &App, entry: &ledger_entry::Model, change: bool) -> Result<u64, DbErr> {
    let tx = app.db.begin().await?;
    let done = if change {
        ledger_entry::Entity::update_many()
            .col_expr(ledger_entry::Column::AmountMinor, Expr::value(entry.amount_minor))
            .filter(ledger_entry::COLUMN.id.eq(entry.id))
            .exec(&*tx)
            .await
            .map(|done| done.rows_affected)
    } else {
        ledger_entry::Entity::delete_by_id(entry.id).exec(&*tx).await.map(|done| done.rows_affected)
    };
    tx.rollback().await?;
    done
}

fn disputed_money_stays(books: &Books) -> Invariant {
    let mut violations = Vec::new();
    let held = books.disputes.iter().filter(|dispute| dispute.held);
    let mut exercised = 0;
    let mut by_payment: HashMap<Uuid, i64> = HashMap::new();
    for dispute in held {
        exercised += 1;
        *by_payment.entry(dispute.payment_id).or_default() += dispute.amount_minor;
        if dispute.status == DisputeStatus::Won {
            violations.push(format!("dispute {} was won, but its money is still held", dispute.id));
        }
        // A refund that began before the dispute may end after it; one that began after it may not be there.
        let later = books.refunds.iter().filter(|refund| {
            refund.payment_id == dispute.payment_id
                && refund.created_at > dispute.created_at
                && refund.status != RefundStatus::Failed
        });
        let later: i64 = later.map(|refund| refund.amount_minor).sum();
        let captured = books
            .payments
            .iter()
            .find(|payment| payment.id == dispute.payment_id)
            .map_or(0, |payment| payment.captured_minor);
        if later > captured - dispute.amount_minor {
            violations.push(format!("disputed money of payment {} was refunded", dispute.payment_id));
        }
    }
    for payment in &books.payments {
        if by_payment.get(&payment.id).copied().unwrap_or_default() != payment.disputed_minor {
            violations.push(format!("payment {} counts other disputes than there are", payment.id));
        }
    }
    invariant("I16", "disputed or refunded money is not refunded again", exercised, violations)
}
