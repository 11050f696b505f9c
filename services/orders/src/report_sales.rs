//! What was sold in a period, interval by interval, beside the period before.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use contracts::{Currency, Money, ids::ProductId, time};
use serde::Serialize;
use utoipa::ToSchema;
use web::Checks;

use crate::{
    App, Error,
    model::{Interval, Period, Span},
    store::reports::{self, Sold, Sums},
};

/// Parts of one report: a day for each of more than a year.
const PARTS_MAX: u64 = 400;
/// Variants sold that one of several shards tells of: more than a shop has.
const ALL_SOLD_MAX: u64 = 1_000_000;
/// Years that a report may speak of.
const YEARS: (NaiveDate, NaiveDate) = (first_day(1970), first_day(2200));

const fn first_day(year: i32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, 1, 1) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub period: Period,
    pub interval: Interval,
    pub zone: Tz,
    /// Best sellers at most.
    pub best: u64,
}

/// Sales of a period.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "currency": "EUR", "timezone": "Europe/Berlin", "interval": "day", "from": "2026-11-22", "to": "2026-11-22", "partial": true,
    "totals": {
        "orders_placed": 3, "orders_paid": 2, "gross": {"amount": 8580, "currency": "EUR"}, "refunds": {"amount": 1900, "currency": "EUR"},
        "net": {"amount": 6680, "currency": "EUR"}, "average_order": {"amount": 4290, "currency": "EUR"}, "pieces": 4
    },
    "before": {
        "from": "2026-11-21", "to": "2026-11-21",
        "totals": {
            "orders_placed": 0, "orders_paid": 0, "gross": {"amount": 0, "currency": "EUR"}, "refunds": {"amount": 0, "currency": "EUR"},
            "net": {"amount": 0, "currency": "EUR"}, "average_order": null, "pieces": 0
        }
    },
    "intervals": [{
        "from": "2026-11-22", "to": "2026-11-22", "start": "2026-11-21T23:00:00Z", "end": "2026-11-22T23:00:00Z", "partial": true,
        "sales": {
            "orders_placed": 3, "orders_paid": 2, "gross": {"amount": 8580, "currency": "EUR"}, "refunds": {"amount": 1900, "currency": "EUR"},
            "net": {"amount": 6680, "currency": "EUR"}, "average_order": {"amount": 4290, "currency": "EUR"}, "pieces": 4
        }
    }],
    "best_sellers": [{
        "sku": "KIT-MUG-SAN", "product_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b1", "slug": "stoneware-mug", "title": "Stoneware mug",
        "variant_title": "Sand", "image": "/media/mug.svg", "pieces": 4, "revenue": {"amount": 7600, "currency": "EUR"}
    }],
    "left_out": 0
}))]
pub struct SalesReport {
    pub currency: Currency,
    /// The time zone whose days these are.
    #[schema(value_type = String)]
    pub timezone: Tz,
    pub interval: Interval,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The period is not over yet.
    pub partial: bool,
    pub totals: Sales,
    pub before: PeriodBefore,
    /// In order, without gaps.
    pub intervals: Vec<SalesInterval>,
    /// By revenue, best first.
    pub best_sellers: Vec<BestSeller>,
    /// Paid orders of the period that are not counted, because they are in another currency.
    pub left_out: u64,
}

/// What was sold. Amounts contain tax and delivery.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Sales {
    /// Orders placed in this time, paid or not.
    pub orders_placed: u64,
    /// Orders whose payment arrived in this time: those that the amounts speak of.
    pub orders_paid: u64,
    /// What they came to.
    pub gross: Money,
    /// What went back in this time, of orders paid now or earlier.
    pub refunds: Money,
    /// Gross less refunds.
    pub net: Money,
    /// Gross by paid order; absent without one.
    pub average_order: Option<Money>,
    /// Pieces in the paid orders.
    pub pieces: u64,
}

/// What the period is compared with: as many days, or months, directly before it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PeriodBefore {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub totals: Sales,
}

/// A day, week or month of the period.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SalesInterval {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The moment at which it begins, as for the `from` of a list of orders.
    pub start: DateTime<Utc>,
    /// The moment at which it is over, as for the `to` of a list of orders.
    pub end: DateTime<Utc>,
    /// Cut off by the period, or not over yet.
    pub partial: bool,
    pub sales: Sales,
}

/// A variant that was sold.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BestSeller {
    pub sku: String,
    pub product_id: ProductId,
    pub slug: String,
    pub title: String,
    pub variant_title: String,
    pub image: Option<String>,
    pub pieces: u64,
    /// What was paid for them, after discounts and with tax.
    pub revenue: Money,
}

/// Adds up the order books.
pub async fn report(app: &App, asked: Asked) -> Result<SalesReport, Error> {
    check(asked)?;
    let Asked { period, interval, zone, best } = asked;
    let (currency, now) = (app.config.currency, time::now());
    let (spans, before, whole) = (period.cut(interval, zone), period.before(), period.span(zone));
    // Whatever sells best in one shard may sell badly in another: of several, each tells of all that it sold.
    let most = if app.shards.is_single() { best } else { ALL_SOLD_MAX };
    let (spans_told, whole_told) = (&spans, &whole);
    let parts = db::everywhere(app.everywhere(), |app| async move {
        let reader = &app.db.late_reader().await;
        Ok::<_, Error>(Part {
            sums: reports::sums(reader, spans_told, currency).await?,
            before: reports::sums(reader, &[before.span(zone)], currency).await?,
            sold: reports::best_sellers(reader, *whole_told, currency, most).await?,
            left_out: reports::in_other_currencies(reader, *whole_told, currency).await?,
        })
    });
    let Part { sums, before: sums_before, sold, left_out } = together(parts.await?, best);
    let parts = spans.iter().zip(&sums).map(|(span, sums)| SalesInterval::of(span, *sums, currency, now));
    Ok(SalesReport {
        currency,
        timezone: zone,
        interval,
        from: period.first,
        to: period.last,
        partial: whole.end > now,
        totals: Sales::of(total(&sums), currency)?,
        before: PeriodBefore { from: before.first, to: before.last, totals: Sales::of(total(&sums_before), currency)? },
        intervals: parts.collect::<Result<_, Error>>()?,
        best_sellers: sold.into_iter().map(|sold| BestSeller::of(sold, currency)).collect(),
        left_out,
    })
}

/// What one shard has to say.
#[derive(Default)]
struct Part {
    sums: Vec<Sums>,
    before: Vec<Sums>,
    sold: Vec<Sold>,
    left_out: u64,
}

fn together(parts: Vec<Part>, best: u64) -> Part {
    let several = parts.len() > 1;
    let mut all = parts.into_iter().reduce(|mut all, part| {
        all.sums = reports::plus(&all.sums, &part.sums);
        all.before = reports::plus(&all.before, &part.before);
        all.sold.extend(part.sold);
        all.left_out += part.left_out;
        all
    });
    if let Some(all) = all.as_mut().filter(|_| several) {
        all.sold = reports::best_of_all(std::mem::take(&mut all.sold), best);
    }
    all.unwrap_or_default()
}

fn check(asked: Asked) -> Result<(), Error> {
    let Asked { period, interval, .. } = asked;
    let mut checks = Checks::new();
    checks.range("from", &period.first, &(YEARS.0..=YEARS.1)).range("to", &period.last, &(YEARS.0..=YEARS.1));
    checks.require(period.first <= period.last, "to", "out_of_range", "must not be before from");
    let too_many = format!("must make at most {PARTS_MAX} intervals; take longer ones");
    checks.require(period.parts_at_most(interval) <= PARTS_MAX, "to", "too_many_intervals", &too_many);
    Ok(checks.done()?)
}

fn total(sums: &[Sums]) -> Sums {
    sums.iter().fold(Sums::default(), |total, sums| total.plus(*sums))
}

impl Sales {
    fn of(sums: Sums, currency: Currency) -> Result<Self, Error> {
        let money = |minor| Money::new(minor, currency);
        let average = (sums.paid > 0).then(|| money(sums.gross).ratio(1, sums.paid)).transpose()?;
        Ok(Self {
            orders_placed: sums.placed.unsigned_abs(),
            orders_paid: sums.paid.unsigned_abs(),
            gross: money(sums.gross),
            refunds: money(sums.refunds),
            net: money(sums.gross - sums.refunds),
            average_order: average,
            pieces: sums.pieces.unsigned_abs(),
        })
    }
}

impl SalesInterval {
    fn of(span: &Span, sums: Sums, currency: Currency, now: DateTime<Utc>) -> Result<Self, Error> {
        Ok(Self {
            from: span.days.first,
            to: span.days.last,
            start: span.start,
            end: span.end,
            partial: !span.is_whole || span.end > now,
            sales: Sales::of(sums, currency)?,
        })
    }
}

impl BestSeller {
    fn of(sold: Sold, currency: Currency) -> Self {
        Self {
            sku: sold.sku,
            product_id: sold.product_id.into(),
            slug: sold.slug,
            title: sold.title,
            variant_title: sold.variant_title,
            image: sold.image,
            pieces: sold.pieces.unsigned_abs(),
            revenue: Money::new(sold.revenue, currency),
        }
    }
}
