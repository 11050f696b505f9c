//! Amounts as pages show them: just as `Intl.NumberFormat` writes them in the browser, which takes the page over.

use contracts::{Currency, Money};

use super::locale::Locale;

const NO_BREAK: char = '\u{a0}';
const RIGHT_TO_LEFT: char = '\u{200f}';

/// `€19.99`, `19,99 €`.
pub(crate) fn shown(money: Money, locale: Locale) -> String {
    let (group, point) = if locale == Locale::De { ('.', ',') } else { (',', '.') };
    let places = money.currency.exponent();
    let unit = 10_u64.pow(places);
    let amount = money.amount.unsigned_abs();
    let mut number = grouped(amount / unit, group);
    if places > 0 {
        number.push(point);
        number.push_str(&format!("{:0width$}", amount % unit, width = places as usize));
    }
    let sign = if money.amount < 0 { "-" } else { "" };
    let symbol = symbol(money.currency, locale);
    match locale {
        // A name made of letters is kept apart from the number.
        Locale::En if symbol.ends_with(|last: char| last.is_ascii_alphabetic() || last == '.') => {
            format!("{sign}{symbol}{NO_BREAK}{number}")
        }
        Locale::En => format!("{sign}{symbol}{number}"),
        Locale::De => format!("{sign}{number}{NO_BREAK}{symbol}"),
        Locale::Ar => {
            let sign = if sign.is_empty() { "" } else { "\u{200e}-" };
            let end = if symbol.is_ascii() || !symbol.ends_with('.') { "" } else { "\u{200f}" };
            format!("{RIGHT_TO_LEFT}{sign}{number}{NO_BREAK}{symbol}{end}")
        }
    }
}

/// `19.99`: for programs.
pub(crate) fn decimal(money: Money) -> String {
    let text = money.to_string();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// As CLDR has it; currencies that are not listed go by their code.
fn symbol(currency: Currency, locale: Locale) -> &'static str {
    let code = currency.code();
    let own = match (locale, code) {
        (Locale::En, "AUD") => "A$",
        (Locale::En, "PHP") => "₱",
        (Locale::De, "JPY") => "¥",
        (Locale::De, "USD") => "$",
        (Locale::De | Locale::Ar, "THB") => "฿",
        (Locale::Ar, "AED") => "د.إ.",
        (Locale::Ar, "BHD") => "د.ب.",
        (Locale::Ar, "DZD") => "د.ج.",
        (Locale::Ar, "EGP") => "ج.م.",
        (Locale::Ar, "GBP") => "UK£",
        (Locale::Ar, "IQD") => "د.ع.",
        (Locale::Ar, "JOD") => "د.أ.",
        (Locale::Ar, "KWD") => "د.ك.",
        (Locale::Ar, "LBP") => "ل.ل.",
        (Locale::Ar, "LYD") => "د.ل.",
        (Locale::Ar, "MAD") => "د.م.",
        (Locale::Ar, "OMR") => "ر.ع.",
        (Locale::Ar, "QAR") => "ر.ق.",
        (Locale::Ar, "SAR") => "ر.س.",
        (Locale::Ar, "SYP") => "ل.س.",
        (Locale::Ar, "TND") => "د.ت.",
        (Locale::Ar, "YER") => "ر.ي.",
        _ => "",
    };
    let common = match code {
        "AUD" => "AU$",
        "BRL" => "R$",
        "CAD" => "CA$",
        "CNY" => "CN¥",
        "EUR" => "€",
        "GBP" => "£",
        "HKD" => "HK$",
        "ILS" => "₪",
        "INR" => "₹",
        "JPY" => "JP¥",
        "KRW" => "₩",
        "MXN" => "MX$",
        "NZD" => "NZ$",
        "TWD" => "NT$",
        "USD" => "US$",
        "VND" => "₫",
        "XAF" => "FCFA",
        "XCD" => "EC$",
        "XOF" => "F\u{202f}CFA",
        "XPF" => "CFPF",
        code => code,
    };
    if own.is_empty() { common } else { own }
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

/// A whole number with its thousands set apart.
pub(crate) fn count(number: u64, locale: Locale) -> String {
    grouped(number, if locale == Locale::De { '.' } else { ',' })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a browser (CLDR 48) writes for `Intl.NumberFormat` with `en-GB`, `de` and `ar`.
    #[test]
    fn amounts_look_as_the_browser_writes_them() {
        let money = |amount, code: &str| Money::new(amount, code.parse().expect("a currency"));
        for (money, en, de, ar) in [
            (money(1999, "EUR"), "€19.99", "19,99\u{a0}€", "\u{200f}19.99\u{a0}€"),
            (money(123_456_789, "USD"), "US$1,234,567.89", "1.234.567,89\u{a0}$", "\u{200f}1,234,567.89\u{a0}US$"),
            (money(-500, "EUR"), "-€5.00", "-5,00\u{a0}€", "\u{200f}\u{200e}-5.00\u{a0}€"),
            (money(1235, "JPY"), "JP¥1,235", "1.235\u{a0}¥", "\u{200f}1,235\u{a0}JP¥"),
            (money(1500, "KWD"), "KWD\u{a0}1.500", "1,500\u{a0}KWD", "\u{200f}1.500\u{a0}د.ك.\u{200f}"),
            (money(5, "GBP"), "£0.05", "0,05\u{a0}£", "\u{200f}0.05\u{a0}UK£"),
            (money(99_900, "CHF"), "CHF\u{a0}999.00", "999,00\u{a0}CHF", "\u{200f}999.00\u{a0}CHF"),
            (money(0, "AUD"), "A$0.00", "0,00\u{a0}AU$", "\u{200f}0.00\u{a0}AU$"),
        ] {
            assert_eq!(shown(money, Locale::En), en);
            assert_eq!(shown(money, Locale::De), de);
            assert_eq!(shown(money, Locale::Ar), ar);
        }
    }

    #[test]
    fn programs_get_decimals_by_the_currencys_own_number_of_places() {
        assert_eq!(decimal(Money::new(1990, Currency::EUR)), "19.90");
        assert_eq!(decimal(Money::new(1200, Currency::JPY)), "1200");
        assert_eq!(decimal(Money::new(1234, Currency::KWD)), "1.234");
    }
}
