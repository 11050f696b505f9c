//! The metrics pages of the shop's processes, in Prometheus' text format, read as one.

/// What the pages said at one moment.
#[derive(Clone, Debug, Default)]
pub struct Seen(Vec<String>);

impl Seen {
    /// Reads one more page.
    pub async fn add(&mut self, url: &str) -> anyhow::Result<()> {
        self.0.push(reqwest::get(url).await?.error_for_status()?.text().await?);
        Ok(())
    }

    /// The sum of a counter over all its labels; 0 if it was never counted.
    pub fn counter(&self, name: &str) -> f64 {
        self.samples(name).map(|(_, value)| value).sum()
    }

    /// How many observations of a histogram are at most so large, by its bounds.
    pub fn buckets(&self, name: &str) -> Buckets {
        let mut buckets = Buckets::default();
        for (labels, count) in self.samples(&format!("{name}_bucket")) {
            let bound = labels.split("le=\"").nth(1).and_then(|rest| rest.split('"').next()?.parse().ok());
            buckets.add(bound.unwrap_or(f64::INFINITY), count);
        }
        buckets
    }

    fn samples(&self, name: &str) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().flat_map(|page| page.lines()).filter_map(move |line| {
            let rest = line.strip_prefix(name).filter(|rest| rest.starts_with(['{', ' ']))?;
            let (labels, value) = rest.rsplit_once(' ')?;
            Some((labels, value.parse().ok()?))
        })
    }
}

/// Observations at most so large, by bound; the bounds grow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets(Vec<(f64, f64)>);

impl Buckets {
    fn add(&mut self, bound: f64, count: f64) {
        let place = self.0.partition_point(|(other, _)| *other < bound);
        match self.0.get_mut(place).filter(|(other, _)| *other == bound) {
            Some((_, known)) => *known += count,
            None => self.0.insert(place, (bound, count)),
        }
    }

    /// What came since `before`.
    pub fn since(&self, before: &Self) -> Self {
        let known = |bound| before.0.iter().find(|(other, _)| *other == bound).map_or(0.0, |(_, count)| *count);
        Self(self.0.iter().map(|(bound, count)| (*bound, count - known(*bound))).collect())
    }

    /// The value that `share` of the observations do not exceed, taken to lie evenly within its bucket, as Prometheus'
    /// `histogram_quantile` does; the last bound when it is beyond, 0 when there are none.
    pub fn quantile(&self, share: f64) -> f64 {
        let wanted = share * self.0.last().map_or(0.0, |(_, all)| *all);
        let (mut low, mut below) = (0.0, 0.0);
        for (bound, count) in &self.0 {
            if *count >= wanted && *count > below {
                return if bound.is_finite() { low + (bound - low) * (wanted - below) / (count - below) } else { low };
            }
            (low, below) = (if bound.is_finite() { *bound } else { low }, *count);
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(tenth: u32, all: u32) -> Seen {
        let one = |consumer: &str| {
            format!(
                "age_bucket{{consumer=\"{consumer}\",le=\"0.05\"}} 0\nage_bucket{{consumer=\"{consumer}\",le=\"0.1\"}} {tenth}\n\
                 age_bucket{{consumer=\"{consumer}\",le=\"+Inf\"}} {all}\nage_count{{consumer=\"{consumer}\"}} {all}\n"
            )
        };
        Seen(vec![one("orders"), one("shipping")])
    }

    #[test]
    fn pages_of_several_processes_are_added_up() {
        let seen = page(90, 100);
        assert_eq!(seen.counter("age_count"), 200.0);
        assert_eq!(seen.counter("age"), 0.0, "a name is a whole name");
        assert_eq!(seen.buckets("age"), Buckets(vec![(0.05, 0.0), (0.1, 180.0), (f64::INFINITY, 200.0)]));
    }

    #[test]
    fn a_quantile_lies_within_its_bucket_or_at_the_last_bound() {
        let all = page(100, 100).buckets("age").since(&page(0, 0).buckets("age"));
        assert!((all.quantile(0.5) - 0.075).abs() < 1e-9);
        assert_eq!(all.quantile(1.0), 0.1);
        assert_eq!(page(90, 100).buckets("age").quantile(0.99), 0.1, "somewhere above: no more is known");
        assert_eq!(Buckets::default().quantile(0.99), 0.0);
    }
}
