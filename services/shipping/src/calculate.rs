//! What delivery of some goods to some place costs: the offers, cheapest first, each a signed quote.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{Currency, Destination, Money, calls::PriceItems, order::Item, time};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Checks, Problem};

use crate::{
    App, Error,
    entity::{rate, zone},
    model::{
        rate::{Excluded, Goods, Rate},
        zone::{Place, zone_of},
    },
    quote::{Offer, Quote},
    store,
};

/// SKUs that the catalog is asked for in one call.
const PRICED_AT_ONCE: usize = 500;

/// A delivery that can be chosen.
#[derive(Clone, Debug)]
pub struct DeliveryOption {
    pub id: String,
    pub offer: Offer,
    pub expires_at: DateTime<Utc>,
}

/// Why there is no delivery to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoDelivery {
    /// The place lies in a zone that nothing is delivered to.
    NotDelivered,
    /// The place lies in no zone.
    NoZone,
    /// The zone has no rate.
    NoRate,
    /// The zone's rates are in another currency than the goods.
    OtherCurrency,
    /// The goods are in several currencies.
    MixedCurrencies,
    TooHeavy,
    TooValuable,
    TooLarge,
}

impl From<Excluded> for NoDelivery {
    fn from(excluded: Excluded) -> Self {
        match excluded {
            Excluded::OtherCurrency => Self::OtherCurrency,
            Excluded::TooHeavy => Self::TooHeavy,
            Excluded::TooValuable => Self::TooValuable,
            Excluded::TooLarge => Self::TooLarge,
        }
    }
}

/// The offers for `items` to `destination`. No offer is an answer, with its reason.
pub async fn calculate(
    app: &App,
    destination: &Destination,
    items: &[Item],
) -> Result<Result<Vec<DeliveryOption>, NoDelivery>, Error> {
    let goods = match goods(app, items).await? {
        Ok(goods) => goods,
        Err(reason) => return Ok(Err(reason)),
    };
    let place = Place::from(destination);
    let considered = consider(app.db.reader(), &place, &goods).await?;
    let expires_at = time::now() + TimeDelta::seconds(i64::from(app.config.quote_life_secs));
    Ok(considered.offers().map(|offers| {
        let option = |offer: Offer| DeliveryOption {
            id: Quote::new(offer.clone(), &place, items, expires_at).write(&app.seal),
            offer,
            expires_at,
        };
        offers.into_iter().map(option).collect()
    }))
}

/// What the catalog says of the items, added up.
pub async fn goods(app: &App, items: &[Item]) -> Result<Result<Goods, NoDelivery>, Error> {
    let mut quantities: HashMap<&str, u64> = HashMap::new();
    let mut skus: Vec<String> = Vec::new();
    for item in items {
        let quantity = quantities.entry(&item.sku).or_insert_with(|| {
            skus.push(item.sku.clone());
            0
        });
        *quantity += u64::from(item.quantity);
    }
    let mut answers = Vec::with_capacity(skus.len());
    for some in skus.chunks(PRICED_AT_ONCE) {
        let priced = app.upstream.call(&PriceItems { skus: some.to_vec() }, &web::request::context()).await?;
        answers.extend(priced.items);
    }
    let priced: HashMap<&str, _> = skus.iter().map(String::as_str).zip(&answers).collect();
    let mut checks = Checks::new();
    for (index, item) in items.iter().enumerate() {
        if priced.get(item.sku.as_str()).is_none_or(|priced| priced.is_none()) {
            checks.fail(format!("items[{index}].sku"), "unknown_sku", "is not for sale");
        }
    }
    checks.done()?;
    let mut goods: Option<Goods> = None;
    for (sku, quantity) in quantities {
        let Some(Some(priced)) = priced.get(sku) else { return Err(Problem::internal("an SKU went missing").into()) };
        let sum = goods.get_or_insert(Goods { weight_g: 0, pieces: 0, value: Money::zero(priced.price.currency) });
        if sum.value.currency != priced.price.currency {
            return Ok(Err(NoDelivery::MixedCurrencies));
        }
        let value = u32::try_from(quantity).ok().and_then(|quantity| priced.price.times(quantity).ok());
        let Some(value) = value.and_then(|value| sum.value.plus(value).ok()) else {
            return Ok(Err(NoDelivery::TooLarge));
        };
        sum.value = value;
        sum.weight_g = sum.weight_g.saturating_add(quantity.saturating_mul(u64::from(priced.weight_g)));
        sum.pieces = sum.pieces.saturating_add(quantity);
    }
    goods.map(Ok).ok_or_else(|| Problem::invalid_field("items", "required", "must not be empty").into())
}

/// A zone, and what each of its rates says to some goods.
#[derive(Debug)]
pub struct Considered {
    pub zone: Option<zone::Model>,
    pub rates: Vec<(rate::Model, Result<Money, Excluded>)>,
}

pub async fn consider(connection: &impl ConnectionTrait, place: &Place, goods: &Goods) -> Result<Considered, Error> {
    let areas = store::zones::areas_for(connection, &place.country).await?;
    let zone = match zone_of(&areas, place) {
        Some(zone) => store::zones::find(connection, zone).await?,
        None => None,
    };
    let Some(zone) = zone else { return Ok(Considered { zone: None, rates: Vec::new() }) };
    let mut rates = Vec::new();
    for row in store::zones::rates_of(connection, &[zone.id]).await? {
        if row.active {
            let price = rule(&row)?.price(goods);
            rates.push((row, price));
        }
    }
    Ok(Considered { zone: Some(zone), rates })
}

impl Considered {
    /// The offers, cheapest first, then the faster.
    pub fn offers(self) -> Result<Vec<Offer>, NoDelivery> {
        let zone = self.zone.ok_or(NoDelivery::NoZone)?;
        if !zone.delivered {
            return Err(NoDelivery::NotDelivered);
        }
        let mut excluded = None;
        let mut offers = Vec::new();
        for (row, price) in self.rates {
            match price {
                Ok(price) => offers.push(offer(row, price)),
                // Of several reasons the one that the buyer can do something about.
                Err(Excluded::OtherCurrency) => excluded = excluded.or(Some(Excluded::OtherCurrency)),
                Err(reason) => excluded = Some(reason),
            }
        }
        if offers.is_empty() {
            return Err(excluded.map_or(NoDelivery::NoRate, NoDelivery::from));
        }
        offers.sort_by_key(|offer| (offer.price.amount, offer.max_days, offer.rate));
        Ok(offers)
    }
}

fn offer(row: rate::Model, price: Money) -> Offer {
    Offer {
        rate: row.id,
        zone: row.zone_id,
        carrier: row.carrier,
        service: row.service,
        price,
        min_days: u32::try_from(row.min_days).unwrap_or_default(),
        max_days: u32::try_from(row.max_days).unwrap_or_default(),
    }
}

/// A rate's rule, as the pure part calculates with it.
pub fn rule(row: &rate::Model) -> Result<Rate, Error> {
    let unreadable = |cause: String| Error::Unreadable(format!("rate {}: {cause}", row.id));
    let currency: Currency = row.currency.parse().map_err(|_| unreadable(format!("currency {}", row.currency)))?;
    let pricing = serde_json::from_value(row.pricing.clone()).map_err(|error| unreadable(error.to_string()))?;
    Ok(Rate { currency, pricing, free_over: row.free_over_minor, max_weight_g: row.max_weight_g })
}
