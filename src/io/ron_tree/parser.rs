//! Tokens to a tree.

use super::scanner::{Scanner, named_number};
use super::{Field, Kind, MAX_DEPTH, Node, Place, SyntaxFault};

type Result<T> = std::result::Result<T, SyntaxFault>;

const EXTENSIONS: [&str; 5] = [
    "implicit_some",
    "unwrap_newtypes",
    "unwrap_variant_newtypes",
    "explicit_struct_names",
    "explicit_struct_names_optional",
];

pub(super) fn parse(text: &str) -> Result<Node> {
    let mut parser = Parser { scan: Scanner::new(text), depth: 0 };
    parser.scan.skip_blank()?;
    while parser.scan.peek() == Some('#') {
        parser.attribute()?;
        parser.scan.skip_blank()?;
    }
    let node = parser.value()?;
    parser.scan.skip_blank()?;
    if parser.scan.peek().is_some() {
        return parser.scan.fault("nothing after the end of the value");
    }
    Ok(node)
}

struct Parser<'t> {
    scan: Scanner<'t>,
    depth: usize,
}

impl Parser<'_> {
    /// `#![enable(implicit_some)]`, `#![type = ".."]` or `#![schema = ".."]`.
    fn attribute(&mut self) -> Result<()> {
        for c in ['#', '!', '['] {
            self.expect(c)?;
        }
        self.scan.skip_blank()?;
        let before = self.scan.clone();
        match self.scan.word()? {
            "enable" => self.extensions()?,
            "type" | "schema" => {
                self.expect('=')?;
                self.scan.skip_blank()?;
                let place = self.scan.clone();
                if !matches!(self.value()?.kind, Kind::Text(_)) {
                    return place.fault("a string");
                }
            }
            _ => return before.fault("`enable`, `type` or `schema`"),
        }
        self.expect(']')
    }

    fn extensions(&mut self) -> Result<()> {
        self.expect('(')?;
        loop {
            self.scan.skip_blank()?;
            if self.scan.take(')') {
                return Ok(());
            }
            let before = self.scan.clone();
            if !EXTENSIONS.contains(&self.scan.word()?) {
                return before.fault(format!("an extension: {}", EXTENSIONS.join(", ")));
            }
            self.scan.skip_blank()?;
            if !self.scan.take(',') && self.scan.peek() != Some(')') {
                return self.scan.fault("`,` or `)`");
            }
        }
    }

    fn expect(&mut self, c: char) -> Result<()> {
        self.scan.skip_blank()?;
        if self.scan.take(c) { Ok(()) } else { self.scan.fault(format!("`{c}`")) }
    }

    fn value(&mut self) -> Result<Node> {
        self.scan.skip_blank()?;
        let at = self.scan.at();
        let kind = match self.scan.peek() {
            Some('(') => self.parentheses(None)?,
            Some('[') => Kind::List(self.nested('[', ']', Self::value)?),
            Some('{') => Kind::Map(self.nested('{', '}', Self::entry)?),
            Some('"') => Kind::Text(self.scan.string()?),
            Some('\'') => Kind::Char(self.scan.char()?),
            _ if self.scan.at_number() => Kind::Number(self.scan.number()?),
            _ if self.scan.at_word() => self.word()?,
            _ => return self.scan.fault("a value"),
        };
        Ok(Node { at, kind })
    }

    /// What begins with a letter: a boolean, a number's name, a prefixed literal, an identifier with or without a body.
    fn word(&mut self) -> Result<Kind> {
        if let Some(literal) = self.scan.prefixed_literal()? {
            return Ok(literal);
        }
        let word = self.scan.word()?;
        if let Some(number) = named_number(word) {
            return Ok(Kind::Number(number));
        }
        match word {
            "true" => return Ok(Kind::Bool(true)),
            "false" => return Ok(Kind::Bool(false)),
            _ => {}
        }
        let name = word.to_owned();
        let after_word = self.scan.clone();
        self.scan.skip_blank()?;
        if self.scan.peek() == Some('(') {
            self.parentheses(Some(name))
        } else {
            self.scan = after_word;
            Ok(Kind::Word(name))
        }
    }

    fn entry(&mut self) -> Result<(Node, Node)> {
        let key = self.value()?;
        self.expect(':')?;
        Ok((key, self.value()?))
    }

    /// A tuple or a struct: the first element decides.
    fn parentheses(&mut self, name: Option<String>) -> Result<Kind> {
        let elements = self.nested('(', ')', Self::element)?;
        let n_fields = elements.iter().filter(|e| matches!(e, Element::Field(_))).count();
        if n_fields == 0 {
            return Ok(Kind::Tuple(name, elements.into_iter().filter_map(Element::into_item).collect()));
        }
        if let Some(stray) = elements.iter().find_map(Element::as_item) {
            return Err(SyntaxFault {
                at: stray.at,
                found: format!("{} without a key", stray.describe()),
                allowed: "`key: value`, as the other fields here".to_owned(),
            });
        }
        Ok(Kind::Struct(name, elements.into_iter().filter_map(Element::into_field).collect()))
    }

    fn element(&mut self) -> Result<Element> {
        if self.scan.at_word() {
            let before = self.scan.clone();
            let at = self.scan.at();
            // A word and a colon make a field; anything else is read again as a value, which reports its own faults.
            if let Ok(name) = self.scan.word() {
                self.scan.skip_blank()?;
                if self.scan.take(':') {
                    return Ok(Element::Field(Field { name: name.to_owned(), at, value: self.value()? }));
                }
            }
            self.scan = before;
        }
        self.value().map(Element::Item)
    }

    /// Elements between two brackets, parted by commas, with or without one at the end.
    fn nested<T>(&mut self, open: char, close: char, one: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let start = self.scan.at();
        if self.depth == MAX_DEPTH {
            return self.scan.fault(format!("at most {MAX_DEPTH} brackets inside each other"));
        }
        self.depth += 1;
        self.scan.take(open);
        let mut elements = Vec::new();
        loop {
            self.scan.skip_blank()?;
            if self.scan.take(close) {
                break;
            }
            if self.scan.peek().is_none() {
                return self.scan.fault(unclosed(open, close, start));
            }
            elements.push(one(self)?);
            self.scan.skip_blank()?;
            if !self.scan.take(',') && self.scan.peek() != Some(close) {
                return self.scan.fault(format!("`,` or {}", unclosed(open, close, start)));
            }
        }
        self.depth -= 1;
        Ok(elements)
    }
}

fn unclosed(open: char, close: char, start: Place) -> String {
    format!("`{close}` to close the `{open}` opened at {}:{}", start.line, start.column)
}

/// What stands between two commas in parentheses.
enum Element {
    Item(Node),
    Field(Field),
}

impl Element {
    fn as_item(&self) -> Option<&Node> {
        match self {
            Self::Item(node) => Some(node),
            Self::Field(_) => None,
        }
    }

    fn into_item(self) -> Option<Node> {
        match self {
            Self::Item(node) => Some(node),
            Self::Field(_) => None,
        }
    }

    fn into_field(self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(field),
            Self::Item(_) => None,
        }
    }
}
