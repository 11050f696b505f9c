//! Card numbers: recognised so that they can be refused, and then neither kept nor logged.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;
use web::{Problem, extract::read_json};

/// A JSON body in which no field holds a card number.
pub struct CardFree<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for CardFree<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
                .detail("The body must be sent as application/json."));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").detail("The body is too large.")
            }
            _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable_body").detail("The body cannot be read."),
        })?;
        // Before anything else: later messages quote what they do not understand.
        if serde_json::from_slice::<Value>(&bytes).is_ok_and(|value| holds_card_number(&value)) {
            return Err(refused());
        }
        read_json(&bytes).map(Self)
    }
}

/// The answer to a request with a card number in it. It does not repeat the number or where it stood.
fn refused() -> Problem {
    metrics::counter!("rialto_card_numbers_refused_total").increment(1);
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "card_number_refused")
        .detail("Card numbers must not be sent here. Send the token your card form got from the payment provider.")
}

fn holds_card_number(value: &Value) -> bool {
    match value {
        Value::String(text) => is_card_number(text),
        Value::Number(number) => is_card_number(&number.to_string()),
        Value::Array(items) => items.iter().any(holds_card_number),
        Value::Object(fields) => fields.iter().any(|(name, value)| is_card_number(name) || holds_card_number(value)),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Whether a card number stands in `text`: 13 to 19 digits that pass the Luhn check, in one piece or in groups.
pub fn is_card_number(text: &str) -> bool {
    runs(&without_ids(text)).iter().any(|groups| {
        (0..groups.len()).any(|first| {
            let mut digits = String::new();
            groups[first..].iter().any(|group| {
                digits.push_str(group);
                (13..=19).contains(&digits.len())
                    && digits.starts_with(['2', '3', '4', '5', '6'])
                    && passes_luhn(&digits)
            })
        })
    })
}

/// UUIDs are full of digits and hyphens, and are not card numbers.
fn without_ids(text: &str) -> String {
    const LEN: usize = 36;
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(first) = rest.chars().next() {
        match rest.get(..LEN).filter(|id| Uuid::try_parse(id).is_ok()) {
            Some(_) => {
                kept.push('/');
                rest = &rest[LEN..];
            }
            None => {
                kept.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    kept
}

/// The runs of digit groups in `text`, where single spaces, dots or hyphens stand between the groups.
fn runs(text: &str) -> Vec<Vec<String>> {
    let mut runs = vec![vec![String::new()]];
    let mut before = ' ';
    for c in text.chars() {
        let Some(run) = runs.last_mut() else { continue };
        match c {
            '0'..='9' => {
                if let Some(group) = run.last_mut() {
                    group.push(c);
                }
            }
            ' ' | '-' | '.' if before.is_ascii_digit() => run.push(String::new()),
            _ => runs.push(vec![String::new()]),
        }
        before = c;
    }
    runs
}

fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_seen_however_they_are_written() {
        for number in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "my card is 5555555555554444, thanks",
            "3782 822463 10005",
            "6011.1111.1111.1117",
            "4242424242424242 123",
            "12/34 4242424242424242",
        ] {
            assert!(is_card_number(number), "{number} was not seen");
        }
    }

    #[test]
    fn other_numbers_are_let_through() {
        for text in [
            "tok_visa",
            "4242424242424241",
            "1234567890123",
            "+49 30 901820",
            "0192f0c1-a2b3-7c4d-8e5f-607182930000",
            "44444444-4444-4444-8444-444444444448",
            "/orders/44444444-4444-4444-8444-444444444448?x=1",
            "2026-11-22T19:03:16Z",
            "",
        ] {
            assert!(!is_card_number(text), "{text} was taken for a card number");
        }
    }

    #[test]
    fn numbers_and_names_of_fields_count_too() {
        assert!(holds_card_number(&serde_json::json!({"a": [{"b": 4242424242424242_i64}]})));
        assert!(holds_card_number(&serde_json::json!({"4242424242424242": 1})));
        assert!(!holds_card_number(&serde_json::json!({"amount": 1999, "currency": "EUR"})));
    }
}
