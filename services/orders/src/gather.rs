//! Lists out of all shards.

use contracts::ids::UserId;

use crate::{App, Error};

/// What each shard has of a list, one behind the other. A buyer has nothing but former guest orders outside the own shard:
/// another one that is away must not hide the rest.
pub async fn gather<T, Asked>(app: &App, own: Option<UserId>, ask: impl Fn(App) -> Asked) -> Result<Vec<T>, Error>
where
    Asked: Future<Output = Result<Vec<T>, Error>>,
{
    let home = own.map(|user| app.shards.holding(user.uuid()));
    let ask = &ask;
    let parts = db::everywhere(app.everywhere(), |app| async move {
        let shard = app.shard;
        match ask(app).await {
            Err(error) if home.is_some_and(|home| home != shard) => {
                tracing::warn!(%shard, %error, "a buyer's list lacks what this shard may have of it");
                Ok(Vec::new())
            }
            part => part,
        }
    });
    Ok(parts.await?.into_iter().flatten().collect())
}
