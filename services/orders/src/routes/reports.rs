//! `/reports`: what was sold, and what waits for a person.

use axum::extract::State;
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use contracts::{permissions::Permission, time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{
    Caller, Json, Query,
    answers::{Invalid, StaffOnly},
    page::LIMIT_MAX,
};

use crate::{
    App, Error,
    model::{Interval, Period, ReturnStatus},
    report_sales::{self, Asked, SalesReport},
    store::reports,
};

/// Days of a report whose beginning nobody named.
const DAYS_DEFAULT: u64 = 30;
const BEST_DEFAULT: u64 = 10;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report_sales)).routes(routes!(count_todo))
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SalesQuery {
    /// The first day; 30 days up to `to` if absent.
    from: Option<NaiveDate>,
    /// The last day, which is included; today if absent.
    to: Option<NaiveDate>,
    /// `day` if absent.
    interval: Option<Interval>,
    /// An IANA name such as `Europe/Berlin`, by whose days is counted; the shop's if absent.
    #[param(value_type = Option<String>, example = "Europe/Berlin")]
    timezone: Option<Tz>,
    /// Best sellers at most, up to 100; 10 if absent.
    #[param(minimum = 0, maximum = 100)]
    limit: Option<u64>,
}

impl SalesQuery {
    fn asked(self, shop_zone: Tz) -> Result<Asked, Error> {
        let zone = self.timezone.unwrap_or(shop_zone);
        let last = self.to.unwrap_or_else(|| time::now().with_timezone(&zone).date_naive());
        let first = self.from.or_else(|| last.checked_sub_days(Days::new(DAYS_DEFAULT - 1))).unwrap_or(last);
        let best = self.limit.unwrap_or(BEST_DEFAULT);
        web::Checks::new().range("limit", &best, &(0..=LIMIT_MAX)).done()?;
        Ok(Asked { period: Period { first, last }, interval: self.interval.unwrap_or_default(), zone, best })
    }
}

/// What waits for a person.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({"to_fulfil": 4, "to_pay": 1, "problems": 2, "returns": {"requested": 1, "received": 0, "inspected": 0}}))]
struct OrdersTodo {
    /// Paid orders to be sent: `status=processing` in the list of orders, without those whose payment is disputed.
    to_fulfil: u64,
    /// Orders that wait for their money: `status=pending`.
    to_pay: u64,
    /// Orders with something to look at: `problems=true`.
    problems: u64,
    returns: ReturnsTodo,
}

/// Returns that go nowhere without a person.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
struct ReturnsTodo {
    /// To be approved or declined.
    requested: u64,
    /// Goods are back and no refund is on its way.
    received: u64,
    /// Goods were looked at and no refund is on its way.
    inspected: u64,
}

/// Report sales
///
/// Orders count on the day they were placed, money on the day it came or went, by the days of a time zone.
#[utoipa::path(
    get, path = "/reports/sales", operation_id = "report_sales", tag = "reports",
    params(SalesQuery), security(("bearer" = [])),
    responses(
        (status = 200, body = SalesReport),
        StaffOnly,
        Invalid,
    )
)]
async fn report_sales(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SalesQuery>,
) -> Result<Json<SalesReport>, Error> {
    caller.require(Permission::OrdersRead)?;
    let asked = query.asked(app.config.time_zone)?;
    Ok(Json(report_sales::report(&app, asked).await?))
}

/// Count what waits for a person
#[utoipa::path(
    get, path = "/reports/todo", operation_id = "count_todo", tag = "reports", security(("bearer" = [])),
    responses(
        (status = 200, body = OrdersTodo),
        StaffOnly,
    )
)]
async fn count_todo(State(app): State<App>, caller: Caller) -> Result<Json<OrdersTodo>, Error> {
    caller.require(Permission::OrdersRead)?;
    let parts = db::everywhere(app.everywhere(), |app| async move { todo(&app).await });
    Ok(Json(parts.await?.into_iter().fold(OrdersTodo::default(), OrdersTodo::plus)))
}

/// What waits in one shard.
async fn todo(app: &App) -> Result<OrdersTodo, Error> {
    let reader = &app.db.late_reader().await;
    Ok(OrdersTodo {
        to_fulfil: reports::to_fulfil(reader).await?,
        to_pay: reports::to_pay(reader).await?,
        problems: reports::with_problems(reader).await?,
        returns: ReturnsTodo {
            requested: reports::waiting_returns(reader, ReturnStatus::Requested).await?,
            received: reports::waiting_returns(reader, ReturnStatus::Received).await?,
            inspected: reports::waiting_returns(reader, ReturnStatus::Inspected).await?,
        },
    })
}

impl OrdersTodo {
    fn plus(self, other: Self) -> Self {
        let (some, others) = (self.returns, other.returns);
        Self {
            to_fulfil: self.to_fulfil + other.to_fulfil,
            to_pay: self.to_pay + other.to_pay,
            problems: self.problems + other.problems,
            returns: ReturnsTodo {
                requested: some.requested + others.requested,
                received: some.received + others.received,
                inspected: some.inspected + others.inspected,
            },
        }
    }
}
