//! What a process shows to those who run it: its metrics.

/// The sum of the samples whose name, or name and labels, begin with `series`; `None` while there is none.
pub async fn shown(metrics_listen: &str, series: &str) -> Option<f64> {
    let page = reqwest::get(format!("http://{metrics_listen}/metrics")).await.expect("answers");
    let page = page.text().await.expect("text");
    let samples = page.lines().filter(|line| line.starts_with(series));
    let values: Vec<f64> =
        samples.filter_map(|line| line.rsplit_once(' ')).map(|(_, value)| value.parse().expect("a number")).collect();
    (!values.is_empty()).then(|| values.iter().sum())
}
