//! The sales name countries in words and give no addresses; here are a code, a city and a postcode for each.

use serde_json::{Value, json};

/// Name in the sales, ISO 3166-1 code, city, postcode.
const COUNTRIES: [(&str, &str, &str, &str); 36] = [
    ("Australia", "AU", "Sydney", "2000"),
    ("Austria", "AT", "Wien", "1010"),
    ("Bahrain", "BH", "Manama", "317"),
    ("Belgium", "BE", "Bruxelles", "1000"),
    ("Brazil", "BR", "São Paulo", "01000-000"),
    ("Canada", "CA", "Toronto", "M5H 2N2"),
    ("Channel Islands", "JE", "St Helier", "JE2 3AA"),
    ("Cyprus", "CY", "Nicosia", "1010"),
    ("Czech Republic", "CZ", "Praha", "110 00"),
    ("Denmark", "DK", "København", "1050"),
    ("EIRE", "IE", "Dublin", "D02 X285"),
    ("Finland", "FI", "Helsinki", "00100"),
    ("France", "FR", "Paris", "75001"),
    ("Germany", "DE", "Berlin", "10117"),
    ("Greece", "GR", "Athina", "105 57"),
    ("Hong Kong", "HK", "Hong Kong", ""),
    ("Iceland", "IS", "Reykjavík", "101"),
    ("Israel", "IL", "Tel Aviv", "6100000"),
    ("Italy", "IT", "Roma", "00184"),
    ("Japan", "JP", "Tokyo", "100-0001"),
    ("Lebanon", "LB", "Beirut", ""),
    ("Lithuania", "LT", "Vilnius", "01100"),
    ("Malta", "MT", "Valletta", "VLT 1010"),
    ("Netherlands", "NL", "Amsterdam", "1012 AB"),
    ("Norway", "NO", "Oslo", "0150"),
    ("Poland", "PL", "Warszawa", "00-950"),
    ("Portugal", "PT", "Lisboa", "1100-148"),
    ("RSA", "ZA", "Cape Town", "8001"),
    ("Saudi Arabia", "SA", "Riyadh", "11564"),
    ("Singapore", "SG", "Singapore", "018956"),
    ("Spain", "ES", "Madrid", "28013"),
    ("Sweden", "SE", "Stockholm", "111 20"),
    ("Switzerland", "CH", "Zürich", "8001"),
    ("USA", "US", "New York", "10001"),
    ("United Arab Emirates", "AE", "Dubai", ""),
    ("United Kingdom", "GB", "London", "EC1A 1BB"),
];

/// An invented address of `customer` in the country named; `None` for a country that is none.
pub fn address(country: &str, customer: &str) -> Option<Value> {
    let (_, code, city, postal_code) = COUNTRIES.iter().find(|(name, ..)| *name == country)?;
    Some(json!({
        "name": format!("Customer {customer}"), "line1": "1 High Street",
        "city": city, "postal_code": postal_code, "country": code,
    }))
}
