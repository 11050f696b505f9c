//! How customers are spread over several databases, as the configuration says it.

use std::{fmt, path::Path};

use contracts::Shard;
use serde::{
    Deserializer,
    de::{self, SeqAccess, Visitor},
};

use super::{Config, Section, Shop};

impl Shop {
    /// The shards that new customers go to, of `count`.
    pub fn open_shards(&self, count: usize) -> Vec<Shard> {
        let asked = self.open_shards.iter().copied().map(usize::from).filter_map(Shard::numbered);
        if self.open_shards.is_empty() { (0..count).filter_map(Shard::numbered).collect() } else { asked.collect() }
    }
}

impl<C> Section<C> {
    /// The database and its further shards, by name, the first first.
    pub fn databases(&self, data: &Path, name: &str) -> Vec<(String, db::Config)> {
        let further = (1..).zip(&self.shards).map(|(shard, url)| {
            let config = db::Config { url: url.clone(), max_connections: self.max_connections, replica: None };
            (format!("{name}-{shard}"), config)
        });
        std::iter::once((name.to_owned(), self.database(data, name))).chain(further).collect()
    }

    fn problems(&self, name: &str) -> Vec<String> {
        let mut problems = Vec::new();
        for (shard, database) in self.databases(Path::new(""), name).iter().skip(1) {
            let found = database.problems();
            problems.extend(found.into_iter().map(|problem| format!("{name}.shards: of {shard}, {problem}")));
        }
        let mut urls = vec![self.database_url.as_str()];
        for url in &self.shards {
            if urls.contains(&url.as_str()) {
                problems.push(format!("{name}.shards names a database twice"));
            }
            urls.push(url);
        }
        if self.shards.len() >= Shard::COUNT_MAX {
            problems.push(format!("{name}.shards may name {} databases at most", Shard::COUNT_MAX - 1));
        }
        problems
    }
}

/// What is wrong with how customers are spread: what one service keeps of a customer stands in the shard that has what the
/// others keep.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let orders = config.orders.shards.len();
    let mut problems = config.orders.problems("orders");
    problems.extend(config.payments.problems("payments"));
    problems.extend(config.notifications.problems("notifications"));
    for (name, count) in
        [("payments", config.payments.shards.len()), ("notifications", config.notifications.shards.len())]
    {
        if count != orders {
            problems.push(format!("{name}.shards must name as many databases as orders.shards: {orders}, not {count}"));
        }
    }
    let others = [
        ("events", &config.events.shards),
        ("gateway", &config.gateway.shards),
        ("users", &config.users.shards),
        ("catalog", &config.catalog.shards),
        ("shipping", &config.shipping.shards),
    ];
    for (name, _) in others.iter().filter(|(_, shards)| !shards.is_empty()) {
        problems.push(format!("{name}.shards has no use: only orders, payments and notifications are spread"));
    }
    for shard in config.shop.open_shards.iter().filter(|shard| usize::from(**shard) > orders) {
        problems.push(format!("shop.open_shards names {shard}, and there are 0 to {orders}"));
    }
    problems
}

/// Numbers of shards. A variable with a single one is a number and not a list.
pub(super) fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    struct OneOrMore;
    impl<'de> Visitor<'de> for OneOrMore {
        type Value = Vec<u16>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("numbers of shards")
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Vec<u16>, E> {
            u16::try_from(number).map(|number| vec![number]).map_err(|_| E::custom("there is no such shard"))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Vec<u16>, A::Error> {
            let mut all = Vec::new();
            while let Some(number) = numbers.next_element()? {
                all.push(number);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_any(OneOrMore)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::config::{Config, Flags, load};

    fn told(variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables = variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let flags = Flags { variables: Some(variables.collect::<BTreeMap<_, _>>()), ..Flags::default() };
        load(&flags).map_err(|problems| problems.to_string())
    }

    #[test]
    fn shards_are_named_by_three_services_alike() {
        let config = told(&[
            ("RIALTO__ORDERS__SHARDS", "sqlite:///o1.db,sqlite:///o2.db"),
            ("RIALTO__PAYMENTS__SHARDS", "sqlite:///p1.db,sqlite:///p2.db"),
            ("RIALTO__NOTIFICATIONS__SHARDS", "sqlite:///n1.db,sqlite:///n2.db"),
            ("RIALTO__SHOP__OPEN_SHARDS", "1,2"),
        ])
        .expect("they belong together");
        assert_eq!(config.orders.shards, ["sqlite:///o1.db", "sqlite:///o2.db"]);
        let names: Vec<String> = config.databases().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names[3..9], ["orders", "orders-1", "orders-2", "payments", "payments-1", "payments-2"]);
        let open: Vec<usize> = config.shop.open_shards(3).into_iter().map(contracts::Shard::number).collect();
        assert_eq!(open, [1, 2]);
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let Err(problems) = told(&[
            ("RIALTO__ORDERS__SHARDS", "sqlite:///o1.db,sqlite:///o1.db"),
            ("RIALTO__PAYMENTS__SHARDS", "oracle://p1"),
            ("RIALTO__SHOP__OPEN_SHARDS", "3"),
        ]) else {
            panic!("that cannot be");
        };
        for part in [
            "orders.shards names a database twice",
            "payments.shards: of payments-1, url must start with",
            "payments.shards must name as many databases as orders.shards: 2, not 1",
            "notifications.shards must name as many databases as orders.shards: 2, not 0",
            "shop.open_shards names 3, and there are 0 to 2",
        ] {
            assert!(problems.contains(part), "{part} is missing in {problems}");
        }
    }
}
