//! Writing, changing, moderating and deleting reviews. Whatever changes what is counted changes the product's sums in
//! the same transaction, under the product's revision, so that no two transactions count at once.

use contracts::{
    calls::UserContact,
    ids::{ProductId, ReviewId, UserId},
    time,
};
use db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Checks;

use crate::{
    App, Error,
    entity::review,
    model::{
        Status,
        review::{ReviewFact, ReviewStatus, display_name},
    },
    store::{products, reviews, revisions},
};

/// What a customer says of a product.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rating": 5, "title": "My new favourite", "body": "The handle fits all my fingers."}))]
pub struct ReviewInput {
    #[schema(minimum = 1, maximum = 5)]
    pub rating: i32,
    #[serde(default)]
    #[schema(max_length = 150)]
    pub title: String,
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub body: String,
}

impl ReviewInput {
    fn check(&self) -> Result<(), Error> {
        let mut checks = Checks::new();
        checks.range("rating", &self.rating, &(1..=5)).text("title", &self.title, 0..=150).text(
            "body",
            &self.body,
            0..=5000,
        );
        Ok(checks.done()?)
    }
}

/// Writes a customer's only review of a product. It waits for a moderator.
pub async fn post(app: &App, product: ProductId, user: UserId, input: ReviewInput) -> Result<review::Model, Error> {
    input.check()?;
    // The name is a courtesy: without it the review stands all the same.
    let contact = app.upstream.call(&UserContact { user_id: user }, &web::request::context()).await;
    let author = contact.map_or_else(|_| display_name(""), |contact| display_name(&contact.name));
    let tx = app.db.begin().await?;
    revisions::next(&tx).await?;
    let head = products::find(&*tx, product).await?.filter(|head| head.status() == Status::Published);
    head.ok_or(Error::NotFound)?;
    if reviews::find_of(&*tx, product, user).await?.is_some() {
        return Err(Error::ReviewExists);
    }
    let now = time::now();
    let row = review::Model {
        id: ReviewId::new().uuid(),
        product_id: product.uuid(),
        user_id: Some(user.uuid()),
        author,
        rating: input.rating,
        title: input.title.trim().to_owned(),
        body: input.body.trim().to_owned(),
        language: None,
        status: ReviewStatus::Pending.word().to_owned(),
        verified_purchase: reviews::has_purchased(&*tx, user, product).await?,
        helpful: 0,
        reply: None,
        reason: None,
        created_at: now,
        updated_at: now,
    };
    reviews::insert(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

/// Changes what the author said. It waits for a moderator again, and is not counted until then.
pub async fn edit(app: &App, id: ReviewId, user: UserId, input: ReviewInput) -> Result<review::Model, Error> {
    input.check()?;
    let (tx, revision) = begin(app).await?;
    let old = reviews::find(&*tx, id).await?.filter(|row| row.user_id == Some(user.uuid())).ok_or(Error::NotFound)?;
    let row = review::Model {
        rating: input.rating,
        title: input.title.trim().to_owned(),
        body: input.body.trim().to_owned(),
        status: old.status().after(ReviewFact::Edited).word().to_owned(),
        reason: None,
        updated_at: time::now(),
        ..old
    };
    reviews::update(&tx, &row).await?;
    count(&tx, row.product_id.into(), revision).await?;
    tx.commit().await?;
    Ok(row)
}

/// Approves or rejects a review, and keeps the merchant's reply; an empty one takes it away. The reason stays for as
/// long as the review is rejected.
pub async fn moderate(
    app: &App,
    id: ReviewId,
    fact: Option<ReviewFact>,
    reply: Option<String>,
    reason: Option<String>,
) -> Result<review::Model, Error> {
    let mut checks = Checks::new();
    let is_rejection = fact == Some(ReviewFact::Rejected);
    checks.require(is_rejection || reason.is_none(), "reason", "not_allowed", "belongs to the status rejected");
    checks.text("reason", reason.as_deref().unwrap_or_default(), 0..=500);
    checks.text("reply", reply.as_deref().unwrap_or_default(), 0..=2000).done()?;
    let (tx, revision) = begin(app).await?;
    let old = reviews::find(&*tx, id).await?.ok_or(Error::NotFound)?;
    let status = fact.map_or(old.status(), |fact| old.status().after(fact));
    let reply =
        reply.map(|reply| reply.trim().to_owned()).or_else(|| old.reply.clone()).filter(|reply| !reply.is_empty());
    let kept = |old: Option<String>| if fact.is_some() { reason } else { old };
    let reason = kept(old.reason.clone()).filter(|reason| !reason.trim().is_empty());
    let row = review::Model { status: status.word().to_owned(), reply, reason, updated_at: time::now(), ..old };
    reviews::update(&tx, &row).await?;
    count(&tx, row.product_id.into(), revision).await?;
    tx.commit().await?;
    Ok(row)
}

/// Deletes a review. `only_of` is the author, unless a moderator deletes.
pub async fn delete(app: &App, id: ReviewId, only_of: Option<UserId>) -> Result<(), Error> {
    let (tx, revision) = begin(app).await?;
    let mine = |row: &review::Model| only_of.is_none_or(|user| row.user_id == Some(user.uuid()));
    let row = reviews::find(&*tx, id).await?.filter(mine).ok_or(Error::NotFound)?;
    reviews::delete(&tx, row.id).await?;
    count(&tx, row.product_id.into(), revision).await?;
    tx.commit().await?;
    Ok(())
}

/// Says, or takes back, that a review is helpful. Doing it twice does it once.
pub async fn vote(app: &App, id: ReviewId, user: UserId, helpful: bool) -> Result<review::Model, Error> {
    let tx = app.db.begin().await?;
    let row = reviews::lock(&tx, id).await?.filter(|row| row.status() == ReviewStatus::Approved);
    let row = row.ok_or(Error::NotFound)?;
    let votes = if helpful {
        i32::from(reviews::vote(&tx, row.id, user).await?)
    } else {
        -i32::from(reviews::withdraw_vote(&tx, row.id, user).await?)
    };
    if votes != 0 {
        reviews::add_votes(&tx, row.id, votes).await?;
    }
    tx.commit().await?;
    reviews::find(app.db.reader(), id).await?.ok_or(Error::NotFound)
}

async fn begin(app: &App) -> Result<(Tx, i64), Error> {
    let tx = app.db.begin().await?;
    let revision = revisions::next(&tx).await?;
    Ok((tx, revision))
}

/// Sums up the product's reviews and tells those who follow its revision.
pub async fn count(tx: &Tx, product: ProductId, revision: i64) -> Result<(), Error> {
    reviews::sum_up(tx, product).await?;
    products::touch(tx, product, revision).await?;
    Ok(())
}
