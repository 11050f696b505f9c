//! Words: how text is cut and folded, the fields it stands in, and finding products by what someone typed.
//!
//! A word that the shop knows is looked up as it is. One that it does not know is taken for a slip of the finger, and
//! the nearest known words are looked up instead, so that right spellings are not drowned by wrong ones.

use std::collections::{BTreeMap, HashMap};

use contracts::ids::ProductId;
use fail::fail_point;
use tantivy::{
    DocId, Index, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyDocument, TantivyError, Term,
    collector::{Collector, DocSetCollector, SegmentCollector},
    columnar::Column,
    query::{BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, Occur, Query, TermQuery},
    schema::{
        FAST, Field, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
        document::Value,
    },
    tokenizer::{AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer},
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::entry::Indexed;
use crate::model::Status;

/// Raised when the schema, the analyzer, `Stored` or `Document` changes: an index of another version is built anew.
pub const SCHEMA_VERSION: u32 = 5;
const ANALYZER: &str = "folded";
/// Letters from which one slip is forgiven, and from which two are.
const ONE_SLIP: usize = 4;
const TWO_SLIPS: usize = 8;
/// Words of a query that are looked at.
const WORDS_MAX: usize = 12;
const EXPANSIONS_MAX: usize = 40;
const TITLE_BOOST: Score = 4.0;
const KEYWORDS_BOOST: Score = 2.0;
const WORDS_BOOST: Score = 0.6;
const SLIP_FACTOR: Score = 0.5;
const BEGINNING_FACTOR: Score = 0.7;

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    pub id: Field,
    id_high: Field,
    id_low: Field,
    /// Where the words of published products stand.
    shown: TextFields,
    /// Where those of all others stand: shoppers must not find them, nor be corrected to them.
    hidden: TextFields,
    pub entry: Field,
    document: Field,
}

#[derive(Clone, Copy, Debug)]
struct TextFields {
    title: Field,
    keywords: Field,
    /// Every word there is: what a slip is corrected to.
    words: Field,
    codes: Field,
}

/// Who searches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    #[default]
    Shoppers,
    /// Finds what is not published, too.
    Staff,
}

pub fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_text_field("id", STRING),
        id_high: schema.add_u64_field("id_high", FAST),
        id_low: schema.add_u64_field("id_low", FAST),
        shown: text_fields(&mut schema, "shown"),
        hidden: text_fields(&mut schema, "hidden"),
        entry: schema.add_bytes_field("entry", STORED),
        document: schema.add_bytes_field("document", STORED),
    };
    (schema.build(), fields)
}

fn text_fields(schema: &mut SchemaBuilder, name: &str) -> TextFields {
    let text = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default().set_tokenizer(ANALYZER).set_index_option(IndexRecordOption::WithFreqs),
    );
    TextFields {
        title: schema.add_text_field(&format!("{name}_title"), text.clone()),
        keywords: schema.add_text_field(&format!("{name}_keywords"), text.clone()),
        words: schema.add_text_field(&format!("{name}_words"), text),
        codes: schema.add_text_field(&format!("{name}_codes"), STRING),
    }
}

/// Lets `index` cut text as the schema says.
pub fn register(index: &Index) {
    index.tokenizers().register(ANALYZER, analyzer());
}

fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(AsciiFoldingFilter)
        // Last: some letters are folded to capitals.
        .filter(LowerCaser)
        .build()
}

/// The words of `text`, folded as the index folds them.
pub fn cut(text: &str) -> Vec<String> {
    let text: String = text.nfc().collect();
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(&text);
    let mut words = Vec::new();
    stream.process(&mut |token| words.push(token.text.clone()));
    words
}

/// `text` without case and accents.
pub fn fold(text: &str) -> String {
    cut(text).join(" ")
}

/// A product as Tantivy takes it.
pub fn document(fields: &Fields, product: &Indexed) -> Result<TantivyDocument, serde_json::Error> {
    let Indexed { stored, words, document: whole } = product;
    let entry = &stored.entry;
    let (high, low) = entry.id.uuid().as_u64_pair();
    let mut document = TantivyDocument::default();
    document.add_text(fields.id, entry.id.to_string());
    document.add_u64(fields.id_high, high);
    document.add_u64(fields.id_low, low);
    let texts = if entry.status == Status::Published { fields.shown } else { fields.hidden };
    let composed = |text: &str| text.nfc().collect::<String>();
    document.add_text(texts.title, composed(&words.title));
    document.add_text(texts.words, composed(&words.title));
    for keyword in &words.keywords {
        document.add_text(texts.keywords, composed(keyword));
        document.add_text(texts.words, composed(keyword));
    }
    document.add_text(texts.words, composed(&words.description));
    for code in &words.codes {
        document.add_text(texts.codes, code);
    }
    document.add_bytes(fields.entry, &serde_json::to_vec(stored)?);
    if let Some(whole) = whole {
        document.add_bytes(fields.document, whole);
    }
    Ok(document)
}

/// The document of a product as JSON, of whichever version is known; `None` if it is not kept here.
pub fn kept_document(searcher: &Searcher, fields: &Fields, id: ProductId) -> Result<Option<Vec<u8>>, TantivyError> {
    let of_product = TermQuery::new(Term::from_field_text(fields.id, &id.to_string()), IndexRecordOption::Basic);
    let Some(address) = searcher.search(&of_product, &DocSetCollector)?.into_iter().next() else { return Ok(None) };
    let kept: TantivyDocument = searcher.doc(address)?;
    Ok(kept.get_first(fields.document).and_then(|value| value.as_bytes().map(<[u8]>::to_vec)))
}

/// What a query found: products with their scores, and the query as it was understood.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    pub scores: HashMap<ProductId, Score>,
    /// The query with slips mended, if there were any.
    pub correction: Option<String>,
}

/// A word of the query and what it may stand for.
struct Meaning {
    typed: String,
    /// Known words with the weight they count.
    words: Vec<(String, Score)>,
    mended: bool,
}

/// Finds products by what someone typed.
pub fn search(searcher: &Searcher, fields: &Fields, typed: &str, audience: Audience) -> Result<Matches, TantivyError> {
    fail_point!("index::search", |_| Err(TantivyError::InternalError("made to fail".to_owned())));
    let mut matches = search_in(searcher, &fields.shown, typed)?;
    if audience == Audience::Staff {
        let hidden = search_in(searcher, &fields.hidden, typed)?;
        // A word that either side knows as it was typed is no slip.
        matches.correction = matches.correction.filter(|_| hidden.correction.is_some() || hidden.scores.is_empty());
        matches.scores.extend(hidden.scores);
    }
    Ok(matches)
}

fn search_in(searcher: &Searcher, fields: &TextFields, typed: &str) -> Result<Matches, TantivyError> {
    let words: Vec<String> = cut(typed).into_iter().take(WORDS_MAX).collect();
    let last = words.len().saturating_sub(1);
    let mut meanings = Vec::new();
    for (index, word) in words.into_iter().enumerate() {
        meanings.push(meaning(searcher, fields, word, index == last)?);
    }
    let correction = correction(&meanings);
    // Words that mean nothing here are passed over, as long as some word means something.
    let clauses: Vec<Box<dyn Query>> =
        meanings.iter().filter(|meaning| !meaning.words.is_empty()).map(|meaning| clause(fields, meaning)).collect();
    let code = Term::from_field_text(fields.codes, typed.trim().to_lowercase().as_str());
    let code: Box<dyn Query> =
        Box::new(ConstScoreQuery::new(Box::new(TermQuery::new(code, IndexRecordOption::Basic)), 1000.0));
    let all = with_code(&clauses, Occur::Must, code.box_clone());
    let mut scores = collect(searcher, &*all)?;
    if scores.is_empty() && clauses.len() > 1 {
        scores = collect(searcher, &*with_code(&clauses, Occur::Should, code))?;
    }
    Ok(Matches { scores, correction })
}

fn with_code(clauses: &[Box<dyn Query>], occur: Occur, code: Box<dyn Query>) -> Box<dyn Query> {
    let words = clauses.iter().map(|clause| (occur, clause.box_clone())).collect();
    Box::new(BooleanQuery::new(vec![(Occur::Should, Box::new(BooleanQuery::new(words))), (Occur::Should, code)]))
}

fn clause(fields: &TextFields, meaning: &Meaning) -> Box<dyn Query> {
    let mut either: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for (word, weight) in &meaning.words {
        for (field, boost) in
            [(fields.title, TITLE_BOOST), (fields.keywords, KEYWORDS_BOOST), (fields.words, WORDS_BOOST)]
        {
            let term = TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs);
            either.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), boost * weight))));
        }
    }
    Box::new(BooleanQuery::new(either))
}

/// What `word` may stand for: itself, longer words if it is still being typed, else the nearest known words.
fn meaning(searcher: &Searcher, fields: &TextFields, word: String, unfinished: bool) -> Result<Meaning, TantivyError> {
    let mut words = Vec::new();
    if searcher.doc_freq(&Term::from_field_text(fields.words, &word))? > 0 {
        words.push((word.clone(), 1.0));
    }
    if unfinished {
        let longer = beginnings(searcher, fields.words, &word)?;
        words
            .extend(longer.into_iter().filter(|(known, _)| *known != word).map(|(known, _)| (known, BEGINNING_FACTOR)));
    }
    if !words.is_empty() {
        return Ok(Meaning { typed: word, words, mended: false });
    }
    let words = nearest(searcher, fields.words, &word, unfinished)?;
    Ok(Meaning { typed: word, mended: !words.is_empty(), words })
}

fn correction(meanings: &[Meaning]) -> Option<String> {
    if !meanings.iter().any(|meaning| meaning.mended) {
        return None;
    }
    let words = meanings.iter().map(|meaning| match meaning.words.first() {
        Some((word, _)) if meaning.mended => word.as_str(),
        _ => meaning.typed.as_str(),
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

/// Known words that begin with `start`, with the number of products that have them, commonest first.
pub fn beginnings(searcher: &Searcher, field: Field, start: &str) -> Result<Vec<(String, u64)>, TantivyError> {
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    if start.is_empty() {
        return Ok(Vec::new());
    }
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut stream = index.terms().range().ge(start.as_bytes()).into_stream()?;
        // A one-letter start in a large shop has very many; enough is enough.
        let mut left = EXPANSIONS_MAX * 25;
        while left > 0 && stream.advance() && stream.key().starts_with(start.as_bytes()) {
            left -= 1;
            let count = u64::from(stream.value().doc_freq);
            if let Ok(word) = std::str::from_utf8(stream.key()) {
                *found.entry(word.to_owned()).or_default() += count;
            }
        }
    }
    Ok(commonest(found))
}

fn commonest(found: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut found: Vec<(String, u64)> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(EXPANSIONS_MAX);
    found
}

/// The known words with the fewest slips between them and `word`, commonest first.
fn nearest(
    searcher: &Searcher,
    field: Field,
    word: &str,
    unfinished: bool,
) -> Result<Vec<(String, Score)>, TantivyError> {
    let letters = word.chars().count();
    let slips: u8 = match letters {
        TWO_SLIPS.. => 2,
        ONE_SLIP.. => 1,
        _ => 0,
    };
    // A slip in a number is another number.
    if slips == 0 || word.chars().any(|c| c.is_ascii_digit()) {
        return Ok(Vec::new());
    }
    let mut by_distance: BTreeMap<usize, BTreeMap<String, u64>> = BTreeMap::new();
    for (known, count) in near(searcher, &FuzzyTermQuery::new(Term::from_field_text(field, word), slips, true), field)?
    {
        by_distance.entry(slips_between(word, &known)).or_default().insert(known, count);
    }
    if by_distance.is_empty() && unfinished {
        let start = FuzzyTermQuery::new_prefix(Term::from_field_text(field, word), 1, true);
        by_distance.entry(2).or_default().extend(near(searcher, &start, field)?);
    }
    let Some((distance, found)) = by_distance.pop_first() else { return Ok(Vec::new()) };
    let weight = (0..distance).fold(1.0, |weight, _| weight * SLIP_FACTOR);
    Ok(commonest(found).into_iter().map(|(word, _)| (word, weight)).collect())
}

fn near(searcher: &Searcher, query: &FuzzyTermQuery, field: Field) -> Result<BTreeMap<String, u64>, TantivyError> {
    let mut found = BTreeMap::new();
    let automaton = query.automaton()?;
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut stream = index.terms().search(&automaton).into_stream()?;
        while stream.advance() {
            let count = u64::from(stream.value().doc_freq);
            if let Ok(word) = std::str::from_utf8(stream.key()) {
                *found.entry(word.to_owned()).or_default() += count;
            }
        }
    }
    Ok(found)
}

/// Letters to add, leave out, change or swap with a neighbour to get from `a` to `b` (optimal string alignment).
pub fn slips_between(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

fn collect(searcher: &Searcher, query: &dyn Query) -> Result<HashMap<ProductId, Score>, TantivyError> {
    searcher.search(query, &Scores)
}

/// Collects the id and the score of each product found.
struct Scores;

struct SegmentScores {
    high: Column<u64>,
    low: Column<u64>,
    found: Vec<(ProductId, Score)>,
}

impl Collector for Scores {
    type Fruit = HashMap<ProductId, Score>;
    type Child = SegmentScores;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> Result<SegmentScores, TantivyError> {
        let fields = segment.fast_fields();
        Ok(SegmentScores { high: fields.u64("id_high")?, low: fields.u64("id_low")?, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, found: Vec<Vec<(ProductId, Score)>>) -> Result<Self::Fruit, TantivyError> {
        Ok(found.into_iter().flatten().collect())
    }
}

impl SegmentCollector for SegmentScores {
    type Fruit = Vec<(ProductId, Score)>;

    fn collect(&mut self, doc: DocId, score: Score) {
        if let (Some(high), Some(low)) = (self.high.first(doc), self.low.first(doc)) {
            self.found.push((Uuid::from_u64_pair(high, low).into(), score));
        }
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}

impl Fields {
    /// The field whose words are offered while someone types: titles, not descriptions.
    pub fn titles(&self) -> Field {
        self.shown.title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, slips) in
            [("lamp", "lamp", 0), ("lamp", "lmap", 1), ("lamp", "lam", 1), ("lamp", "clamps", 2), ("", "ab", 2)]
        {
            assert_eq!(slips_between(a, b), slips, "{a} {b}");
        }
    }

    #[test]
    fn words_are_cut_and_folded() {
        assert_eq!(cut("Ærø Küchen-Lampe, E27!"), ["aero", "kuchen", "lampe", "e27"]);
        assert_eq!(cut("Cafe\u{301}"), ["cafe"]);
    }
}
