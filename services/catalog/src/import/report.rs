//! What an import came to, line by line.

use std::io::{self, Write};

use serde::Serialize;

/// A row, or a part of it, that was not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// The line of the file on which the row begins; the header is line 1.
    pub line: u64,
    pub column: String,
    pub code: String,
    pub message: String,
}

/// Something that was taken over, but not as it stood there.
pub type Notice = RowProblem;

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows read, the header not counted.
    pub read: u64,
    /// Products, as far as anything of them was taken over.
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
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
        self.created + self.updated + self.unchanged
    }

    /// Problems in the order of the file.
    pub fn sort(&mut self) {
        self.refused.sort_by_key(|problem| problem.line);
        self.notices.sort_by_key(|notice| notice.line);
    }
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
