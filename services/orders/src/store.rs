//! The queries. They decide nothing and commit nothing.

pub mod carts;
pub mod orders;
pub mod promotions;
mod reading;
pub mod reports;
pub mod returns;
pub mod spread_uses;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::Error;

pub use reading::{OrderProblem, goods};

/// A status as the word it has in JSON.
pub fn word(status: &impl Serialize) -> String {
    match serde_json::to_value(status) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

pub fn read_word<T: DeserializeOwned>(word: &str) -> Result<T, Error> {
    serde_json::from_value(Value::from(word)).map_err(|error| Error::Stored(error.to_string()))
}

pub fn json(value: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|error| Error::Stored(error.to_string()))
}

pub fn read_json<T: DeserializeOwned>(value: &Value) -> Result<T, Error> {
    T::deserialize(value).map_err(|error| Error::Stored(error.to_string()))
}

/// Pieces as the database counts them.
pub fn pieces(quantity: u32) -> i32 {
    i32::try_from(quantity).unwrap_or(i32::MAX)
}

/// Pieces as the rules count them.
pub fn quantity(pieces: i32) -> u32 {
    pieces.unsigned_abs()
}
