//! Idempotency keys around changes that call the provider in between: the key is taken in one transaction, and the
//! answer kept in another, together with what it tells of.

use contracts::Shard;
use db::{
    Tx,
    idempotency::{self, Request},
};
use uuid::Uuid;
use web::idempotency::{Answer, replay};

use crate::{App, Error};

/// Takes the key, if the request has one. An answer means that the request was served before.
pub async fn begin(app: &App, request: Option<&Request>) -> Result<Option<Answer>, Error> {
    let Some(request) = request else { return Ok(None) };
    let tx = app.db.begin().await?;
    let begun = idempotency::begin(&tx, request).await?;
    tx.commit().await?;
    Ok(replay(begun)?)
}

/// Keeps the answer, in the transaction of the effect.
pub async fn keep(tx: &Tx, request: Option<&Request>, answer: &Answer) -> Result<(), Error> {
    if let Some(request) = request {
        idempotency::finish(tx, request, answer.status.as_u16(), &answer.body).await?;
    }
    Ok(())
}

/// Gives the key back if the request came to nothing that must be remembered: it can simply be made again.
pub async fn give_back<T>(app: &App, request: Option<&Request>, outcome: Result<T, Error>) -> Result<T, Error> {
    if let (Err(_), Some(request)) = (&outcome, request) {
        let tx = app.db.begin().await?;
        idempotency::abandon(&tx, request).await?;
        tx.commit().await?;
    }
    outcome
}

/// An id in `shard` that belongs to the request: the same whenever it is made again, a fresh one if it has no key.
pub fn id_for(shard: Shard, request: Option<&Request>) -> Uuid {
    use sha2::{Digest, Sha256};
    let Some(request) = request else { return shard.fresh() };
    let digest = Sha256::new().chain_update(&request.scope).chain_update([0]).chain_update(&request.key).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    shard.marked(bytes)
}
