//! `rialto doctor`: what the shop needs, one line each, with a hint where something is missing.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use db::Db;
use tokio::net::TcpStream;

use super::out;
use crate::{adapters, cli::Place, config};

pub async fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let config = config::load(&place.flags())?;
    out(&format!("ok    configuration     no problems, rialto {}", env!("CARGO_PKG_VERSION")));
    let mut well = data_directory(&config.data);
    let events = &config.events.settings;
    for (name, database) in config.databases() {
        well &= match name.as_str() {
            "events" if events.is_on_kafka() => brokers_answer(events).await,
            name => database_answers(name, &database).await,
        };
    }
    address_is_free(&config.listen).await;
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn data_directory(data: &std::path::Path) -> bool {
    let probe = data.join(".doctor");
    let written = std::fs::create_dir_all(data)
        .and_then(|()| std::fs::write(&probe, b"probe"))
        .and_then(|()| std::fs::remove_file(&probe));
    match written {
        Ok(()) => out(&format!("ok    data directory    {} can be written", data.display())),
        Err(error) => {
            out(&format!("FAIL  data directory    {}: {error}. Choose another with --data DIR", data.display()));
            return false;
        }
    }
    true
}

async fn database_answers(name: &str, database: &db::Config) -> bool {
    // A shard bears its number behind the name of its section.
    let key = match name.split_once('-') {
        Some((section, _)) => format!("{section}.shards"),
        None => format!("{name}.database_url"),
    };
    let outcome = async {
        let db = Db::connect(database).await?;
        let answer = db.ping().await;
        db.close().await?;
        answer
    };
    match tokio::time::timeout(Duration::from_secs(5), outcome).await {
        Ok(Ok(())) => {
            out(&format!("ok    database          {name} answers"));
            true
        }
        Ok(Err(error)) => {
            out(&format!("FAIL  database          {name}: {error}. Check {key}"));
            false
        }
        Err(_) => {
            out(&format!("FAIL  database          {name} gives no answer within 5 s. Check {key}"));
            false
        }
    }
}

/// Asks what a process asks first: how far a consumer has come. That makes the topics where they are missing.
async fn brokers_answer(events: &config::Events) -> bool {
    let outcome = match adapters::kafka(events) {
        Ok(log) => log.lag("orders", &["orders"]).await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => out(&format!("ok    event log         {} answers", events.brokers)),
        Err(error) => {
            out(&format!("FAIL  event log         {error}. Check events.brokers"));
            return false;
        }
    }
    true
}

/// Not a fault: the shop may be running. But it is what people look for when it does not start.
async fn address_is_free(listen: &str) {
    let taken = match listen.parse::<SocketAddr>() {
        Ok(address) => {
            tokio::time::timeout(Duration::from_secs(1), TcpStream::connect(address)).await.is_ok_and(|c| c.is_ok())
        }
        Err(_) => TcpStream::connect(listen).await.is_ok(),
    };
    if taken {
        out(&format!(
            "note  address           something answers at {listen}: a running shop, or another program (--listen ADDR)"
        ));
    } else {
        out(&format!("ok    address           {listen} is free"));
    }
}
