//! Which signing key signs, which are published, and when the next one is due.

use chrono::{DateTime, Duration, Utc};

/// Clocks may differ by this much, and a token may be read a little after it has run out.
const SLACK_SECS: i64 = 120;

/// What rotation needs to know of a key. Keys come oldest generation first.
pub trait Dated {
    fn signs_from(&self) -> DateTime<Utc>;
}

/// The newest key whose time has come.
pub fn signing<K: Dated>(keys: &[K], now: DateTime<Utc>) -> Option<&K> {
    keys.iter().rev().find(|key| key.signs_from() <= now)
}

/// The keys to publish: those to come, the one that signs, and retired ones until their last token has run out.
pub fn published<K: Dated>(keys: &[K], now: DateTime<Utc>, token_life: Duration) -> &[K] {
    let over = |successor: &K| successor.signs_from() + token_life + Duration::seconds(SLACK_SECS) <= now;
    let gone = keys.iter().skip(1).take_while(|successor| over(successor)).count();
    &keys[gone..]
}

/// Whether it is time to publish the next key.
pub fn is_due<K: Dated>(keys: &[K], now: DateTime<Utc>, life: Duration, lead: Duration) -> bool {
    keys.last().is_none_or(|newest| newest.signs_from() + life - lead <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Key(DateTime<Utc>);

    impl Dated for Key {
        fn signs_from(&self) -> DateTime<Utc> {
            self.0
        }
    }

    #[test]
    fn a_key_is_published_before_it_signs_and_after_it_retires() {
        let start = contracts::time::now();
        let (life, lead, token_life) = (Duration::days(30), Duration::hours(1), Duration::minutes(10));
        let keys = [Key(start), Key(start + life)];
        let at = |after: Duration| {
            let now = start + after;
            let signer = signing(&keys, now).map(|key| (key.0 - start).num_days());
            (signer, published(&keys, now, token_life).len())
        };
        assert_eq!(at(Duration::seconds(-1)), (None, 2));
        assert_eq!(at(life - Duration::seconds(1)), (Some(0), 2));
        assert_eq!(at(life), (Some(30), 2));
        assert_eq!(at(life + token_life), (Some(30), 2));
        assert_eq!(at(life + token_life + Duration::minutes(2)), (Some(30), 1));
        assert!(!is_due(&keys[..1], start + life - lead - Duration::seconds(1), life, lead));
        assert!(is_due(&keys[..1], start + life - lead, life, lead));
        assert!(is_due::<Key>(&[], start, life, lead));
    }
}
