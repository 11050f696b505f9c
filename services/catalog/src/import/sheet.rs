//! A spreadsheet as rows of text: finds the delimiter and the encoding, and keeps the line numbers.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    io::{self, Cursor, Read},
};

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::run::Error;

/// So much of the beginning is looked at for the delimiter.
const HEAD_BYTES: u64 = 64 * 1024;
/// Excel's "Unicode text" is read into memory as a whole, so it has a limit.
const UTF16_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// A cell longer than this is not a cell but a quote that was never closed.
pub const CELL_MAX: usize = 1_000_000;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

type Bytes = Box<dyn Read + Send>;

/// An open file.
pub struct Sheet {
    reader: csv::Reader<Bytes>,
    /// Where each column stands, by its name in small letters.
    columns: HashMap<String, usize>,
    /// The columns as they are written in the file.
    pub header: Vec<String>,
    width: usize,
    record: csv::ByteRecord,
    pub delimiter: char,
    /// Whether a cell was found that is not UTF-8.
    pub is_windows_1252: bool,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    pub line: u64,
    cells: Vec<String>,
    /// There are more cells than columns.
    pub is_too_long: bool,
}

impl Sheet {
    pub fn open(reader: impl Read + Send + 'static) -> Result<Self, Error> {
        let mut reader: Bytes = Box::new(reader);
        let mut head = Vec::new();
        reader.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
        let mut reader = if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            let text = utf16(&head, reader)?;
            head = text.bytes().take(HEAD_BYTES as usize).collect();
            Box::new(Cursor::new(text.into_bytes()))
        } else {
            let skip = if head.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
            head.drain(..skip);
            Box::new(Cursor::new(head.clone()).chain(reader)) as Bytes
        };
        let delimiter = delimiter(&head);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(std::mem::replace(&mut reader, Box::new(io::empty())));
        let mut record = csv::ByteRecord::new();
        reader.read_byte_record(&mut record)?;
        let header: Vec<String> = record.iter().map(|name| readable(&decoded(name).0)).collect();
        let mut columns = HashMap::new();
        for (index, name) in header.iter().enumerate() {
            columns.entry(name.to_lowercase()).or_insert(index);
        }
        let width = record.len();
        Ok(Self { reader, columns, header, width, record, delimiter: delimiter.into(), is_windows_1252: false })
    }

    /// Has columns of the file stand for columns of a format, by which they are known from then on.
    pub fn rename(&mut self, mapping: &BTreeMap<String, String>) {
        let known = self.columns.clone();
        for (column, of_file) in mapping {
            match known.get(&of_file.to_lowercase()) {
                Some(index) => self.columns.insert(column.to_lowercase(), *index),
                None => self.columns.remove(&column.to_lowercase()),
            };
        }
    }

    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(&column.to_lowercase())
    }

    /// The next row that has anything in it.
    pub fn next_row(&mut self) -> Result<Option<Row>, Error> {
        while self.reader.read_byte_record(&mut self.record)? {
            let line = self.record.position().map_or(0, csv::Position::line);
            let mut cells = Vec::with_capacity(self.width);
            for cell in &self.record {
                let (text, is_utf8) = decoded(cell);
                self.is_windows_1252 |= !is_utf8;
                cells.push(readable(&text));
            }
            if cells.iter().all(String::is_empty) {
                continue;
            }
            let is_too_long = cells.iter().skip(self.width).any(|cell| !cell.is_empty());
            return Ok(Some(Row { line, cells, is_too_long }));
        }
        Ok(None)
    }

    /// The cell of `row` in `column`, `None` if there is no such column.
    pub fn cell<'a>(&self, row: &'a Row, column: &str) -> Option<&'a str> {
        let index = self.columns.get(&column.to_lowercase())?;
        Some(row.cells.get(*index).map_or("", String::as_str))
    }

    /// How the file was read so far: `utf-8` or `windows-1252`.
    pub fn encoding(&self) -> &'static str {
        if self.is_windows_1252 { "windows-1252" } else { "utf-8" }
    }

    /// How much of the file has been read.
    pub fn bytes_read(&self) -> u64 {
        self.reader.position().byte()
    }
}

impl Row {
    pub fn cells(&self) -> &[String] {
        &self.cells
    }

    /// Whether some cell cannot be one.
    pub fn has_monster(&self) -> bool {
        self.cells.iter().any(|cell| cell.len() > CELL_MAX)
    }
}

/// The delimiter that stands most often in the header, outside quotes.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in head {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            byte if !is_quoted => {
                if let Some(index) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    counts[index] += 1;
                }
            }
            _ => {}
        }
    }
    let most = (0..DELIMITERS.len()).rev().max_by_key(|index| counts[*index]).unwrap_or(0);
    DELIMITERS[most]
}

/// Text that is not UTF-8 comes from an old spreadsheet program, which writes windows-1252.
fn decoded(cell: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(cell) {
        Ok(text) => (Cow::Borrowed(text), true),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(cell).0, false),
    }
}

/// Trimmed, and without control characters, which no cell means to have.
fn readable(text: &str) -> String {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    trimmed.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

fn utf16(head: &[u8], rest: Bytes) -> Result<String, Error> {
    let mut bytes = head.to_vec();
    rest.take(UTF16_BYTES_MAX).read_to_end(&mut bytes)?;
    if bytes.len() as u64 >= UTF16_BYTES_MAX {
        return Err(Error::TooLarge);
    }
    let encoding = if bytes.starts_with(&[0xff, 0xfe]) { UTF_16LE } else { UTF_16BE };
    Ok(encoding.decode_with_bom_removal(&bytes).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(bytes: &[u8]) -> (Sheet, Row) {
        let mut sheet = Sheet::open(Cursor::new(bytes.to_vec())).expect("opens");
        let row = sheet.next_row().expect("reads").expect("a row");
        (sheet, row)
    }

    #[test]
    fn the_delimiter_is_found_in_the_header() {
        for delimiter in [',', ';', '\t', '|'] {
            let text = format!("\"a, b; c\"{delimiter}Title{delimiter}c\n1{delimiter}Mug{delimiter}3\n");
            let (sheet, row) = first(text.as_bytes());
            assert_eq!((sheet.delimiter, sheet.cell(&row, "title")), (delimiter, Some("Mug")), "{delimiter:?}");
        }
        let (sheet, row) = first(b"Title\r\nMug\r\n");
        assert_eq!((sheet.delimiter, sheet.cell(&row, "Title")), (',', Some("Mug")));
    }

    #[test]
    fn encodings_are_told_apart() {
        let (sheet, row) = first("\u{feff}Title\nÆrø Køkken\n".as_bytes());
        assert_eq!((sheet.cell(&row, "Title"), sheet.is_windows_1252), (Some("Ærø Køkken"), false));
        let (sheet, row) = first(b"Title\nCaf\xe9 \x80 5\n");
        assert_eq!((sheet.cell(&row, "Title"), sheet.is_windows_1252), (Some("Café € 5"), true));
        let wide: Vec<u8> = "\u{feff}Title\tPrice\nCafé\t5\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (sheet, row) = first(&wide);
        assert_eq!((sheet.cell(&row, "Title"), sheet.cell(&row, "Price")), (Some("Café"), Some("5")));
    }

    #[test]
    fn lines_are_counted_and_blank_rows_passed_over() {
        let mut sheet =
            Sheet::open(Cursor::new("Title,Body\n,\n\"a\",\"one\ntwo\"\nb\0,,x\n".as_bytes().to_vec())).expect("opens");
        let row = sheet.next_row().expect("reads").expect("a row");
        assert_eq!((row.line, row.is_too_long), (3, false));
        let row = sheet.next_row().expect("reads").expect("a row");
        assert_eq!((row.line, row.is_too_long, sheet.cell(&row, "Title")), (5, true, Some("b")));
        assert_eq!(sheet.cell(&row, "Nothing"), None);
        assert!(sheet.next_row().expect("reads").is_none());
    }
}
