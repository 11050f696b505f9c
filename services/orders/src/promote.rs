//! Promotions: coupon codes that take something off an order's goods, and how often they may.

use chrono::{DateTime, Utc};
use contracts::{Currency, Money, Shard, time};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, SqlErr};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Checks, Problem};

use crate::{
    App, Error,
    entity::promotion,
    store,
    tax::{PERCENT, percent_of, ppm_of},
    totals::Discount,
};

/// Why a coupon does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CouponProblem {
    NotFound,
    NotStarted,
    Expired,
    UsageLimitReached,
    CustomerLimitReached,
    /// The goods cost too little for it.
    NotApplicable,
}

impl CouponProblem {
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound => "coupon_not_found",
            Self::NotStarted => "coupon_not_started",
            Self::Expired => "coupon_expired",
            Self::UsageLimitReached => "coupon_usage_limit_reached",
            Self::CustomerLimitReached => "coupon_customer_limit_reached",
            Self::NotApplicable => "coupon_not_applicable",
        }
    }
}

/// A promotion as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "WELCOME10", "name": "Ten percent for newcomers", "percent": "10", "max_uses_per_customer": 1}))]
pub struct PromotionInput {
    /// What shoppers type; upper and lower case are the same.
    pub code: String,
    #[serde(default)]
    pub name: String,
    #[serde(default = "yes")]
    pub active: bool,
    /// Percent off the goods, such as `12.5`. Either this or `amount`.
    #[serde(default)]
    pub percent: Option<String>,
    /// An amount off the goods, in the shop's currency.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The goods must cost this much at least.
    #[serde(default)]
    pub min_subtotal: Option<Money>,
    #[serde(default)]
    pub starts_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub ends_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub max_uses: Option<u32>,
    #[serde(default)]
    pub max_uses_per_customer: Option<u32>,
}

fn yes() -> bool {
    true
}

/// A promotion as staff see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4ba", "code": "WELCOME10", "name": "Ten percent for newcomers", "active": true,
    "percent": "10", "amount": null, "min_subtotal": {"amount": 0, "currency": "EUR"}, "starts_at": null, "ends_at": null,
    "max_uses": null, "max_uses_per_customer": 1, "uses": 3, "created_at": "2026-11-22T19:03:16Z"
}))]
pub struct PromotionView {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub active: bool,
    pub percent: Option<String>,
    pub amount: Option<Money>,
    pub min_subtotal: Money,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub max_uses: Option<i64>,
    pub max_uses_per_customer: Option<i64>,
    /// Orders that carry it and were not cancelled.
    pub uses: i64,
    pub created_at: DateTime<Utc>,
}

impl PromotionView {
    pub fn of(row: promotion::Model, currency: Currency) -> Self {
        Self {
            id: row.id,
            code: row.code,
            name: row.name,
            active: row.active,
            percent: row.percent_ppm.map(|ppm| percent_of(ppm).trim_end_matches(" %").to_owned()),
            amount: row.amount_minor.map(|amount| Money::new(amount, currency)),
            min_subtotal: Money::new(row.min_subtotal_minor, currency),
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            max_uses: row.max_uses,
            max_uses_per_customer: row.max_uses_per_customer,
            uses: row.uses,
            created_at: row.created_at,
        }
    }
}

/// A code as it is compared and kept.
pub fn normal_code(code: &str) -> String {
    code.trim().to_uppercase()
}

/// What the promotion takes off goods of `subtotal` at `now`, as far as the promotion itself can tell.
pub fn discount_of(
    promotion: &promotion::Model,
    subtotal: Money,
    now: DateTime<Utc>,
) -> Result<Discount, CouponProblem> {
    if !promotion.active {
        return Err(CouponProblem::NotFound);
    }
    if promotion.starts_at.is_some_and(|starts| now < starts) {
        return Err(CouponProblem::NotStarted);
    }
    if promotion.ends_at.is_some_and(|ends| ends <= now) {
        return Err(CouponProblem::Expired);
    }
    if promotion.max_uses.is_some_and(|most| promotion.uses >= most) {
        return Err(CouponProblem::UsageLimitReached);
    }
    if subtotal.amount < promotion.min_subtotal_minor {
        return Err(CouponProblem::NotApplicable);
    }
    Ok(match (promotion.percent_ppm, promotion.amount_minor) {
        (Some(ppm), _) => Discount::Percentage(ppm),
        (None, Some(amount)) => Discount::Fixed(Money::new(amount, subtotal.currency)),
        (None, None) => Discount::None,
    })
}

/// The promotion with this code. Those that can be used stand in the first shard.
pub async fn find_code(app: &App, code: &str) -> Result<Option<promotion::Model>, Error> {
    let reader = app.shards.db(Shard::FIRST).reader();
    Ok(store::promotions::find_by_code(reader, &normal_code(code)).await?)
}

/// Looks a code up and applies it. No code is no discount.
pub async fn apply_code(
    app: &App,
    code: Option<&str>,
    subtotal: Money,
) -> Result<Result<(Option<promotion::Model>, Discount), CouponProblem>, Error> {
    let Some(code) = code else { return Ok(Ok((None, Discount::None))) };
    let Some(promotion) = find_code(app, code).await? else {
        return Ok(Err(CouponProblem::NotFound));
    };
    Ok(discount_of(&promotion, subtotal, time::now()).map(|discount| (Some(promotion), discount)))
}

/// Takes one use in the transaction of the order. The row is locked, so the last use goes to one order only.
pub async fn take_use(tx: &db::Tx, promotion: &promotion::Model, user: Option<Uuid>, email: &str) -> Result<(), Error> {
    if !store::promotions::use_once(tx, promotion.id).await? {
        return Err(refused(CouponProblem::UsageLimitReached));
    }
    check_customer(&**tx, promotion, user, email).await
}

/// Whether this buyer may use the promotion once more, by what the first shard knows.
pub async fn check_customer(
    connection: &impl ConnectionTrait,
    promotion: &promotion::Model,
    user: Option<Uuid>,
    email: &str,
) -> Result<(), Error> {
    let Some(most) = promotion.max_uses_per_customer else { return Ok(()) };
    let here = store::promotions::uses_by(connection, promotion.id, user, email).await?;
    let uses = here + store::spread_uses::uses_by(connection, promotion.id, user, email).await?;
    if uses >= most.unsigned_abs() { Err(refused(CouponProblem::CustomerLimitReached)) } else { Ok(()) }
}

/// The answer to a coupon that does not apply.
pub fn refused(problem: CouponProblem) -> Error {
    let message = match problem {
        CouponProblem::NotFound => "is not a code of this shop",
        CouponProblem::NotStarted => "is not valid yet",
        CouponProblem::Expired => "is no longer valid",
        CouponProblem::UsageLimitReached => "has been used up",
        CouponProblem::CustomerLimitReached => "has been used by you already",
        CouponProblem::NotApplicable => "asks for more goods than these",
    };
    Error::Problem(Problem::invalid_field("coupon", problem.code(), message))
}

/// Creates a promotion, or replaces the one with `id`.
pub async fn write(app: &App, id: Option<Uuid>, input: PromotionInput) -> Result<PromotionView, Error> {
    let currency = app.config.currency;
    let fresh = checked(app, &input)?;
    let tx = app.db.begin().await?;
    let written = match id {
        None => fresh.into_active_model().insert(&*tx).await,
        Some(id) => {
            let old = store::promotions::lock(&tx, id).await?.ok_or(Error::NotFound)?;
            let change = promotion::Model { id, uses: old.uses, created_at: old.created_at, ..fresh };
            if change.max_uses.is_some_and(|most| most < old.uses) {
                let problem = Problem::invalid_field("max_uses", "out_of_range", "has been exceeded already");
                return Err(Error::Problem(problem));
            }
            change.into_active_model().reset_all().update(&*tx).await
        }
    };
    let row = written.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            let problem = Problem::new(http::StatusCode::CONFLICT, "code_taken");
            Error::Problem(problem.detail("Another promotion has this code."))
        }
        _ => Error::Db(error),
    })?;
    tx.commit().await?;
    Ok(PromotionView::of(row, currency))
}

/// Removes a promotion that no order carries; one that was used can only be switched off.
pub async fn delete(app: &App, id: Uuid) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let row = store::promotions::lock(&tx, id).await?.ok_or(Error::NotFound)?;
    if store::promotions::is_carried(&*tx, id).await? || store::spread_uses::is_carried(&*tx, id).await? {
        let mut change = row.into_active_model();
        change.active = sea_orm::Set(false);
        change.update(&*tx).await?;
    } else {
        promotion::Entity::delete_by_id(id).exec(&*tx).await?;
    }
    Ok(tx.commit().await?)
}

fn checked(app: &App, input: &PromotionInput) -> Result<promotion::Model, Error> {
    let currency = app.config.currency;
    let mut checks = Checks::new();
    let code = normal_code(&input.code);
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    checks.text("code", &code, 1..=64).text("name", &input.name, 0..=200);
    checks.require(plain, "code", "invalid", "must be made of letters, digits, - and _");
    checks.require(
        input.percent.is_some() != input.amount.is_some(),
        "percent",
        "invalid",
        "either percent or amount must be given",
    );
    let percent_ppm = input.percent.as_deref().and_then(ppm_of).filter(|ppm| *ppm > 0);
    checks.require(
        input.percent.is_none() || percent_ppm.is_some(),
        "percent",
        "out_of_range",
        "must be above 0 and at most 100, with four decimals at most",
    );
    for (field, money, least) in [("amount", input.amount, 1), ("min_subtotal", input.min_subtotal, 0)] {
        let Some(money) = money else { continue };
        checks.require(money.currency == currency, field, "currency", "must be in the shop's currency");
        checks.range(field, &money.amount, &(least..=contracts::money::LARGEST_AMOUNT));
    }
    let in_order = !matches!((input.starts_at, input.ends_at), (Some(starts), Some(ends)) if ends <= starts);
    checks.require(in_order, "ends_at", "out_of_range", "must be after starts_at");
    for (field, moment) in [("starts_at", input.starts_at), ("ends_at", input.ends_at)] {
        let kept = moment.is_none_or(|moment| app.db.can_keep(moment));
        checks.require(kept, field, "out_of_range", "is later than the shop's database can keep");
    }
    checks.done()?;
    debug_assert!(percent_ppm.is_none_or(|ppm| ppm <= 100 * PERCENT), "ppm_of reads no more than 100 percent");
    Ok(promotion::Model {
        id: Uuid::now_v7(),
        code,
        name: input.name.clone(),
        active: input.active,
        percent_ppm,
        amount_minor: input.amount.map(|amount| amount.amount),
        min_subtotal_minor: input.min_subtotal.map_or(0, |least| least.amount),
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        max_uses: input.max_uses.map(i64::from),
        max_uses_per_customer: input.max_uses_per_customer.map(i64::from),
        uses: 0,
        created_at: time::now(),
    })
}
