//! The shop as a process for each service, on PostgreSQL, Kafka, MongoDB, Redis and Consul, beside itself as one process.

use std::{collections::BTreeMap, path::Path};

use super::{
    ROUNDS, bring_in, checkout, goods,
    postgres::Databases,
    reads, searchable,
    server::{ADMIN_EMAIL, ADMIN_PASSWORD, Place, Running},
    table::{Figure, Reach, median},
};

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

/// What one process does on the same PostgreSQL.
pub struct Alone {
    pub orders_a_second: f64,
    pub products_a_second: f64,
}

pub async fn measure(
    program: &Path,
    oha: &Path,
    servers: &Servers,
    postgres: &str,
    folder: &Path,
    goods: &Path,
    alone: &Alone,
) -> anyhow::Result<Vec<Figure>> {
    let databases = Databases::make(postgres, "apart").await?;
    let place = Place { program, data: folder.join("apart"), databases: Some(&databases), servers: Some(servers) };
    place.run(&["migrate", "up"], "").await?;
    place.run(&["admin", "create", ADMIN_EMAIL], ADMIN_PASSWORD).await?;
    bring_in(&place, goods).await?;
    let one_of_each = BTreeMap::new();
    let running = Running::start_apart(&place, &one_of_each).await?;
    while searchable(&running).await? < goods::COUNT as u64 {
        tokio::time::sleep(super::REST / 30).await;
    }
    running.stop().await?;

    let (mut ready, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let running = Running::start_apart(&place, &one_of_each).await?;
        ready.push(running.ready_after.as_secs_f64());
        tokio::time::sleep(super::REST).await;
        memory.push(running.memory_mb()?);
        running.stop().await?;
    }
    let figure = |what: String, unit, ours, limit, reach, costs| Figure { what, unit, ours, limit, reach, costs };
    let mut figures = vec![
        figure("seven processes: start to ready".into(), "s", median(ready), None, Reach::Most(1.0), Vec::new()),
        figure(
            "seven processes: the largest, at rest".into(),
            "MB",
            median(memory),
            None,
            Reach::Most(60.0),
            Vec::new(),
        ),
    ];
    for copies in [1, 2, 4] {
        let running = Running::start_apart(&place, &BTreeMap::from([("orders", copies), ("catalog", copies)])).await?;
        let sales = checkout::measure(&running).await?;
        figures.push(figure(
            format!("guest checkout, {copies} × orders and catalog"),
            "/s",
            sales.orders_a_second,
            Some((alone.orders_a_second, "the same in one process on PostgreSQL")),
            if copies == 1 { Reach::Share(0.5) } else { Reach::Reported },
            vec![sales.costs()],
        ));
        if copies == 1 {
            let products = reads::products_a_second(oha, &running).await?;
            let limit = Some((alone.products_a_second, "the same in one process"));
            figures.push(figure(
                "GET /products/{id}, apart".into(),
                "/s",
                products,
                limit,
                Reach::Share(0.8),
                Vec::new(),
            ));
            let effect = checkout::effect_p99_ms(&running).await?;
            figures.push(figure(
                "paid until the order knows, one guest, p99".into(),
                "ms",
                effect,
                None,
                Reach::Most(100.0),
                Vec::new(),
            ));
        }
        running.stop().await?;
    }
    Ok(figures)
}
