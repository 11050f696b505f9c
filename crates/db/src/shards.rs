//! The databases of one service, where its customers are spread over several.

use std::sync::Arc;

use contracts::Shard;
use futures::future::{select_ok, try_join_all};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::Db;

/// A service's databases, by shard. Cheap to clone. Most services have one.
#[derive(Clone)]
pub struct Shards(Arc<[Db]>);

impl From<Db> for Shards {
    fn from(only: Db) -> Self {
        Self(Arc::new([only]))
    }
}

impl From<&Db> for Shards {
    fn from(only: &Db) -> Self {
        only.clone().into()
    }
}

impl Shards {
    /// The first, and what customers are spread over beside it.
    pub fn new(first: Db, further: Vec<Db>) -> Self {
        Self(std::iter::once(first).chain(further).collect())
    }

    /// Where the thing with this id stands. One database has everything, whatever an id says; of several, the first has
    /// what would be in none of them.
    pub fn holding(&self, id: Uuid) -> Shard {
        if self.is_single() { Shard::FIRST } else { self.known(Shard::of(id)) }
    }

    /// `shard` if there is such a one, else the first.
    pub fn known(&self, shard: Shard) -> Shard {
        if shard.number() < self.0.len() { shard } else { Shard::FIRST }
    }

    /// The database of the thing with this id.
    pub fn of(&self, id: Uuid) -> &Db {
        self.db(self.holding(id))
    }

    pub fn first(&self) -> &Db {
        &self.0[0]
    }

    pub fn is_single(&self) -> bool {
        self.0.len() == 1
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The database of `shard`, which is the first one's where there is no such shard.
    pub fn db(&self, shard: Shard) -> &Db {
        &self.0[self.known(shard).number()]
    }

    /// One of `open` for somebody new, as long as there is a choice none whose server is known to be away.
    pub fn any_of(&self, open: &[Shard]) -> Shard {
        let there: Vec<Shard> = open.iter().copied().filter(|shard| !self.db(*shard).is_away()).collect();
        self.known(Shard::any_of(if there.is_empty() { open } else { &there }))
    }

    /// All of them, the first one first.
    pub fn all(&self) -> impl Iterator<Item = Shard> {
        (0..self.0.len()).filter_map(Shard::numbered)
    }

    /// Whether any of them answers: a process that reaches some of its customers serves those.
    pub async fn ping(&self) -> Result<(), DbErr> {
        select_ok(self.0.iter().map(|db| Box::pin(db.ping()))).await.map(drop)
    }
}

/// Asks a service in all its shards at once. The answers stand in the order of `apps`.
pub async fn everywhere<A, T, E, Asked>(apps: Vec<A>, ask: impl Fn(A) -> Asked) -> Result<Vec<T>, E>
where
    Asked: Future<Output = Result<T, E>>,
{
    try_join_all(apps.into_iter().map(ask)).await
}
