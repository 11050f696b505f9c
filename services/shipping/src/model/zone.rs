//! Which zone a destination lies in: areas by country, region and postcode, of which the most specific wins.

use std::cmp::Reverse;

use contracts::Destination;
use uuid::Uuid;

/// Stands in an area's `country` for every country.
pub const ANYWHERE: &str = "*";

/// A destination as it is compared: codes in capitals, postcodes without blanks and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub country: String,
    pub postal_code: String,
    pub region: String,
}

impl From<&Destination> for Place {
    fn from(destination: &Destination) -> Self {
        let country = country(&destination.country);
        Self {
            postal_code: postal_code(&country, &destination.postal_code),
            region: region(&country, destination.region.as_deref().unwrap_or_default()),
            country,
        }
    }
}

/// `de ` is `DE`.
pub fn country(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

/// `sw1a 1aa` is `SW1A1AA`; `94103-1234` in the United States is `94103`.
pub fn postal_code(country: &str, text: &str) -> String {
    let kept = if country == "US" { text.trim().split('-').next().unwrap_or_default() } else { text };
    kept.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect()
}

/// `us-ca`, `CA` and `California` are all `CA` in the United States. What ISO 3166-2 does not know stays as it was written.
pub fn region(country: &str, text: &str) -> String {
    let text = text.trim();
    let upper = text.to_uppercase();
    if let Some(code) = upper.strip_prefix(country).and_then(|rest| rest.strip_prefix('-')) {
        return code.to_owned();
    }
    let subdivisions = rust_iso3166::from_alpha2(country).and_then(|country| country.subdivisions().map(<[_]>::to_vec));
    let named =
        subdivisions.unwrap_or_default().into_iter().find(|subdivision| subdivision.name.eq_ignore_ascii_case(text));
    match named {
        Some(subdivision) => subdivision.code.split_once('-').map_or(upper, |(_, code)| code.to_owned()),
        None => upper,
    }
}

/// Postcodes an area covers: `35*` by prefix, `35000-38999` by number, `10115` one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    Prefix(String),
    Range { first: u64, last: u64, digits: usize },
    Exactly(String),
}

impl Pattern {
    /// Reads a pattern. `None`: it is none.
    pub fn read(country: &str, text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((first, last, digits)) = range(text) {
            return (first <= last).then_some(Self::Range { first, last, digits });
        }
        if let Some(prefix) = text.strip_suffix('*') {
            let prefix = postal_code(country, prefix);
            return is_code(&prefix).then_some(Self::Prefix(prefix));
        }
        let code = postal_code(country, text);
        is_code(&code).then_some(Self::Exactly(code))
    }

    /// How many postcodes of the given one's length the pattern covers, if it covers that one. Fewer is more specific.
    fn width(&self, postal_code: &str) -> Option<u64> {
        match self {
            Self::Exactly(code) => (code == postal_code).then_some(1),
            Self::Prefix(prefix) => {
                let rest = postal_code.strip_prefix(prefix.as_str())?.len();
                Some(10_u64.saturating_pow(u32::try_from(rest).unwrap_or(u32::MAX)))
            }
            Self::Range { first, last, digits } => {
                let number = (postal_code.len() == *digits).then(|| number(postal_code)).flatten()?;
                (*first..=*last).contains(&number).then_some(last - first + 1)
            }
        }
    }
}

/// Two numbers of the same length with a hyphen between them, and that length. `00-950`, a postcode, is none.
fn range(text: &str) -> Option<(u64, u64, usize)> {
    let (first, last) = text.split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    if first.len() != last.len() { None } else { Some((number(first)?, number(last)?, first.len())) }
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A part of the world that belongs to a zone. Empty texts stand for "all".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    pub zone: Uuid,
    pub country: String,
    pub region: String,
    pub postal_code: String,
}

/// How narrowly an area describes a place: postcodes before regions, regions before countries.
pub type Specificity = (Option<Reverse<u64>>, bool, bool);

impl Area {
    /// How narrowly the area describes `place`; `None` if the place lies outside.
    pub fn specificity(&self, place: &Place) -> Option<Specificity> {
        let anywhere = self.country == ANYWHERE;
        if !anywhere && self.country != place.country {
            return None;
        }
        if !self.region.is_empty() && self.region != place.region {
            return None;
        }
        let width = match self.postal_code.as_str() {
            "" => None,
            pattern => Some(Reverse(Pattern::read(&self.country, pattern)?.width(&place.postal_code)?)),
        };
        Some((width, !self.region.is_empty(), !anywhere))
    }
}

/// The zone of the most specific area that covers `place`. Of equals, the older zone's.
pub fn zone_of(areas: &[Area], place: &Place) -> Option<Uuid> {
    areas
        .iter()
        .filter_map(|area| area.specificity(place).map(|specificity| (specificity, Reverse(area.zone))))
        .max()
        .map(|(_, Reverse(zone))| zone)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(country: &str, postal_code: &str, region: &str) -> Place {
        let region = Some(region.to_owned());
        Place::from(&Destination { country: country.into(), postal_code: postal_code.into(), region })
    }

    fn area(zone: u128, country: &str, region: &str, postal_code: &str) -> Area {
        Area {
            zone: Uuid::from_u128(zone),
            country: country.into(),
            region: region.into(),
            postal_code: postal_code.into(),
        }
    }

    #[test]
    fn places_are_compared_however_they_are_written() {
        assert_eq!(place("gb", "sw1a 1aa", ""), place("GB", "SW1A1AA", " "));
        assert_eq!(place("US", "94103-1234", "us-ca"), place("us", "94103", "California"));
        assert_eq!(place("US", "", "ca").region, "CA");
        assert_eq!(place("PL", "00-950", "").postal_code, "00950");
        assert_eq!(place("IE", "", "Atlantis").region, "ATLANTIS");
    }

    #[test]
    fn patterns_cover_what_they_say_and_nothing_else() {
        let covers = |pattern: &str, code: &str| {
            Pattern::read("ES", pattern).and_then(|pattern| pattern.width(&postal_code("ES", code))).is_some()
        };
        for (pattern, inside, outside) in [
            ("35*", "35001", "36001"),
            ("35000-38999", "35000", "34999"),
            ("35000-38999", "38999", "39000"),
            ("35000-38999", "36500", "365"),
            ("35001", "35 001", "35002"),
            ("35*", "35001", ""),
            ("35*", "35001", "3"),
        ] {
            assert!(covers(pattern, inside), "{pattern} does not cover {inside}");
            assert!(!covers(pattern, outside), "{pattern} covers {outside:?}");
        }
        assert_eq!(Pattern::read("PL", "00-950"), Some(Pattern::Exactly("00950".into())));
        for bad in ["", "*", "38999-35000", "3;5", "35**", "ab\u{0}", "1234567890123"] {
            assert_eq!(Pattern::read("ES", bad), None, "{bad:?} was read as a pattern");
        }
    }

    #[test]
    fn the_narrowest_area_wins() {
        let areas = [
            area(1, "*", "", ""),
            area(2, "ES", "", ""),
            area(3, "ES", "CN", ""),
            area(4, "ES", "", "35*"),
            area(5, "ES", "", "35100-35199"),
            area(6, "ES", "", "35150"),
        ];
        let zone = |country, code, region| zone_of(&areas, &place(country, code, region)).map(|zone| zone.as_u128());
        assert_eq!(zone("ES", "35150", "CN"), Some(6));
        assert_eq!(zone("ES", "35151", "CN"), Some(5));
        assert_eq!(zone("ES", "35001", ""), Some(4));
        assert_eq!(zone("ES", "38001", "es-cn"), Some(3));
        assert_eq!(zone("ES", "", ""), Some(2));
        assert_eq!(zone("BR", "35150", "CN"), Some(1));
        assert_eq!(zone_of(&areas[1..], &place("BR", "", "")), None);
    }

    /// The rule again, as slowly and plainly as it can be said: no area beats the chosen one.
    fn beats(a: &Area, b: &Area, code: &str) -> bool {
        let covered = |area: &Area| (0..1000_u32).filter(|n| covers(&area.postal_code, &format!("{n:03}"))).count();
        let by_code = |area: &Area| !area.postal_code.is_empty();
        debug_assert_eq!(code.len(), 3);
        match (by_code(a), by_code(b)) {
            (true, false) => return true,
            (false, true) => return false,
            (true, true) if covered(a) != covered(b) => return covered(a) < covered(b),
            _ => {}
        }
        if a.region.is_empty() != b.region.is_empty() {
            return b.region.is_empty();
        }
        if (a.country == ANYWHERE) != (b.country == ANYWHERE) {
            return b.country == ANYWHERE;
        }
        a.zone < b.zone
    }

    fn covers(pattern: &str, code: &str) -> bool {
        match (pattern.strip_suffix('*'), pattern.split_once('-')) {
            _ if pattern.is_empty() => true,
            (Some(prefix), _) => code.starts_with(prefix),
            (None, Some((first, last))) => first <= code && code <= last,
            (None, None) => pattern == code,
        }
    }

    fn any_area() -> impl Strategy<Value = Area> {
        let pattern = prop_oneof![
            Just(String::new()),
            "[0-9]{1,2}\\*",
            "[0-9]{3}",
            (0..1000_u32, 0..1000_u32).prop_map(|(a, b)| format!("{:03}-{:03}", a.min(b), a.max(b))),
        ];
        let country = prop_oneof![Just("*"), Just("ES"), Just("DE")];
        let region = prop_oneof![Just(""), Just("A"), Just("B")];
        (1..6_u128, country, region, pattern)
            .prop_map(|(zone, country, region, pattern)| area(zone, country, region, &pattern))
    }

    proptest! {
        #[test]
        fn the_choice_agrees_with_brute_force(
            areas in prop::collection::vec(any_area(), 0..12),
            code in 0..1000_u32,
            region in prop_oneof![Just(""), Just("A"), Just("B")],
            country in prop_oneof![Just("ES"), Just("DE"), Just("FR")],
        ) {
            let code = format!("{code:03}");
            let covering: Vec<&Area> = areas
                .iter()
                .filter(|area| area.country == ANYWHERE || area.country == country)
                .filter(|area| area.region.is_empty() || area.region == region)
                .filter(|area| covers(&area.postal_code, &code))
                .collect();
            let expected = covering
                .iter()
                .find(|area| covering.iter().all(|other| other.zone == area.zone || beats(area, other, &code)))
                .map(|area| area.zone);
            prop_assert_eq!(zone_of(&areas, &place(country, &code, region)), expected);
        }
    }
}
