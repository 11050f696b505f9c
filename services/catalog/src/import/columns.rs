//! The columns of a file beside those of the formats: which stands for which, and what kind of file it is.

use std::{collections::BTreeMap, io::Cursor};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{
    Format,
    run::Error,
    sheet::Sheet,
    shopify::{self, Names},
    woocommerce,
};

/// Rows of which a look at the file shows the cells.
const ROWS_SHOWN: usize = 3;
/// Characters of a cell that are shown.
const CELL_SHOWN: usize = 80;
const COLUMNS_MAX: usize = 500;

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportColumn, example = json!({"name": "Preis", "cells": ["19,90", "24,00"]}))]
pub struct Column {
    pub name: String,
    /// What stands in it in the first rows, shortened.
    pub cells: Vec<String>,
}

/// What a format has a word for, and the column of the file that says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportField, example = json!({"name": "Variant Price", "column": "Preis"}))]
pub struct Field {
    /// As the format names it; the key in `mapping`.
    pub name: String,
    /// None: the file does not say it, and what it does not say stays as it is.
    pub column: Option<String>,
}

/// What a look at a file shows.
pub struct Look {
    pub columns: Vec<Column>,
    /// The same for all files with the same columns.
    pub header: String,
    pub format: Format,
    pub encoding: String,
    pub delimiter: char,
}

impl Look {
    pub fn at(bytes: Vec<u8>) -> Result<Self, Error> {
        let mut sheet = Sheet::open(Cursor::new(bytes))?;
        let names: Vec<String> = sheet.header.iter().take(COLUMNS_MAX).cloned().collect();
        let mut columns: Vec<Column> =
            names.iter().map(|name| Column { name: name.clone(), cells: Vec::new() }).collect();
        for _ in 0..ROWS_SHOWN {
            let Some(row) = sheet.next_row()? else { break };
            for (column, cell) in columns.iter_mut().zip(row.cells()) {
                column.cells.push(cell.chars().take(CELL_SHOWN).collect());
            }
        }
        Ok(Self {
            columns,
            header: hex::encode(Sha256::digest(names.join("\n"))),
            format: Format::of(&sheet),
            encoding: sheet.encoding().to_owned(),
            delimiter: sheet.delimiter,
        })
    }
}

impl Format {
    /// Whose export a file looks like.
    fn of(sheet: &Sheet) -> Self {
        let is_woocommerce = !sheet.has("Handle") && sheet.has("Type") && sheet.has("Name");
        if is_woocommerce { Self::Woocommerce } else { Self::Shopify }
    }

    /// All columns, each by the names it has had.
    fn columns(self) -> Vec<Names> {
        match self {
            Self::Shopify => shopify::columns(),
            Self::Woocommerce => woocommerce::NAMES.to_vec(),
        }
    }

    /// Whether a column is called so.
    pub fn has(self, field: &str) -> bool {
        self.columns().iter().any(|names| names[0] == field)
    }

    /// What each column of the format is called in a file with these columns.
    pub fn fields(self, columns: &[Column], mapping: &BTreeMap<String, String>) -> Vec<Field> {
        let named = |name: &str| columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
        let of = |names: Names| match mapping.get(names[0]) {
            Some(chosen) => named(chosen),
            None => names.iter().find_map(|name| named(name)),
        };
        let field =
            |names: Names| Field { name: names[0].to_owned(), column: of(names).map(|column| column.name.clone()) };
        self.columns().into_iter().map(field).collect()
    }
}
