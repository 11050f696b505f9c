//! `rialto config`: what the program was told, and where.

use std::process::ExitCode;

use ::config::{Value, ValueKind};

use super::{out, say};
use crate::{
    cli::{ConfigAction, Place},
    config,
};

/// Keys whose values are never shown.
const SECRET_WORDS: [&str; 4] = ["secret", "password", "token", "key"];

pub fn run(place: &Place, action: &ConfigAction) -> anyhow::Result<ExitCode> {
    match action {
        ConfigAction::Check => {
            config::load(&place.flags())?;
            say("the configuration is as it should be");
        }
        ConfigAction::Defaults => out(config::DEFAULTS.trim_end()),
        ConfigAction::Show { origin } => {
            let raw = config::raw(&place.flags())?;
            let mut lines = Vec::new();
            collect("", &raw.cache, *origin, &mut lines);
            lines.sort();
            lines.iter().for_each(|line| out(line));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn collect(key: &str, value: &Value, origin: bool, lines: &mut Vec<String>) {
    if let ValueKind::Table(table) = &value.kind {
        for (name, inner) in table {
            let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            collect(&key, inner, origin, lines);
        }
        return;
    }
    if let ValueKind::Array(items) = &value.kind {
        let items: Vec<String> = items.iter().map(|item| masked(key, &item.kind.to_string())).collect();
        return lines.push(line(key, &format!("[{}]", items.join(", ")), value, origin));
    }
    lines.push(line(key, &masked(key, &value.kind.to_string()), value, origin));
}

fn line(key: &str, shown: &str, value: &Value, origin: bool) -> String {
    let from = value.origin().map_or("default", |origin| if origin.is_empty() { "flag" } else { origin });
    if origin { format!("{key} = {shown}    # {from}") } else { format!("{key} = {shown}") }
}

fn masked(key: &str, value: &str) -> String {
    let last = key.rsplit('.').next().unwrap_or(key);
    let is_secret = |part: &str| SECRET_WORDS.contains(&part) || SECRET_WORDS.contains(&part.trim_end_matches('s'));
    if !value.is_empty() && last.split('_').any(is_secret) {
        return "***".to_owned();
    }
    // A database's URL may carry a password between the user and the host.
    match (value.split_once("://"), value.rsplit_once('@')) {
        (Some((scheme, rest)), Some((before, host))) if rest.contains(':') && before.len() > scheme.len() + 3 => {
            let user = rest.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}")
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn secrets_are_masked() {
        assert_eq!(masked("secret", "abc"), "***");
        assert_eq!(masked("payments.webhook_secrets", "abc"), "***");
        assert_eq!(masked("orders.database_url", "postgres://shop:pw@db/orders"), "postgres://shop:***@db/orders");
        assert_eq!(masked("public_url", "http://localhost:8080"), "http://localhost:8080");
        assert_eq!(masked("secret", ""), "");
    }
}
