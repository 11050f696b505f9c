//! Money, dates and addresses as people of a language write them. Pure.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use contracts::Currency;

const NO_BREAK: char = '\u{a0}';

/// `€19.99` in English, `19,99 €` in German, with the currency's own number of decimals.
pub fn money(minor: i64, currency: Currency, language: &str) -> String {
    let german = is(language, "de");
    let (group, point) = if german { ('.', ',') } else { (',', '.') };
    let places = currency.exponent();
    let unit = 10_u64.pow(places);
    let amount = minor.unsigned_abs();
    let mut number = grouped(amount / unit, group);
    if places > 0 {
        let width = places as usize;
        number.push(point);
        number.push_str(&format!("{:0width$}", amount % unit));
    }
    let sign = if minor < 0 { "-" } else { "" };
    match (is(language, "en"), symbol(currency, language)) {
        (true, Some(symbol)) => format!("{sign}{symbol}{number}"),
        (true, None) => format!("{sign}{currency}{NO_BREAK}{number}"),
        (false, Some(symbol)) => format!("{sign}{number}{NO_BREAK}{symbol}"),
        (false, None) => format!("{sign}{number}{NO_BREAK}{currency}"),
    }
}

fn symbol(currency: Currency, language: &str) -> Option<&'static str> {
    if is(language, "ar") {
        match currency.code() {
            "AED" => return Some("د.إ."),
            "EGP" => return Some("ج.م."),
            "KWD" => return Some("د.ك."),
            "SAR" => return Some("ر.س."),
            _ => {}
        }
    }
    match currency.code() {
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "INR" => Some("₹"),
        "JPY" => Some("¥"),
        "KRW" => Some("₩"),
        "USD" => Some("$"),
        _ => None,
    }
}

fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// `22 November 2026`, `22. November 2026`, `22 نوفمبر 2026`.
pub fn date(day: NaiveDate, language: &str) -> String {
    let month = month(day, language);
    let stop = if is(language, "de") { "." } else { "" };
    format!("{}{stop} {month} {}", day.day(), day.year())
}

/// The date and the time of day, in UTC and saying so.
pub fn date_time(at: DateTime<Utc>, language: &str) -> String {
    let day = date(at.date_naive(), language);
    let time = at.format("%H:%M");
    if is(language, "de") { format!("{day}, {time} Uhr UTC") } else { format!("{day}, {time} UTC") }
}

/// `24–26 November 2026`, with as much of the first date as is needed.
pub fn date_range(from: NaiveDate, to: NaiveDate, language: &str) -> String {
    let stop = if is(language, "de") { "." } else { "" };
    let last = date(to, language);
    if from >= to {
        last
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{}{stop}–{last}", from.day())
    } else if from.year() == to.year() {
        format!("{}{stop} {} – {last}", from.day(), month(from, language))
    } else {
        format!("{} – {last}", date(from, language))
    }
}

fn month(day: NaiveDate, language: &str) -> &'static str {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const GERMAN: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    const ARABIC: [&str; 12] =
        ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"];
    let names = match language.split('-').next() {
        Some("de") => GERMAN,
        Some("ar") => ARABIC,
        _ => ENGLISH,
    };
    names[day.month0() as usize]
}

/// Whether `language` is written from right to left.
pub fn is_right_to_left(language: &str) -> bool {
    ["ar", "fa", "he", "ur"].into_iter().any(|written_so| is(language, written_so))
}

fn is(language: &str, wanted: &str) -> bool {
    language.split('-').next() == Some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn money_is_written_as_the_language_and_the_currency_want() {
        for (minor, currency, language, text) in [
            (1999, Currency::EUR, "en", "€19.99"),
            (1999, Currency::EUR, "de", "19,99\u{a0}€"),
            (1999, Currency::EUR, "de-AT", "19,99\u{a0}€"),
            (123_456_789, Currency::EUR, "en", "€1,234,567.89"),
            (123_456_789, Currency::EUR, "de", "1.234.567,89\u{a0}€"),
            (5, Currency::USD, "en-US", "$0.05"),
            (-1050, Currency::GBP, "en", "-£10.50"),
            (1200, Currency::JPY, "en", "¥1,200"),
            (1200, Currency::JPY, "de", "1.200\u{a0}¥"),
            (1234, Currency::KWD, "en", "KWD\u{a0}1.234"),
            (1234, Currency::KWD, "de", "1,234\u{a0}KWD"),
            (1234, Currency::KWD, "ar", "1.234\u{a0}د.ك."),
            (1999, Currency::EUR, "fr", "19.99\u{a0}€"),
            (i64::MIN, Currency::JPY, "en", "-¥9,223,372,036,854,775,808"),
        ] {
            assert_eq!(money(minor, currency, language), text);
        }
    }

    #[test]
    fn dates_are_written_as_the_language_wants() {
        assert_eq!(date(day("2026-03-01"), "en"), "1 March 2026");
        assert_eq!(date(day("2026-03-01"), "de"), "1. März 2026");
        assert_eq!(date(day("2026-03-01"), "ar"), "1 مارس 2026");
        let at: DateTime<Utc> = "2026-11-22T18:05:00Z".parse().expect("a time");
        assert_eq!(date_time(at, "de"), "22. November 2026, 18:05 Uhr UTC");
    }

    #[test]
    fn ranges_say_only_what_differs() {
        assert_eq!(date_range(day("2026-11-24"), day("2026-11-26"), "en"), "24–26 November 2026");
        assert_eq!(date_range(day("2026-11-24"), day("2026-11-26"), "de"), "24.–26. November 2026");
        assert_eq!(date_range(day("2026-11-30"), day("2026-12-02"), "en"), "30 November – 2 December 2026");
        assert_eq!(date_range(day("2026-12-30"), day("2027-01-02"), "en"), "30 December 2026 – 2 January 2027");
        assert_eq!(date_range(day("2026-11-24"), day("2026-11-24"), "en"), "24 November 2026");
    }
}
