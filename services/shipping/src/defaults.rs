//! The zones and rates that a first start puts in: home, the European Union, the rest of Europe, the world.

use contracts::time;
use db::Db;
use sea_orm::{EntityTrait, Set};
use uuid::Uuid;

use crate::{
    Error,
    config::Config,
    entity::{rate, zone},
    model::{
        rate::{Pricing, Tier},
        zone::{ANYWHERE, Area},
    },
    sandbox, store,
};

const EUROPEAN_UNION: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";
const REST_OF_EUROPE: &str = "AD AL AX BA CH FO GB GG GI IM IS JE LI MC MD ME MK NO RS SM UA VA XK";

/// A rate in the making: service, tiers of grams and cents, free from, days, and the most it carries.
struct Draft {
    service: &'static str,
    tiers: &'static [(Option<i64>, i64)],
    free_over: Option<i64>,
    days: (i32, i32),
    max_weight_g: Option<i64>,
}

const PARCEL_MAX_G: i64 = 31_500;

const fn standard(tiers: &'static [(Option<i64>, i64)], free_over: Option<i64>, days: (i32, i32)) -> Draft {
    Draft { service: "Standard", tiers, free_over, days, max_weight_g: None }
}

const fn express(tiers: &'static [(Option<i64>, i64)], days: (i32, i32)) -> Draft {
    Draft { service: "Express", tiers, free_over: None, days, max_weight_g: Some(PARCEL_MAX_G) }
}

/// The zones, in the order of their ids. The last tier of a standard rate is freight.
const ZONES: [(&str, [Draft; 2]); 4] = [
    (
        "Domestic",
        [
            standard(&[(Some(5_000), 490), (Some(PARCEL_MAX_G), 990), (None, 4_900)], Some(7_900), (1, 3)),
            express(&[(Some(5_000), 1_290), (None, 1_990)], (1, 1)),
        ],
    ),
    (
        "European Union",
        [
            standard(&[(Some(5_000), 990), (Some(PARCEL_MAX_G), 1_990), (None, 9_900)], None, (3, 6)),
            express(&[(Some(5_000), 2_490), (None, 3_990)], (2, 3)),
        ],
    ),
    (
        "Europe",
        [
            standard(&[(Some(5_000), 1_490), (Some(PARCEL_MAX_G), 2_990), (None, 14_900)], None, (4, 8)),
            express(&[(Some(5_000), 2_990), (None, 4_990)], (2, 4)),
        ],
    ),
    (
        "World",
        [
            standard(&[(Some(5_000), 2_490), (Some(PARCEL_MAX_G), 5_990), (None, 29_900)], None, (7, 14)),
            express(&[(Some(5_000), 4_990), (None, 8_990)], (3, 5)),
        ],
    ),
];

/// Puts the zones in, once in the life of the database: what staff remove stays removed.
pub async fn plant(db: &Db, config: &Config) -> Result<(), Error> {
    let tx = db.begin().await?;
    if !store::zones::plant(&*tx, "zones").await? {
        return Ok(());
    }
    let now = time::now();
    for (place, (name, drafts)) in (1_u128..).zip(&ZONES) {
        let zone = zone_id(place);
        let row = zone::ActiveModel {
            id: Set(zone),
            name: Set((*name).to_owned()),
            delivered: Set(true),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        zone::Entity::insert(row).exec_without_returning(&*tx).await?;
        store::zones::set_areas(&*tx, zone, &areas(place, zone, &config.country)).await?;
        for (number, draft) in (1_u128..).zip(drafts) {
            rate::Entity::insert(rate_row(config, place, number, draft)?).exec_without_returning(&*tx).await?;
        }
    }
    tx.commit().await?;
    tracing::info!(country = config.country, "default shipping zones put in");
    Ok(())
}

fn zone_id(place: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0053_4800_0000 + (place << 8))
}

fn areas(place: u128, zone: Uuid, home: &str) -> Vec<Area> {
    let countries: Vec<&str> = match place {
        1 => vec![home],
        2 => EUROPEAN_UNION.split(' ').filter(|country| *country != home).collect(),
        3 => REST_OF_EUROPE.split(' ').filter(|country| *country != home).collect(),
        _ => vec![ANYWHERE],
    };
    let whole =
        |country: &str| Area { zone, country: country.to_owned(), region: String::new(), postal_code: String::new() };
    countries.into_iter().map(whole).collect()
}

fn rate_row(config: &Config, place: u128, number: u128, draft: &Draft) -> Result<rate::ActiveModel, Error> {
    // The prices are written in hundredths; currencies with thousandths have one digit more.
    let unit = if config.currency.exponent() > 2 { 10 } else { 1 };
    let tiers = draft.tiers.iter().map(|(up_to, amount)| Tier { up_to: *up_to, amount: amount * unit }).collect();
    let pricing =
        serde_json::to_value(Pricing::ByWeight { tiers }).map_err(|error| Error::Unreadable(error.to_string()))?;
    let now = time::now();
    Ok(rate::ActiveModel {
        id: Set(Uuid::from_u128(zone_id(place).as_u128() + number)),
        zone_id: Set(zone_id(place)),
        carrier: Set(sandbox::NAME.to_owned()),
        service: Set(draft.service.to_owned()),
        currency: Set(config.currency.code().to_owned()),
        pricing: Set(pricing),
        free_over_minor: Set(draft.free_over.map(|least| least * unit)),
        max_weight_g: Set(draft.max_weight_g),
        min_days: Set(draft.days.0),
        max_days: Set(draft.days.1),
        active: Set(true),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    })
}
