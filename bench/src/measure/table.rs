//! Figures beside their limits, and the table that shows them.

use std::fmt::Write;

/// What a figure must reach.
#[derive(Clone, Copy, Debug)]
pub enum Reach {
    /// At least this share of the limit.
    Share(f64),
    /// At most this many times the limit.
    Times(f64),
    /// At most this, in the figure's own unit.
    Most(f64),
    /// Nothing: it is only reported.
    Reported,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Figure {
    pub what: String,
    pub unit: &'static str,
    pub ours: f64,
    /// What it is compared with, measured in the same run, and its name.
    pub limit: Option<(f64, &'static str)>,
    pub reach: Reach,
    /// What it costs, so that a miss shows its cause.
    pub costs: Vec<String>,
}

impl Figure {
    pub fn ratio(&self) -> Option<f64> {
        self.limit.filter(|(limit, _)| *limit > 0.0).map(|(limit, _)| self.ours / limit)
    }

    /// `None`: there is nothing to reach.
    pub fn is_met(&self) -> Option<bool> {
        match self.reach {
            Reach::Share(least) => self.ratio().map(|ratio| ratio >= least),
            Reach::Times(most) => self.ratio().map(|ratio| ratio <= most),
            Reach::Most(most) => Some(self.ours <= most),
            Reach::Reported => None,
        }
    }

    fn reach_in_words(&self) -> String {
        match self.reach {
            Reach::Share(least) => format!("≥ {:.0} %", least * 100.0),
            Reach::Times(most) => format!("≤ {most} ×"),
            Reach::Most(most) => format!("≤ {most} {}", self.unit),
            Reach::Reported => "report".to_owned(),
        }
    }
}

/// The whole table.
pub fn print(figures: &[Figure]) -> String {
    let mut text = format!("{:<52} {:>14} {:>14} {:>7} {:>10}\n", "figure", "ours", "limit", "ratio", "reach");
    for figure in figures {
        let limit = figure.limit.map_or(String::new(), |(limit, _)| amount(limit, figure.unit));
        let ratio = figure.ratio().map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let verdict = match figure.is_met() {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let line = format!(
            "{:<52} {:>14} {limit:>14} {ratio:>7} {:>10} {verdict}",
            figure.what,
            amount(figure.ours, figure.unit),
            figure.reach_in_words(),
        );
        let _ = writeln!(text, "{}", line.trim_end());
        if let Some((_, name)) = figure.limit {
            let _ = writeln!(text, "    limit: {name}");
        }
        for cost in &figure.costs {
            let _ = writeln!(text, "    {cost}");
        }
    }
    text
}

fn amount(value: f64, unit: &str) -> String {
    if value >= 100.0 { format!("{value:.0} {unit}") } else { format!("{value:.2} {unit}") }
}

/// The middle of several measurements: noise of the machine shows in the others.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(ours: f64, limit: Option<f64>, reach: Reach) -> Figure {
        let limit = limit.map(|limit| (limit, "a limit"));
        Figure { what: "a figure".to_owned(), unit: "/s", ours, limit, reach, costs: vec!["CPU".to_owned()] }
    }

    #[test]
    fn a_figure_is_met_only_where_it_reaches_what_it_must() {
        assert_eq!(figure(50.0, Some(100.0), Reach::Share(0.5)).is_met(), Some(true));
        assert_eq!(figure(49.0, Some(100.0), Reach::Share(0.5)).is_met(), Some(false));
        assert_eq!(figure(150.0, Some(100.0), Reach::Times(1.5)).is_met(), Some(true));
        assert_eq!(figure(151.0, Some(100.0), Reach::Times(1.5)).is_met(), Some(false));
        assert_eq!(figure(21.0, None, Reach::Most(20.0)).is_met(), Some(false));
        assert_eq!(figure(21.0, Some(20.0), Reach::Reported).is_met(), None);
        assert_eq!(figure(1.0, None, Reach::Share(0.5)).is_met(), None, "nothing to compare with is not met");
    }

    #[test]
    fn the_table_names_what_was_missed() {
        let text = print(&[figure(49.0, Some(100.0), Reach::Share(0.5))]);
        assert!(text.contains("49.00 /s") && text.contains("0.49") && text.contains("MISSED"), "{text}");
        assert!(text.contains("limit: a limit") && text.contains("    CPU"), "{text}");
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![9.0, 1.0, 3.0]), 3.0);
    }
}
