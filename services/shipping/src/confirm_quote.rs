//! Taking a quote at its word: is it ours, does it still hold, is it for this place and these goods?

use contracts::{
    calls::{ConfirmQuote, ConfirmedQuote},
    time,
};

use crate::{
    App, Error,
    model::zone::{Place, zone_of},
    quote::{PlaceMatch, Quote, QuoteProblem},
    store,
};

pub async fn confirm(app: &App, asked: &ConfirmQuote) -> Result<ConfirmedQuote, Error> {
    let quote = Quote::read(&asked.shipping_option, &app.seal, time::now()).map_err(Error::Quote)?;
    let place = Place::from(&asked.destination);
    let same_place = match quote.is_for_place(&place) {
        PlaceMatch::Same => true,
        PlaceMatch::Other => false,
        // A region that only one of the two names matters where it decides on the zone.
        PlaceMatch::RegionAdded => {
            let areas = store::zones::areas_for(app.db.reader(), &place.country).await?;
            zone_of(&areas, &place) == Some(quote.zone)
        }
    };
    if !same_place {
        return Err(Error::Quote(QuoteProblem::OtherDestination));
    }
    if !quote.is_for_items(&asked.items) {
        return Err(Error::Quote(QuoteProblem::OtherItems));
    }
    let price = quote.price();
    Ok(ConfirmedQuote {
        carrier: quote.carrier,
        service: quote.service,
        price,
        min_days: quote.min_days,
        max_days: quote.max_days,
    })
}
