//! The functions that every sale runs, by themselves: `cargo bench --package bench`. Each at sizes that show how its
//! cost grows.

use std::hint::black_box;

use catalog::{index::words, model::html};
use contracts::{Currency, Envelope, Id, Money, events::PaymentProcessed, time};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use orders::{
    tax::{TaxConfig, TaxRules},
    totals::{Discount, Line, calculate},
};

/// What an order costs, by its number of lines.
fn totals(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("totals");
    let rules = TaxRules::new(&TaxConfig::default());
    let destination = rules.default_destination();
    let day = "2026-11-22".parse().expect("a day");
    for lines in [1_u32, 100, 1_000] {
        group.throughput(Throughput::Elements(lines.into()));
        let goods: Vec<Line> = (0..lines)
            .map(|n| Line {
                quantity: n % 7 + 1,
                unit_price: Money::new(i64::from(n) * 13 % 9_000 + 99, Currency::EUR),
                tax_class: if n % 3 == 0 { "reduced" } else { "standard" }.to_owned(),
            })
            .collect();
        group.bench_with_input(BenchmarkId::from_parameter(lines), &goods, |bencher, goods| {
            bencher.iter(|| {
                let shipping = Money::new(490, Currency::EUR);
                calculate(black_box(goods), Discount::Percentage(100_000), shipping, &rules, &destination, day)
            });
        });
    }
    group.finish();
}

/// An amount spread over weights, to the last cent.
fn split(criterion: &mut Criterion) {
    let weights: Vec<i64> = (0..1_000).map(|n| n * 37 % 911 + 1).collect();
    criterion.bench_function("money/split over 1,000", |bencher| {
        bencher.iter(|| Money::new(123_457, Currency::EUR).split(black_box(&weights)));
    });
}

/// A description made harmless, by its length.
fn descriptions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("description");
    let paragraph = "<p onclick=\"x()\">Holds <strong>350 ml</strong> &amp; keeps tea <a href=\"/care\">warm</a>.</p>";
    for paragraphs in [1, 50] {
        let description = paragraph.repeat(paragraphs);
        group.throughput(Throughput::Bytes(description.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(paragraphs), &description, |bencher, description| {
            bencher.iter(|| html::clean(black_box(description)));
        });
    }
    group.finish();
}

/// What the search does with each word that someone typed.
fn typed_words(criterion: &mut Criterion) {
    criterion.bench_function("words/cut", |bencher| {
        bencher.iter(|| words::cut(black_box("Wasserdichte Fahrradtasche, grün (20 Liter) für Gepäckträger")));
    });
    criterion.bench_function("words/slips", |bencher| {
        bencher.iter(|| words::slips_between(black_box("fahradtashce"), black_box("fahrradtasche")));
    });
}

/// An event written for the log and read from it.
fn events(criterion: &mut Criterion) {
    let event = PaymentProcessed {
        payment_id: Id::new(),
        order_id: Id::new(),
        amount: Money::new(4_999, Currency::EUR),
        provider: "sandbox".to_owned(),
        captured_at: time::now(),
    };
    let write =
        |event| serde_json::to_vec(&Envelope::of(event).expect("it can be wrapped")).expect("it can be written");
    let bytes = write(&event);
    criterion.bench_function("event/write", |bencher| bencher.iter(|| write(black_box(&event))));
    criterion.bench_function("event/read", |bencher| {
        bencher
            .iter(|| serde_json::from_slice::<Envelope>(black_box(&bytes)).map(|read| read.read::<PaymentProcessed>()));
    });
}

criterion_group!(functions, totals, split, descriptions, typed_words, events);
criterion_main!(functions);
