//! How approved reviews add up.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Reviews by stars, from one to five.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stars(pub [u32; 5]);

impl Stars {
    pub fn count(self) -> u32 {
        self.0.iter().sum()
    }

    /// The mean in hundredths of a star, rounded half up; 0 without reviews.
    pub fn mean_hundredths(self) -> u32 {
        let sum: u64 = self.0.iter().zip(1_u64..).map(|(count, stars)| u64::from(*count) * stars).sum();
        let count = u64::from(self.count());
        if count == 0 { 0 } else { u32::try_from((sum * 200 + count) / (2 * count)).unwrap_or(u32::MAX) }
    }
}

/// A product's rating as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"average": 4.4, "count": 5, "histogram": {"1": 0, "2": 0, "3": 1, "4": 1, "5": 3}}))]
pub struct Rating {
    /// The mean to two decimals; null without reviews.
    pub average: Option<f64>,
    pub count: u32,
    pub histogram: Histogram,
}

/// How many reviews gave how many stars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Histogram {
    #[serde(rename = "1")]
    pub one: u32,
    #[serde(rename = "2")]
    pub two: u32,
    #[serde(rename = "3")]
    pub three: u32,
    #[serde(rename = "4")]
    pub four: u32,
    #[serde(rename = "5")]
    pub five: u32,
}

impl From<Stars> for Rating {
    fn from(stars: Stars) -> Self {
        let [one, two, three, four, five] = stars.0;
        Self {
            average: (stars.count() > 0).then(|| f64::from(stars.mean_hundredths()) / 100.0),
            count: stars.count(),
            histogram: Histogram { one, two, three, four, five },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_mean_is_rounded_once() {
        assert_eq!(Stars([0, 0, 1, 1, 3]).mean_hundredths(), 440);
        assert_eq!(Stars([1, 0, 0, 0, 2]).mean_hundredths(), 367);
        assert_eq!(Stars::default().mean_hundredths(), 0);
        assert_eq!(Rating::from(Stars::default()).average, None);
    }

    proptest! {
        #[test]
        fn the_mean_lies_between_one_and_five(counts in prop::array::uniform5(0_u32..1_000_000)) {
            let stars = Stars(counts);
            if stars.count() > 0 {
                prop_assert!((100..=500).contains(&stars.mean_hundredths()));
            }
        }
    }
}
