//! What still works for whom while something that the shop stands on, or a part of it, is away: `resiliency.md`, which
//! this test fills and compares.

use std::{
    fmt::Write,
    process::Command,
    time::{Duration, Instant},
};

use contracts::Service;
use futures::future;
use tokio::time::sleep;

use crate::{
    cluster::{Cluster, Place},
    many_processes::{STORES, plan_on},
    patient::tell,
    servers::OwnServers,
};

use watched::{Cell, WEBHOOK_SECRET, Watched};

mod watched;

const TABLE: &str = include_str!("resiliency.md");
const FILE: &str = "../../tests/shop/resiliency.md";
/// Who are in the shop when something stands still: each has to wait, until it was noticed for all of them.
const SHOPPERS: usize = 12;
/// Who waits longer waits for what stands still: no call between services is given up sooner than after five seconds.
const WAITS: Duration = Duration::from_secs(3);
/// So long that may take.
const NOTICED_WITHIN: Duration = Duration::from_secs(30);
/// How often whoever had to wait asks again.
const LOOKS: usize = 3;
/// Longer than the indexes take to follow a change, also on a busy machine.
const SETTLED: Duration = Duration::from_secs(3);
const HEAD: &str = "\
# What works while a part is away

Filled and compared by `tests/shop/outages.rs`: two processes of every service; each server, the payment provider and both
processes of each service behind the gateway in turn killed (down) and standing still with their connections open (hangs, from a few seconds
later on, once that was noticed); the servers and the provider also slow (they stand still for three quarters of the time, a
moment each) and Redis emptied. `ok`: answered as always, within five seconds (what is done by events: within ten), and at the latest
when asked for the fourth time. A number: the status of
the answer, in that time too: a problem that says what is the matter and, if it is 503, when to come back; in a browser a page
that does; `no order` and `not paid` follow from one. `without`: a page or answer without what the part would have brought.
`later`: it happens once the part is back. `not now`: the provider was asked and did not answer (`processing`: the shop asks again
by itself), or failed so often that it was not asked (503: nothing happened). `pending`: a refund that goes out once the provider
is back.
";

/// What can be away.
#[derive(Clone, Copy, Debug)]
enum Part {
    Server(&'static str),
    /// The sandbox's bank, whose books are on a server of its own.
    Provider,
    /// All processes of it.
    Service(Service),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Down,
    Hangs,
    /// Does in a second what it did in a quarter of one.
    Slow,
    Emptied,
}

const FAULTS: [(Part, &[How]); 12] = [
    (Part::Server("postgres"), &[How::Down, How::Hangs, How::Slow]),
    (Part::Server("kafka"), &[How::Down, How::Hangs, How::Slow]),
    (Part::Server("mongodb"), &[How::Down, How::Hangs, How::Slow]),
    (Part::Server("redis"), &[How::Down, How::Hangs, How::Slow, How::Emptied]),
    (Part::Server("consul"), &[How::Down, How::Hangs, How::Slow]),
    (Part::Provider, &[How::Down, How::Hangs, How::Slow]),
    (Part::Service(Service::Users), &[How::Down, How::Hangs]),
    (Part::Service(Service::Catalog), &[How::Down, How::Hangs]),
    (Part::Service(Service::Orders), &[How::Down, How::Hangs]),
    (Part::Service(Service::Payments), &[How::Down, How::Hangs]),
    (Part::Service(Service::Shipping), &[How::Down, How::Hangs]),
    (Part::Service(Service::Notifications), &[How::Down, How::Hangs]),
];

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Server(name) => name,
            Self::Provider => "provider",
            Self::Service(service) => service.name(),
        }
    }
}

/// The shop and all that it stands on.
struct Whole {
    servers: OwnServers,
    provider: OwnServers,
    cluster: Cluster,
}

impl Whole {
    async fn open() -> Option<Self> {
        let servers = OwnServers::for_a_cluster().await?;
        let provider = OwnServers::postgres().await?;
        let mut plan = plan_on(&servers.databases(STORES));
        let [bank] = provider.databases(["bank"]);
        plan.variables.insert("RIALTO__PAYMENTS__SANDBOX__DATABASE_URL".to_owned(), bank);
        plan.variables.insert("RIALTO__PAYMENTS__WEBHOOK_SECRETS".to_owned(), WEBHOOK_SECRET.to_owned());
        let cluster = Cluster::open_at(&servers.servers(), plan, |_, _| Place::here()).await;
        Some(Self { servers, provider, cluster })
    }

    /// Has a part gone, in one way or the other.
    async fn lose(&mut self, part: Part, how: How) {
        match (part, how) {
            (Part::Server(name), How::Down) => self.servers.kill(name),
            (Part::Server(name), How::Hangs) => self.servers.pause(name),
            (Part::Server(name), How::Slow) => self.servers.slow(name),
            (Part::Server(name), How::Emptied) => {
                let (host, port) = address(&self.servers, name);
                let said = Command::new("redis-cli").args(["-h", &host, "-p", &port, "FLUSHALL"]).output();
                assert!(said.is_ok_and(|said| said.stdout.starts_with(b"OK")), "Redis is not empty");
            }
            (Part::Provider, How::Down) => self.provider.kill("postgres"),
            (Part::Provider, How::Slow) => self.provider.slow("postgres"),
            (Part::Provider, _) => self.provider.pause("postgres"),
            (Part::Service(service), _) => {
                for number in self.cluster.of(service) {
                    self.cluster.copies[number].signal(if how == How::Down { "KILL" } else { "STOP" });
                    if how == How::Down {
                        self.cluster.until_ended(number).await;
                    }
                }
            }
        }
    }

    fn bring_back(&mut self, part: Part, how: How) {
        match (part, how) {
            (_, How::Emptied) => {}
            (Part::Server(name), How::Down) => self.servers.revive(name),
            (Part::Server(name), _) => self.servers.resume(name),
            (Part::Provider, How::Down) => self.provider.revive("postgres"),
            (Part::Provider, _) => self.provider.resume("postgres"),
            (Part::Service(service), _) => {
                for number in self.cluster.of(service) {
                    match how {
                        How::Down => self.cluster.start(number),
                        _ => self.cluster.copies[number].signal("CONT"),
                    }
                }
            }
        }
    }
}

fn address(servers: &OwnServers, name: &str) -> (String, String) {
    let address = servers.address(name);
    let (host, port) = address.split_once(':').expect("an address");
    (host.to_owned(), port.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_works_while_a_part_is_away_is_what_the_table_says() {
    let Some(mut whole) = Whole::open().await else { return };
    let mut watched = Watched::in_the_shop(&whole.cluster).await;
    well_again(&mut watched, "everything").await;
    let mut columns = Vec::new();
    for (part, ways) in FAULTS {
        for how in ways {
            let name = format!("{} {}", part.name(), format!("{how:?}").to_lowercase());
            if let Part::Server("postgres" | "mongodb") = part {
                // What was changed last is shown without them by every process once its index has followed.
                sleep(SETTLED).await;
            }
            whole.lose(part, *how).await;
            if how != &How::Slow {
                until_noticed(&watched, part).await;
            }
            columns.push((part, name.clone(), seen(&watched, part, *how).await));
            whole.bring_back(part, *how);
            well_again(&mut watched, &name).await;
        }
    }
    for (_, column, cells) in &columns {
        let bad = |outcome: &str| outcome == "slow" || outcome == "no answer" || outcome.contains(" and no ");
        let bad: Vec<&Cell> = cells.iter().filter(|(_, outcome)| bad(outcome)).collect();
        assert!(bad.is_empty(), "nobody waits in vain or is told nothing: {column}: {bad:?}");
    }
    let table = written(&columns);
    if test_support::variable("RIALTO_TEST_WRITE").is_some() {
        std::fs::write(FILE, &table).expect("the table can be written");
    } else {
        let other: Vec<&str> = table.lines().filter(|line| !TABLE.lines().any(|known| known == *line)).collect();
        assert!(table == TABLE, "run it with RIALTO_TEST_WRITE=1 if that is meant: {other:#?}");
    }
    // What was put off has happened, and nothing twice.
    whole.cluster.settle().await;
}

/// Whoever is in the middle of a request when a part stops waits in vain, and so do those of the first seconds. The table
/// is about those after them. Nobody may have to wait for servers that nothing depends on.
async fn until_noticed(watched: &Watched, part: Part) {
    let begun = Instant::now();
    loop {
        let asked = Instant::now();
        future::join_all((0..SHOPPERS).map(|_| watched.needs(part))).await;
        if asked.elapsed() < WAITS {
            return;
        }
        assert!(begun.elapsed() < NOTICED_WITHIN, "nothing noticed that {part:?} is away");
    }
}

/// What becomes of each row. Those who had to wait ask again: what one of them noticed, another part of the shop may not have, and
/// the machine may be busy with something else.
async fn seen(watched: &Watched, part: Part, how: How) -> Vec<Cell> {
    let mut cells = watched.look().await;
    for _ in 0..LOOKS {
        if cells.iter().all(|(_, outcome)| outcome != "slow") {
            break;
        }
        for (cell, again) in cells.iter_mut().zip(watched.look().await) {
            if cell.1 == "slow" {
                *cell = again;
            }
        }
    }
    if matches!(part, Part::Provider) && how != How::Slow {
        // Whether it is asked at all depends on how often it failed just now.
        let unpaid = ["503", "processing", "not paid", "later"];
        for (_, outcome) in cells.iter_mut().filter(|(_, outcome)| unpaid.contains(&outcome.as_str())) {
            "not now".clone_into(outcome);
        }
    }
    cells
}

async fn well_again(watched: &mut Watched, what: &str) {
    let begun = Instant::now();
    loop {
        let looked = watched.look_and_prepare().await;
        if looked.iter().all(|(_, outcome)| outcome == "ok") {
            return tell(&format!("{what} is back, and all was well {:.1?} later", begun.elapsed()));
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "not well again after {what}: {looked:?}");
        sleep(Duration::from_millis(200)).await;
    }
}

fn written(columns: &[(Part, String, Vec<Cell>)]) -> String {
    let (servers, others): (Vec<_>, Vec<_>) = columns.iter().partition(|(part, ..)| matches!(part, Part::Server(_)));
    let mut text = HEAD.to_owned();
    for (title, columns) in [("A server", servers), ("The provider, or a service", others)] {
        let heads: Vec<&str> = columns.iter().map(|(_, head, _)| head.as_str()).collect();
        let rule = " --- |".repeat(heads.len());
        let _ = writeln!(text, "\n## {title}\n\n|  | {} |\n| --- |{rule}", heads.join(" | "));
        for (row, (name, _)) in columns[0].2.iter().enumerate() {
            let cells: Vec<&str> = columns.iter().map(|(.., cells)| cells[row].1.as_str()).collect();
            let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
        }
    }
    text
}
