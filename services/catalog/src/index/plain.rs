//! Search for when the words of the index cannot be read: over what the shelf has in memory, titles before makers and
//! tags. Every word typed has to begin one of the product's; no slips are mended.

use tantivy::Score;

use super::{
    shelf::{Facet, Row, Shelf},
    words::{self, Audience, Matches},
};
use crate::model::Status;

const CODE: Score = 1000.0;
const IN_TITLE: Score = 4.0;
const ELSEWHERE: Score = 2.0;

/// Finds products by what someone typed.
pub fn search(shelf: &Shelf, typed: &str, audience: Audience) -> Matches {
    let words = words::cut(typed);
    let code = typed.trim();
    let rows = shelf.rows().iter().filter(|row| audience == Audience::Staff || row.entry.status == Status::Published);
    let scores = rows.filter_map(|row| Some((row.entry.id, score(shelf, row, &words, code)?))).collect();
    Matches { scores, correction: None }
}

fn score(shelf: &Shelf, row: &Row, typed: &[String], code: &str) -> Option<Score> {
    if row.entry.skus.iter().any(|sku| sku.eq_ignore_ascii_case(code)) {
        return Some(CODE);
    }
    let title = words::cut(&row.entry.title);
    let counted = row.values.iter().filter_map(|number| shelf.dictionary().value(*number));
    let others = counted.filter(|(facet, _)| matches!(facet, Facet::Vendor | Facet::Tag));
    let others: Vec<String> = others.flat_map(|(_, value)| words::cut(value)).collect();
    let begins = |known: &[String], word: &String| known.iter().any(|known| known.starts_with(word.as_str()));
    let of = |word: &String| {
        if begins(&title, word) { Some(IN_TITLE) } else { begins(&others, word).then_some(ELSEWHERE) }
    };
    if typed.is_empty() { None } else { typed.iter().map(of).sum() }
}
