//! What goods cost now: the catalog's prices, the carrier's quote, the discount, and all of it added up.

use std::collections::{HashMap, HashSet};

use contracts::{
    Address, Destination, Money, MoneyError,
    calls::{ConfirmQuote, ConfirmedQuote, PriceItems, PricedItem},
    order::Item,
    time,
};
use upstream::CallError;

use crate::{
    App,
    totals::{self, Calculated, Discount, Line},
};

/// SKUs asked for in one call.
const SKUS_A_CALL: usize = 500;

/// What the catalog sells now, by SKU. What is sold in another currency than the shop's is not sold here.
pub async fn price(
    app: &App,
    skus: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, PricedItem>, CallError> {
    let skus: HashSet<String> = skus.into_iter().collect();
    let skus: Vec<String> = skus.into_iter().collect();
    let mut priced = HashMap::new();
    for portion in skus.chunks(SKUS_A_CALL) {
        let call = PriceItems { skus: portion.to_vec() };
        let answer = app.upstream.call(&call, &web::request::context()).await?;
        for (sku, item) in portion.iter().zip(answer.items) {
            if let Some(item) = item.filter(|item| item.price.currency == app.config.currency && item.price.amount >= 0)
            {
                priced.insert(sku.clone(), item);
            }
        }
    }
    Ok(priced)
}

/// The delivery behind a signed option, or why it does not hold.
pub async fn confirm(
    app: &App,
    shipping_option: &str,
    address: &Address,
    items: &[Item],
) -> Result<Result<ConfirmedQuote, String>, CallError> {
    let call = ConfirmQuote {
        shipping_option: shipping_option.to_owned(),
        destination: Destination::from(address),
        items: items.to_vec(),
    };
    match app.upstream.call(&call, &web::request::context()).await {
        Ok(quote) if quote.price.currency == app.config.currency && quote.price.amount >= 0 => Ok(Ok(quote)),
        Ok(_) => Ok(Err("other_currency".to_owned())),
        Err(CallError::Problem { code, body, .. }) if code == "quote_invalid" => {
            Ok(Err(body["reason"].as_str().unwrap_or("quote_invalid").to_owned()))
        }
        Err(error) => Err(error),
    }
}

/// Adds it all up for goods going to `destination`, by the rates of today.
pub fn add_up(
    app: &App,
    lines: &[(u32, &PricedItem)],
    discount: Discount,
    shipping: Option<Money>,
    destination: &Destination,
) -> Result<Calculated, MoneyError> {
    let lines: Vec<Line> = lines
        .iter()
        .map(|(quantity, item)| Line { quantity: *quantity, unit_price: item.price, tax_class: item.tax_class.clone() })
        .collect();
    let shipping = shipping.unwrap_or(Money::zero(app.config.currency));
    totals::calculate(&lines, discount, shipping, &app.tax, destination, time::now().date_naive())
}
