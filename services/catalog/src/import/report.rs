//! What an import came to, line by line.

use std::io::{self, Write};

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A row, or a part of it, that was not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "line": 9, "column": "Variant Price", "code": "price_unreadable", "message": "\"free\" is not an amount in EUR"
}))]
pub struct RowProblem {
    /// The line of the file on which the row begins; the header is line 1.
    pub line: u64,
    pub column: String,
    pub code: String,
    pub message: String,
}

/// Something that was taken over, but not as it stood there.
pub type Notice = RowProblem;

/// How much weighs what is said of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Weight {
    Refused,
    Notice,
    /// Said of a product that could not be taken back.
    Kept,
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows read, the header not counted.
    pub read: u64,
    /// Products, as far as anything of them was taken over.
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Products left out because of how the import is done: new ones, or those that are there.
    pub skipped: u64,
    /// SKUs whose number on hand was changed.
    pub stock_changed: u64,
    pub refused: Vec<RowProblem>,
    pub notices: Vec<Notice>,
    /// How the file was read: `utf-8` or `windows-1252`.
    pub encoding: String,
    pub delimiter: char,
    pub dry_run: bool,
}

impl Report {
    pub fn refuse(&mut self, line: u64, column: &str, code: &str, message: impl Into<String>) {
        self.refused.push(problem(line, column, code, message));
    }

    pub fn notice(&mut self, line: u64, column: &str, code: &str, message: impl Into<String>) {
        self.notices.push(problem(line, column, code, message));
    }

    pub fn products(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.skipped
    }

    /// Problems in the order of the file.
    pub fn sort(&mut self) {
        self.refused.sort_by_key(|problem| problem.line);
        self.notices.sort_by_key(|notice| notice.line);
    }
}

/// The numbers of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportCounts, example = json!({
    "rows": 10000, "created": 9800, "updated": 163, "unchanged": 0, "skipped": 0, "stock_changed": 9963, "refused": 37,
    "notices": 12
}))]
pub struct Counts {
    /// Rows read, the header not counted.
    pub rows: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Products left out because of the mode.
    pub skipped: u64,
    /// SKUs whose number on hand was changed.
    pub stock_changed: u64,
    /// What was refused, each with its reason: of one row there may be several.
    pub refused: u64,
    pub notices: u64,
}

fn problem(line: u64, column: &str, code: &str, message: impl Into<String>) -> RowProblem {
    RowProblem { line, column: column.to_owned(), code: code.to_owned(), message: message.into() }
}

/// Writes the refused rows as CSV: line, column, code, message.
pub fn write_errors(report: &Report, writer: impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record(["line", "column", "code", "message"])?;
    for problem in &report.refused {
        csv.write_record([&problem.line.to_string(), &problem.column, &problem.code, &problem.message])?;
    }
    csv.flush()
}
