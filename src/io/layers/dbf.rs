//! The `.dbf` of a Shapefile: a table of fixed columns (dBase III and later).

use std::path::Path;

use encoding_rs::{Encoding, GBK, UTF_8};

use super::bytes::{Bytes, Order};
use super::error::content;
use super::raw::Fields;
use super::{LayerError, Value, text};

const HEADER_BYTES: usize = 32;
const COLUMN_BYTES: usize = 32;
const LANGUAGE_AT: usize = 29;
const END_OF_COLUMNS: u8 = 0x0d;
const DELETED: u8 = b'*';

/// A table with all its rows.
#[derive(Debug)]
pub(super) struct Table {
    /// Fields of each row; none for one that is deleted.
    pub(super) rows: Vec<Option<Fields>>,
    pub(super) encoding: &'static str,
    /// What the first value is that could not be decoded throughout, in words.
    pub(super) undecoded: Option<String>,
}

struct Column<'a> {
    name: &'a [u8],
    kind: u8,
    /// First byte in the row.
    start: usize,
    length: usize,
}

/// Reads a table; `named` is the encoding that a `.cpg` file names, which goes before what the table says itself.
pub(super) fn read(bytes: &[u8], named: Option<&'static Encoding>, path: &Path) -> Result<Table, LayerError> {
    let layout = layout(bytes);
    let (n_rows, n_row_bytes, columns, body) =
        layout.ok_or_else(|| content(path, "header", "not that of a dBase table", "a table of dBase III or later"))?;
    let rows: Vec<&[u8]> = body.chunks_exact(n_row_bytes).take(n_rows).collect();
    if rows.len() < n_rows {
        return Err(content(path, "rows", format!("{}, then the file ends", rows.len()), n_rows.to_string()));
    }
    let by_driver = || text::of_language_driver(bytes[LANGUAGE_AT]);
    let encoding = named.or_else(by_driver).unwrap_or_else(|| guess(&columns, &rows));
    let names: Vec<String> = columns.iter().map(|column| decoded(column.name, encoding).0).collect();
    let mut undecoded = None;
    let mut row_of = |(i, row): (usize, &&[u8])| {
        let value = |(column, name): (&Column<'_>, &String)| {
            let (value, is_whole) = value(column, row, encoding);
            if !is_whole {
                let words =
                    || format!("row {}, column {name}: characters that are not {}", i + 1, text::name(encoding));
                undecoded.get_or_insert_with(words);
            }
            (name.clone(), value)
        };
        (row[0] != DELETED).then(|| columns.iter().zip(&names).map(value).collect())
    };
    let rows = rows.iter().enumerate().map(&mut row_of).collect();
    Ok(Table { rows, encoding: text::name(encoding), undecoded })
}

type Layout<'a> = (usize, usize, Vec<Column<'a>>, &'a [u8]);

/// Number of rows, bytes of each, the columns and the bytes of all rows.
fn layout(bytes: &[u8]) -> Option<Layout<'_>> {
    let mut header = Bytes::new(bytes, Order::Little);
    header.take(4)?; // kind and date
    let n_rows = usize::try_from(header.u32()?).ok()?;
    let (n_header_bytes, n_row_bytes) = (usize::from(header.u16()?), usize::from(header.u16()?));
    let descriptions = bytes.get(HEADER_BYTES..n_header_bytes)?;
    let (mut columns, mut start) = (Vec::new(), 1);
    for description in descriptions.chunks_exact(COLUMN_BYTES).take_while(|d| d[0] != END_OF_COLUMNS) {
        let name = description[..11].split(|b| *b == 0).next()?;
        let length = usize::from(description[16]);
        columns.push(Column { name, kind: description[11], start, length });
        start += length;
    }
    (n_row_bytes >= start && !columns.is_empty()).then_some((n_rows, n_row_bytes, columns, &bytes[n_header_bytes..]))
}

/// UTF-8 if all text is that, else GBK.
fn guess(columns: &[Column<'_>], rows: &[&[u8]]) -> &'static Encoding {
    // A text may be cut off in a character where its column ends.
    let is_utf8 = |bytes: &[u8]| std::str::from_utf8(bytes).map_or_else(|e| e.error_len().is_none(), |_| true);
    let texts = || columns.iter().filter(|column| column.kind == b'C');
    let are_rows = rows.iter().all(|row| texts().all(|column| is_utf8(column.of(row))));
    if are_rows && columns.iter().all(|column| is_utf8(column.name)) { UTF_8 } else { GBK }
}

impl Column<'_> {
    /// Its bytes in a row, without the padding.
    fn of<'r>(&self, row: &'r [u8]) -> &'r [u8] {
        let bytes = &row[self.start..self.start + self.length];
        let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
        if self.is_binary() { bytes } else { bytes[..end].trim_ascii() }
    }

    fn is_binary(&self) -> bool {
        matches!((self.kind, self.length), (b'I' | b'+', 4) | (b'O' | b'B', 8))
    }
}

/// The value of a column, and whether all of it could be decoded.
fn value(column: &Column<'_>, row: &[u8], encoding: &'static Encoding) -> (Value, bool) {
    let bytes = column.of(row);
    if column.is_binary() {
        let number = match *bytes {
            [a, b, c, d] => f64::from(i32::from_le_bytes([a, b, c, d])),
            [a, b, c, d, e, f, g, h] => f64::from_le_bytes([a, b, c, d, e, f, g, h]),
            _ => f64::NAN,
        };
        return (if number.is_finite() { Value::Number(number) } else { Value::Empty }, true);
    }
    let (text, is_whole) = decoded(bytes, encoding);
    let text = text.trim();
    let is_blank = text.is_empty() || column.kind == b'L' && text == "?" || text.bytes().all(|b| b == b'*');
    let value = match column.kind {
        _ if is_blank => Value::Empty,
        b'N' | b'F' => Value::of_text(text),
        _ => Value::Text(text.to_owned()),
    };
    (value, is_whole)
}

/// Text of some bytes, and whether all of them could be decoded but for a character cut off at the end.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> (String, bool) {
    let (text, is_broken) = encoding.decode_without_bom_handling(bytes);
    let whole = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    let is_whole = !is_broken || !whole.contains(char::REPLACEMENT_CHARACTER);
    (whole.to_owned(), is_whole)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A column of a table that is written: its name, kind and length.
    pub(in crate::io::layers) type Written<'a> = (&'a [u8], u8, u8);

    /// A table of rows of bytes, each already as long as the columns.
    pub(in crate::io::layers) fn table(driver: u8, columns: &[Written<'_>], rows: &[&[u8]]) -> Vec<u8> {
        let n_header = u16::try_from(HEADER_BYTES + COLUMN_BYTES * columns.len() + 1).unwrap();
        let n_row = 1 + columns.iter().map(|(.., length)| u16::from(*length)).sum::<u16>();
        let mut bytes = vec![3, 126, 11, 28];
        bytes.extend(u32::try_from(rows.len()).unwrap().to_le_bytes());
        bytes.extend(n_header.to_le_bytes());
        bytes.extend(n_row.to_le_bytes());
        bytes.resize(HEADER_BYTES, 0);
        bytes[LANGUAGE_AT] = driver;
        for (name, kind, length) in columns {
            let mut description = name.to_vec();
            description.resize(COLUMN_BYTES, 0);
            (description[11], description[16]) = (*kind, *length);
            bytes.extend(description);
        }
        bytes.push(END_OF_COLUMNS);
        bytes.extend(rows.concat());
        bytes.push(0x1a);
        bytes
    }

    fn gbk(text: &str) -> Vec<u8> {
        GBK.encode(text).0.into_owned()
    }

    fn read_bytes(bytes: &[u8], named: Option<&'static Encoding>) -> Table {
        read(bytes, named, Path::new("a.dbf")).unwrap()
    }

    /// A table of one text of six bytes.
    fn one_text(driver: u8, text: &[u8]) -> Vec<u8> {
        let mut row = vec![b' '];
        row.extend(text);
        row.resize(7, b' ');
        table(driver, &[(&gbk("名称"), b'C', 6)], &[&row])
    }

    fn text_of(table: &Table) -> Option<&Value> {
        table.rows[0].as_ref().and_then(|fields| fields.values().next())
    }

    #[test]
    fn the_encoding_is_named_or_told_by_the_driver_or_guessed() {
        let expected = Value::Text("高村".to_owned());
        for (driver, named) in [(0x4d, None), (0x57, None), (0, None), (3, Some(GBK))] {
            let table = read_bytes(&one_text(driver, &gbk("高村")), named);
            assert_eq!((table.encoding, text_of(&table)), ("GBK", Some(&expected)), "{driver}");
            assert!(table.rows[0].as_ref().unwrap().contains_key("名称"));
        }
        let utf8 = table(0, &[("名称".as_bytes(), b'C', 6)], &[" 高村".as_bytes()]);
        let table = read_bytes(&utf8, None);
        assert_eq!((table.encoding, text_of(&table)), ("UTF-8", Some(&expected)));
        let wrong = read_bytes(&one_text(0, &gbk("高村")), Some(UTF_8));
        assert!(wrong.undecoded.unwrap().contains("characters that are not UTF-8"));
    }

    #[test]
    fn a_character_cut_off_at_the_end_is_left_out() {
        let cut = &gbk("高村镇")[..5];
        let table = read_bytes(&one_text(0x4d, cut), None);
        assert_eq!((text_of(&table), &table.undecoded), (Some(&Value::Text("高村".to_owned())), &None));
    }

    #[test]
    fn kinds_of_columns_have_their_values() {
        let columns: &[Written<'_>] = &[
            (b"n", b'N', 6),
            (b"blank", b'N', 2),
            (b"stars", b'F', 3),
            (b"day", b'D', 8),
            (b"yes", b'L', 1),
            (b"maybe", b'L', 1),
            (b"i", b'I', 4),
            (b"o", b'O', 8),
            (b"code", b'C', 4),
        ];
        let row = [&b"  12.5  ***20260101T?"[..], &7_i32.to_le_bytes(), &1.5_f64.to_le_bytes(), b"0012"].concat();
        let row = [&b" "[..], &row].concat();
        let deleted = [&b"*"[..], &row[1..]].concat();
        let table = read_bytes(&table(0, columns, &[&row, &deleted]), None);
        let fields = table.rows[0].as_ref().unwrap();
        let text = |text: &str| Value::Text(text.to_owned());
        for (name, value) in [
            ("n", Value::Number(12.5)),
            ("blank", Value::Empty),
            ("stars", Value::Empty),
            ("day", text("20260101")),
            ("yes", text("T")),
            ("maybe", Value::Empty),
            ("i", Value::Number(7.0)),
            ("o", Value::Number(1.5)),
            ("code", text("0012")),
        ] {
            assert_eq!(fields[name], value, "{name}");
        }
        assert_eq!(table.rows[1], None);
    }

    #[test]
    fn a_table_cut_short_is_refused() {
        let whole = one_text(0, b"abc");
        for end in 0..whole.len() - 1 {
            assert!(read(&whole[..end], None, Path::new("a.dbf")).is_err(), "cut at {end}");
        }
        let message = read(&whole[..70], None, Path::new("a.dbf")).unwrap_err().to_string();
        assert!(message.starts_with("rows: 0, then the file ends, allowed: 1"), "{message}");
    }
}
