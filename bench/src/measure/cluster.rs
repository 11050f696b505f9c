//! The shop as a process for each service, on PostgreSQL, Kafka, MongoDB, Redis and Consul, beside itself as one process.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use super::{
    ROUNDS, bring_in,
    checkout::{self, Paced},
    goods,
    postgres::Databases,
    reads, searchable,
    server::{ADMIN_EMAIL, ADMIN_PASSWORD, Place, Running},
    table::{Figure, Reach, median},
};

const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Where the servers are, beside PostgreSQL.
#[derive(Clone, Debug, clap::Args)]
pub struct Servers {
    /// Brokers of a Kafka; with the other three and PostgreSQL, the shop is measured as many processes, too
    #[arg(long, requires_all = ["mongodb", "redis", "consul", "postgres"])]
    kafka: Option<String>,
    #[arg(long, value_name = "URL")]
    mongodb: Option<String>,
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    #[arg(long, value_name = "URL")]
    consul: Option<String>,
}

impl Servers {
    pub fn are_there(&self) -> bool {
        self.kafka.is_some()
    }

    /// The settings that make a shop use them, under names that no earlier run has used.
    pub fn settings(&self) -> impl Iterator<Item = (String, String)> {
        let own = format!("bench-{}", std::process::id());
        let say = |name: &str, value: Option<&String>, end: &str| {
            value.map(|value| (format!("RIALTO__{name}"), format!("{value}{end}")))
        };
        [
            say("EVENTS__BROKERS", self.kafka.as_ref(), ""),
            say("CATALOG__MONGODB_URL", self.mongodb.as_ref(), &own),
            say("CACHE__REDIS_URL", self.redis.as_ref(), ""),
            say("DISCOVERY__CONSUL", self.consul.as_ref(), ""),
            say("SECRET", Some(&own), " and as many characters as a secret needs"),
            say("EVENTS__TOPIC_PREFIX", Some(&own), "."),
            say("CACHE__PREFIX", Some(&own), ":"),
            say("DISCOVERY__CONSUL_PREFIX", Some(&own), "-"),
        ]
        .into_iter()
        .flatten()
    }
}

/// What the shop does as one process, to be compared with.
#[derive(Clone, Copy, Debug)]
pub struct Alone {
    /// On the same PostgreSQL.
    pub orders_a_second: f64,
    pub products_a_second: f64,
}

/// The program, its load generator, and all that it stands on.
pub struct Bench<'a> {
    pub program: &'a Path,
    pub oha: &'a Path,
    pub servers: &'a Servers,
    pub postgres: &'a str,
    pub folder: &'a Path,
    pub goods: &'a Path,
}

/// Orders a second that are tried, from the most that is asked for downwards.
const PACES: [u64; 8] = [100, 80, 60, 50, 40, 30, 20, 10];
/// A pace is carried if nothing is on its way so long after the last order.
const CARRIED_SECS: f64 = 1.0;
/// Effects come this soon at the fastest pace that is carried, and if they do not, it is told at which they do.
const EFFECT_MS: f64 = 100.0;
/// Copies of orders and catalog that are compared.
const GROWTH: [usize; 3] = [1, 2, 4];

pub async fn measure(bench: &Bench<'_>, alone: Alone, figures: &mut Vec<Figure>) -> anyhow::Result<()> {
    let databases = Databases::make(bench.postgres, "apart").await?;
    let place = Place {
        program: bench.program,
        data: bench.folder.join("apart"),
        databases: Some(&databases),
        servers: Some(bench.servers),
    };
    fs::create_dir_all(&place.data)?;
    place.make_certs().await?;
    place.run(&["migrate", "up"], "").await?;
    place.run(&["admin", "create", ADMIN_EMAIL], ADMIN_PASSWORD).await?;
    bring_in(&place, bench.goods).await?;
    let running = Running::start_apart(&place, &BTreeMap::new()).await?;
    while searchable(&running).await? < goods::COUNT as u64 {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    running.stop().await?;
    figures.extend(starts(&place).await?);
    for copies in GROWTH {
        let running = Running::start_apart(&place, &BTreeMap::from([("orders", copies), ("catalog", copies)])).await?;
        figures.extend(under_load(bench, &running, copies, alone).await?);
        running.stop().await?;
    }
    Ok(())
}

async fn starts(place: &Place<'_>) -> anyhow::Result<Vec<Figure>> {
    let (mut ready, mut cpu, mut most) = (Vec::new(), Vec::new(), Vec::new());
    let mut each = String::new();
    for _ in 0..ROUNDS {
        let running = Running::start_apart(place, &BTreeMap::new()).await?;
        ready.push(running.ready_after.as_secs_f64());
        cpu.push(running.cpu_secs_at_ready);
        tokio::time::sleep(super::REST).await;
        let memory = running.memory()?;
        most.push(memory.iter().map(|(_, held)| held.resident_mb).fold(0.0, f64::max));
        let told = memory.iter().map(|(name, held)| format!("{name} {:.0} ({:.0})", held.resident_mb, held.files_mb));
        each = told.collect::<Vec<_>>().join(", ");
        running.stop().await?;
    }
    let plain = |what: &str, unit, ours, most, costs| Figure {
        what: what.to_owned(),
        unit,
        ours,
        limit: None,
        reach: Reach::Most(most),
        costs,
    };
    Ok(vec![
        plain(
            "seven processes: start to ready",
            "s",
            median(ready),
            1.0,
            vec![format!("the processes used {:.2} s of CPU until then", median(cpu))],
        ),
        plain(
            "seven processes: idle memory of the largest",
            "MB",
            median(most),
            60.0,
            vec![format!("in MB, and of that pages of files: {each}")],
        ),
    ])
}

/// Checkouts, what they cost each service, and reads, with so many copies of orders and catalog. What must be reached is
/// asked of one copy; the others show what more of them bring on this machine.
async fn under_load(bench: &Bench<'_>, running: &Running, copies: usize, alone: Alone) -> anyhow::Result<Vec<Figure>> {
    let share = |least| if copies == 1 { Reach::Share(least) } else { Reach::Reported };
    let before = running.cpu_by_service()?;
    let sales = checkout::measure(running).await?;
    let orders = sales.orders * ROUNDS as f64;
    let cost = |(name, after): (&str, f64)| format!("{name} {:.1}", (after - before[name]) * 1e3 / orders);
    let cpu: Vec<String> = running.cpu_by_service()?.into_iter().map(cost).collect();
    let products = reads::products_a_second(bench.oha, running).await?;
    let figure = |what: &str, unit, ours, limit, reach, costs| Figure {
        what: format!("{what}, {copies} × orders and catalog"),
        unit,
        ours,
        limit,
        reach,
        costs,
    };
    let mut figures = vec![
        figure(
            "guest checkout",
            "/s",
            sales.orders_a_second,
            Some((alone.orders_a_second, "the same in one process on the same PostgreSQL")),
            share(0.5),
            vec![sales.costs(), format!("CPU an order in ms: {}", cpu.join(", "))],
        ),
        figure(
            "GET /products/{id}",
            "/s",
            products,
            Some((alone.products_a_second, "the same in one process")),
            share(0.8),
            Vec::new(),
        ),
    ];
    if copies == 1 {
        figures.push(effect(running, sales.orders_a_second).await?);
    }
    Ok(figures)
}

/// How soon events have their effect at the fastest pace that the machine carries, and what becomes of other ones: faster, and
/// slower until they come soon enough.
async fn effect(running: &Running, orders_a_second: f64) -> anyhow::Result<Figure> {
    let mut costs = Vec::new();
    let (mut carried, mut slowest) = (None, (0.0, 0.0));
    // The first is more than the shop could place: as many as it can.
    let first = PACES.iter().rposition(|pace| *pace as f64 >= orders_a_second).unwrap_or_default();
    for pace in PACES.into_iter().skip(first) {
        let mut rounds = vec![checkout::paced(running, pace).await?];
        if rounds[0].settled_secs <= CARRIED_SECS {
            while rounds.len() < ROUNDS {
                rounds.push(checkout::paced(running, pace).await?);
            }
        }
        let of = |pick: fn(&Paced) -> f64| median(rounds.iter().map(pick).collect());
        let (orders_a_second, p99_ms) = (of(|paced| paced.orders_a_second), of(|paced| paced.effect_p99_ms));
        slowest = (orders_a_second, p99_ms);
        if carried.is_none() && of(|paced| paced.settled_secs) <= CARRIED_SECS {
            carried = Some((orders_a_second, p99_ms));
        }
        costs.push(format!(
            "at {orders_a_second:.0} orders/s {p99_ms:.0} ms, in the log after {:.0} ms, the last effect {:.1} s after the last order",
            of(|paced| paced.publish_p99_ms),
            of(|paced| paced.settled_secs)
        ));
        if carried.is_some() && p99_ms <= EFFECT_MS {
            break;
        }
    }
    let (orders_a_second, p99_ms) = carried.unwrap_or(slowest);
    Ok(Figure {
        what: format!("commit to effect, p99, at {orders_a_second:.0} orders/s"),
        unit: "ms",
        ours: p99_ms,
        limit: None,
        reach: Reach::Most(EFFECT_MS),
        costs,
    })
}
