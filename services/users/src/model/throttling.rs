//! How long failed sign-ins make the next one wait: a ladder for each account, windows for each address on the net.
//!
//! Nothing here locks for good: a stranger could otherwise lock an owner out.

use std::{collections::BTreeSet, net::IpAddr};

use chrono::{DateTime, Duration, Utc};

const LONGEST_WAIT_SECS: i64 = 3600;
const PER_MINUTE: usize = 10;
const PER_HOUR: usize = 100;
const ACCOUNTS_PER_HOUR: usize = 20;
/// Failures of the last hour that have to be looked at.
pub const LOOKED_AT: u64 = PER_HOUR as u64;

/// The wait after so many failures in a row: 1 s from the third, 30 s from the sixth, from the tenth five minutes,
/// doubling up to an hour.
pub fn wait_after(failures: i32) -> Duration {
    let secs = match failures {
        ..3 => 0,
        3..6 => 1,
        6..10 => 30,
        _ => 300_i64.saturating_mul(1 << (failures - 10).min(10)).min(LONGEST_WAIT_SECS),
    };
    Duration::seconds(secs)
}

/// A failed sign-in from one address: when, and for which account.
#[derive(Clone, Debug)]
pub struct Failure {
    pub at: DateTime<Utc>,
    pub account: String,
}

/// Until when an address has to wait, given its failures of the last hour, newest first.
pub fn address_blocked_until(failures: &[Failure], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let within = |span: Duration| failures.iter().take_while(move |failure| failure.at > now - span);
    let limit = |span: Duration, most: usize| within(span).nth(most - 1).map(|failure| failure.at + span);
    let hour = Duration::hours(1);
    let mut accounts = BTreeSet::new();
    let spread = within(hour).find(|failure| accounts.insert(&failure.account) && accounts.len() == ACCOUNTS_PER_HOUR);
    [limit(Duration::minutes(1), PER_MINUTE), limit(hour, PER_HOUR), spread.map(|failure| failure.at + hour)]
        .into_iter()
        .flatten()
        .max()
}

/// The name an address is counted under. One IPv6 customer owns a whole /64.
pub fn address_key(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ladder() {
        let secs: Vec<i64> = (0..16).map(|failures| wait_after(failures).num_seconds()).collect();
        assert_eq!(secs, [0, 0, 0, 1, 1, 1, 30, 30, 30, 30, 300, 600, 1200, 2400, 3600, 3600]);
    }

    proptest! {
        #[test]
        fn the_ladder_only_climbs_and_never_locks(failures in 0..i32::MAX - 1) {
            prop_assert!(wait_after(failures) <= wait_after(failures + 1));
            prop_assert!(wait_after(failures) <= Duration::hours(1));
        }
    }

    fn failures(now: DateTime<Utc>, ages_secs: impl Iterator<Item = i64>, accounts: usize) -> Vec<Failure> {
        ages_secs
            .enumerate()
            .map(|(index, age)| Failure { at: now - Duration::seconds(age), account: (index % accounts).to_string() })
            .collect()
    }

    #[test]
    fn an_address_has_windows() {
        let now = contracts::time::now();
        let blocked = |ages: &mut dyn Iterator<Item = i64>, accounts| {
            address_blocked_until(&failures(now, ages, accounts), now).map(|until| (until - now).num_seconds())
        };
        assert_eq!(blocked(&mut (0..9), 1), None);
        assert_eq!(blocked(&mut (0..10), 1), Some(51));
        assert_eq!(blocked(&mut (0..99).map(|i| i * 30), 1), None);
        assert_eq!(blocked(&mut (0..100).map(|i| i * 30), 1), Some(3600 - 99 * 30));
        assert_eq!(blocked(&mut (0..19).map(|i| i * 60), 19), None);
        assert_eq!(blocked(&mut (0..20).map(|i| i * 60), 20), Some(3600 - 19 * 60));
    }

    #[test]
    fn a_network_of_six_is_one_address() {
        let key = |text: &str| address_key(text.parse().expect("an address"));
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.7"), key("192.0.2.7"));
    }
}
