//! RON text as a tree in which every value knows its line and column.
//!
//! The `ron` crate stops at the first fault and forgets where a value stood; a scenario file needs every fault with its
//! place. This module only parses: what a value must be is decided by the decoder that walks the tree.
//! Start reading at [`parse`]. Grammar: the RON 0.12 text format without ranges (`0..5`) and without base64 strings;
//! property tests hold it against the `ron` crate.

mod parser;
mod scanner;

/// Where something stands in a text: both count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

impl Place {
    /// The first character of a text.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub at: Place,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `true` or `false`.
    Bool(bool),
    /// Any number, `inf` and `NaN` included.
    Number(Number),
    /// `'x'`.
    Char(char),
    /// `"text"` or `r#"text"#`.
    Text(String),
    /// `b"bytes"` or `br#"bytes"#`.
    Bytes(Vec<u8>),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `{a: b}`.
    Map(Vec<(Node, Node)>),
    /// A bare identifier, such as `Dry` or `None`.
    Word(String),
    /// `(a, b)`, `Name(a, b)`, `Some(a)` or `()`.
    Tuple(Option<String>, Vec<Node>),
    /// `(a: 1)` or `Name(a: 1)`, with at least one field.
    Struct(Option<String>, Vec<Field>),
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its key.
    pub name: String,
    /// Where the key begins.
    pub at: Place,
    /// Its value.
    pub value: Node,
}

/// A number as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Its value, nearest double.
    pub value: f64,
    /// Its exact value if it was written as a whole number.
    pub whole: Option<i128>,
}

/// What breaks the grammar, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: found {found}; allowed {allowed}", at.line, at.column)]
pub struct SyntaxFault {
    /// Where.
    pub at: Place,
    /// What stands there.
    pub found: String,
    /// What could stand there.
    pub allowed: String,
}

/// Deepest nesting of brackets that is read.
pub const MAX_DEPTH: usize = 96;

/// Reads one RON value, with nothing but comments and spaces around it.
///
/// # Errors
/// The first fault of the grammar.
pub fn parse(text: &str) -> Result<Node, SyntaxFault> {
    parser::parse(text)
}

impl Node {
    /// The value in a few words, for a message: short values as written, others by kind and size.
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Bool(value) => format!("`{value}`"),
            Kind::Number(Number { whole: Some(whole), .. }) => format!("`{whole}`"),
            Kind::Number(Number { value, whole: None }) => format!("`{value:?}`"),
            Kind::Char(c) => format!("`{c:?}`"),
            Kind::Text(text) => format!("{:?}", shorten(text)),
            Kind::Bytes(bytes) => format!("{} bytes", bytes.len()),
            Kind::List(items) => format!("a list of {}", items.len()),
            Kind::Map(items) => format!("a map of {}", items.len()),
            Kind::Word(word) => format!("`{}`", shorten(word)),
            Kind::Tuple(None, items) => format!("a tuple of {}", items.len()),
            Kind::Struct(None, fields) => format!("a struct with `{}`", shorten(&fields[0].name)),
            Kind::Tuple(Some(name), _) | Kind::Struct(Some(name), _) => format!("`{}(..)`", shorten(name)),
        }
    }
}

/// At most forty characters of a text.
fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(39).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests;
