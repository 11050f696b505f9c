//! `rialto verify`: do all books agree? Each invariant is evaluated over the stores as they are.

use std::{collections::BTreeSet, process::ExitCode};

use contracts::{Invariant, Service};
use serde_json::json;

use super::{out, say};
use crate::{
    books,
    cli::Place,
    config::{self, Config},
    shop::{Schemas, Shop, Work},
};

/// Violations shown for each invariant; the rest is counted.
const SHOWN: usize = 5;

pub async fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let config = config::load(&place.flags())?;
    let invariants = evaluate(&config).await?;
    if place.json {
        out(&json!({"invariants": invariants}).to_string());
    } else {
        print(&invariants);
    }
    let clean = invariants.iter().all(Invariant::holds);
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn evaluate(config: &Config) -> anyhow::Result<Vec<Invariant>> {
    let all = BTreeSet::from(Service::ALL);
    let shop = Box::pin(Shop::open(config, &all, Schemas::MustBeCurrent, Work::LookOnly)).await?;
    let mut invariants = Box::pin(books::evaluate(&shop)).await?;
    invariants.sort_by_key(|invariant| number(&invariant.id));
    Ok(invariants)
}

fn number(id: &str) -> u32 {
    id.trim_start_matches('I').chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(u32::MAX)
}

fn print(invariants: &[Invariant]) {
    for Invariant { id, title, exercised, violations } in invariants {
        let verdict = if violations.is_empty() { "ok  " } else { "FAIL" };
        out(&format!("{verdict}  {id:<5} {exercised:>8} ×  {title}"));
        violations.iter().take(SHOWN).for_each(|violation| out(&format!("             {violation}")));
        if violations.len() > SHOWN {
            out(&format!("             and {} more", violations.len() - SHOWN));
        }
    }
    let broken = invariants.iter().filter(|invariant| !invariant.holds()).count();
    let idle = invariants.iter().filter(|invariant| invariant.exercised == 0).count();
    say(&format!("{} invariants, {broken} broken, {idle} not exercised by what is in the stores", invariants.len()));
}
