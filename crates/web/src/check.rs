//! Checking a request's values: all fields are looked at, and all that is wrong is told at once.

use std::{fmt::Display, ops::RangeInclusive};

use contracts::Address;

use crate::problem::{FieldError, Problem};

/// Collects what is wrong. `done` turns it into one answer.
#[derive(Debug, Default)]
pub struct Checks {
    errors: Vec<FieldError>,
}

impl Checks {
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes an error on `field`.
    pub fn fail(&mut self, field: impl Into<String>, code: &str, message: impl Into<String>) -> &mut Self {
        self.errors.push(FieldError { field: field.into(), code: code.to_owned(), message: message.into() });
        self
    }

    pub fn require(&mut self, holds: bool, field: &str, code: &str, message: &str) -> &mut Self {
        if !holds {
            self.fail(field, code, message);
        }
        self
    }

    /// Text of a length in code points, without NUL (which PostgreSQL cannot store) and other control characters.
    pub fn text(&mut self, field: &str, text: &str, length: RangeInclusive<usize>) -> &mut Self {
        let count = text.chars().count();
        let (least, most) = (*length.start(), *length.end());
        if least > 0 && text.trim().is_empty() {
            return self.fail(field, "required", "must not be empty");
        }
        if !length.contains(&count) {
            return self.fail(field, "length", format!("must have {least} to {most} characters, not {count}"));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return self.fail(field, "control_character", "must not contain control characters");
        }
        self
    }

    pub fn range<T: PartialOrd + Display>(&mut self, field: &str, value: &T, range: &RangeInclusive<T>) -> &mut Self {
        if !range.contains(value) {
            self.fail(field, "out_of_range", format!("must be between {} and {}", range.start(), range.end()));
        }
        self
    }

    /// An e-mail address as mail servers in the wild take it: one `@`, a dotted domain, no spaces, at most 254 bytes.
    pub fn email(&mut self, field: &str, email: &str) -> &mut Self {
        let well_formed = email.len() <= 254
            && !email.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'))
            && email.rsplit_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && local.len() <= 64
                    && !local.contains('@')
                    && domain.split('.').count() >= 2
                    && domain
                        .split('.')
                        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
            });
        self.require(well_formed, field, "invalid", "must be an e-mail address")
    }

    /// A two-letter country code (ISO 3166-1 alpha-2).
    pub fn country(&mut self, field: &str, country: &str) -> &mut Self {
        let known = rust_iso3166::from_alpha2(country).is_some();
        self.require(known, field, "unknown_country", "must be an ISO 3166-1 alpha-2 country code")
    }

    /// A postal address; `field` is where it stands in the body.
    pub fn address(&mut self, field: &str, address: &Address) -> &mut Self {
        let at = |name: &str| format!("{field}.{name}");
        self.text(&at("name"), &address.name, 1..=200)
            .text(&at("line1"), &address.line1, 1..=200)
            .text(&at("line2"), address.line2.as_deref().unwrap_or_default(), 0..=200)
            .text(&at("city"), &address.city, 1..=100)
            .text(&at("region"), address.region.as_deref().unwrap_or_default(), 0..=100)
            .text(&at("postal_code"), &address.postal_code, 0..=20)
            .text(&at("phone"), address.phone.as_deref().unwrap_or_default(), 0..=30)
            .country(&at("country"), &address.country)
    }

    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    pub fn done(&mut self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid(std::mem::take(&mut self.errors))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes_email(email: &str) -> bool {
        Checks::new().email("email", email).is_clean()
    }

    #[test]
    fn addresses_that_mail_servers_take_are_taken() {
        for good in ["a@b.co", "ada+shop@mail.example.org", "ünï@exämple.de", "o'brien@example.ie"] {
            assert!(takes_email(good), "{good} was refused");
        }
        for bad in
            ["", "a", "a@b", "@b.co", "a@", "a b@c.de", "a@b..c", "a@@b.co", "<a@b.co>", "a@b.co,c@d.eu", "a@-b.co"]
        {
            assert!(!takes_email(bad), "{bad:?} was taken");
        }
    }

    #[test]
    fn text_is_counted_in_code_points_and_may_not_hide_control_characters() {
        assert!(Checks::new().text("name", "Łódź 🎂", 1..=6).is_clean());
        assert!(!Checks::new().text("name", "a\0b", 1..=10).is_clean());
        assert!(!Checks::new().text("name", "   ", 1..=10).is_clean());
        assert!(!Checks::new().text("name", "toolong", 1..=6).is_clean());
    }
}
