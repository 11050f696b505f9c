//! The refused rows of a file as a file of their own, each with its reasons before it: what is mended there can be sent
//! again as it is, since columns of ours mean nothing to an import.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use super::{report::RowProblem, run::Error, sheet::Sheet};

const LINE: &str = "Rialto / Line";
const REASON: &str = "Rialto / Reason";

pub fn refused_rows(file: Vec<u8>, refused: &[RowProblem]) -> Result<Vec<u8>, Error> {
    let mut reasons: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for problem in refused {
        let said = if problem.column.is_empty() {
            problem.message.clone()
        } else {
            format!("{}: {}", problem.column, problem.message)
        };
        reasons.entry(problem.line).or_default().insert(said);
    }
    let mut sheet = Sheet::open(Cursor::new(file))?;
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let ours = [LINE, REASON].map(str::to_owned);
    csv.write_record(ours.iter().chain(sheet.header.iter().filter(|name| !ours.contains(name))))?;
    let repeated: Vec<usize> = (0..sheet.header.len()).filter(|index| ours.contains(&sheet.header[*index])).collect();
    while let Some(row) = sheet.next_row()? {
        let Some(reasons) = reasons.remove(&row.line) else { continue };
        let reasons = reasons.into_iter().collect::<Vec<_>>().join("; ");
        let cells = row.cells().iter().enumerate().filter(|(index, _)| !repeated.contains(index));
        csv.write_record([row.line.to_string(), reasons].iter().chain(cells.map(|(_, cell)| cell)))?;
    }
    csv.into_inner().map_err(|error| Error::Io(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: u64, column: &str, message: &str) -> RowProblem {
        RowProblem { line, column: column.into(), code: "any".into(), message: message.into() }
    }

    #[test]
    fn refused_rows_are_written_with_all_that_was_said_of_them() {
        let file = "Handle;Title;Price\nmug;Mug;free\ncup;Cup;3,50\nlamp;\"Lamp;\nbig\";\n".as_bytes().to_vec();
        let refused = [
            problem(2, "Price", "is no amount"),
            problem(2, "", "is odd"),
            problem(2, "", "is odd"),
            problem(4, "Price", "must be there"),
        ];
        let written = refused_rows(file, &refused).expect("written");
        let text = String::from_utf8(written.clone()).expect("text");
        assert_eq!(
            text,
            "Rialto / Line,Rialto / Reason,Handle,Title,Price\n2,Price: is no amount; is odd,mug,Mug,free\n\
             4,Price: must be there,lamp,\"Lamp;\nbig\",\n"
        );
        // Refused once more, the reasons are the new ones.
        let again = refused_rows(written, &[problem(2, "", "is odd still")]).expect("written");
        let text = String::from_utf8(again).expect("text");
        assert_eq!(text, "Rialto / Line,Rialto / Reason,Handle,Title,Price\n2,is odd still,mug,Mug,free\n");
    }
}
