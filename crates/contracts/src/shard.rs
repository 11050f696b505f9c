//! Shards: the databases that customers are spread over, and how an id tells in which of them its thing stands.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One of the databases that orders, payments and notifications may each have several of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shard(u16);

impl Shard {
    /// The one that there always is. It has the customers from before there were others, and what is nobody's.
    pub const FIRST: Self = Self(0);
    /// As many as twelve bits of an id tell apart.
    pub const COUNT_MAX: usize = 1 << 12;

    pub const fn number(self) -> usize {
        self.0 as usize
    }

    pub fn is_first(self) -> bool {
        self == Self::FIRST
    }

    /// `None`: no id could tell it.
    pub fn numbered(number: usize) -> Option<Self> {
        u16::try_from(number).ok().filter(|_| number < Self::COUNT_MAX).map(Self)
    }

    /// Where the thing with this id stands. Ids of version 8 say it in the twelve bits behind their version; all others are
    /// of the first shard.
    pub fn of(id: Uuid) -> Self {
        match (id.get_version_num(), id.as_bytes()) {
            (8, bytes) => Self(u16::from_be_bytes([bytes[6] & 0x0f, bytes[7]])),
            _ => Self::FIRST,
        }
    }

    /// A fresh id that tells this shard and begins with the time, as all fresh ids do.
    pub fn fresh(self) -> Uuid {
        let fresh = Uuid::now_v7();
        if self.is_first() { fresh } else { self.marked(fresh.into_bytes()) }
    }

    /// The id of version 8 that is made of `bytes` and tells this shard.
    pub fn marked(self, mut bytes: [u8; 16]) -> Uuid {
        [bytes[6], bytes[7]] = self.0.to_be_bytes();
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// One of `open`, each as likely as the others; the first where there is no choice.
    pub fn any_of(open: &[Self]) -> Self {
        if open.len() < 2 {
            return open.first().copied().unwrap_or_default();
        }
        // The last bits of a fresh UUID are drawn.
        let drawn = Uuid::now_v7().as_u128() & 0xffff_ffff;
        usize::try_from(drawn).ok().and_then(|drawn| open.get(drawn % open.len())).copied().unwrap_or_default()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn shard(number: usize) -> Shard {
        Shard::numbered(number).expect("an id can tell it")
    }

    #[test]
    fn an_id_tells_its_shard_and_its_time() {
        for number in [0, 1, 2, 255, 256, 4095] {
            let (before, id, after) = (Uuid::now_v7(), shard(number).fresh(), Uuid::now_v7());
            assert_eq!(Shard::of(id), shard(number));
            let millis = |id: Uuid| id.as_u128() >> 80;
            assert!((millis(before)..=millis(after)).contains(&millis(id)), "{id}");
            assert_eq!(id.get_version_num(), if number == 0 { 7 } else { 8 });
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        }
        assert_eq!(Shard::numbered(4096), None);
    }

    #[test]
    fn a_derived_id_tells_its_shard_and_keeps_all_else() {
        let digest = [0xa5; 16];
        for number in [0, 1, 4095] {
            let id = shard(number).marked(digest);
            assert_eq!(Shard::of(id), shard(number));
            assert_eq!((id.as_bytes()[..6].to_vec(), id.as_bytes()[9..].to_vec()), (vec![0xa5; 6], vec![0xa5; 7]));
        }
    }

    #[test]
    fn ids_that_say_nothing_are_of_the_first() {
        for id in [Uuid::nil(), Uuid::max(), Uuid::now_v7(), uuid::Builder::from_random_bytes([0xff; 16]).into_uuid()] {
            assert_eq!(Shard::of(id), Shard::FIRST, "{id}");
        }
    }

    #[test]
    fn shards_are_drawn_evenly() {
        let open = [0, 1, 2].map(shard);
        let mut drawn: HashMap<Shard, u32> = HashMap::new();
        for _ in 0..3000 {
            *drawn.entry(Shard::any_of(&open)).or_default() += 1;
        }
        assert!(open.iter().all(|shard| (850..1150).contains(&drawn[shard])), "{drawn:?}");
        assert_eq!(Shard::any_of(&[]), Shard::FIRST);
        assert_eq!(Shard::any_of(&[shard(7)]), shard(7));
    }
}
