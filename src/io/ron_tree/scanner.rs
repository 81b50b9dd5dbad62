//! Characters to tokens: white space, comments, identifiers, numbers, strings.

use super::{Kind, Number, Place, SyntaxFault};

type Result<T> = std::result::Result<T, SyntaxFault>;

/// A place in a text that moves forward, one character at a time.
#[derive(Clone)]
pub(super) struct Scanner<'t> {
    rest: &'t str,
    at: Place,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // A byte order mark is no character of the file.
        Self { rest: text.strip_prefix('\u{feff}').unwrap_or(text), at: Place::START }
    }

    pub(super) fn at(&self) -> Place {
        self.at
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn peek_second(&self) -> Option<char> {
        self.rest.chars().nth(1)
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\n' {
            self.at = Place { line: self.at.line + 1, column: 1 };
        } else {
            self.at.column += 1;
        }
        Some(c)
    }

    /// Takes a character if it is the next one.
    pub(super) fn take(&mut self, c: char) -> bool {
        let is_next = self.peek() == Some(c);
        if is_next {
            self.bump();
        }
        is_next
    }

    /// Takes a text if it comes next.
    fn take_text(&mut self, text: &str) -> bool {
        let is_next = self.rest.starts_with(text);
        if is_next {
            text.chars().for_each(|_| {
                self.bump();
            });
        }
        is_next
    }

    fn take_while(&mut self, mut accept: impl FnMut(char) -> bool) -> &'t str {
        let start = self.rest;
        while self.peek().is_some_and(&mut accept) {
            self.bump();
        }
        &start[..start.len() - self.rest.len()]
    }

    /// What stands here, for a message.
    pub(super) fn here(&self) -> String {
        match self.peek() {
            None => "the end of the file".to_owned(),
            Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(c) if is_word_char(c) => {
                let word: String = self.rest.chars().take_while(|c| is_word_char(*c)).take(40).collect();
                format!("`{word}`")
            }
            Some(c) => format!("`{c}`"),
        }
    }

    pub(super) fn fault<T>(&self, allowed: impl Into<String>) -> Result<T> {
        Err(SyntaxFault { at: self.at, found: self.here(), allowed: allowed.into() })
    }

    /// Passes white space and comments.
    pub(super) fn skip_blank(&mut self) -> Result<()> {
        loop {
            self.take_while(is_blank);
            match (self.peek(), self.peek_second()) {
                (Some('/'), Some('/')) => {
                    self.take_while(|c| c != '\n');
                }
                (Some('/'), Some('*')) => self.skip_block_comment()?,
                _ => return Ok(()),
            }
        }
    }

    /// Passes a block comment, and those inside it.
    fn skip_block_comment(&mut self) -> Result<()> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            if self.take_text("/*") {
                depth += 1;
            } else if self.take_text("*/") {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            } else if self.bump().is_none() {
                return self.fault(format!("`*/` to end the comment opened at {}:{}", start.line, start.column));
            }
        }
    }

    /// Whether an identifier, `true`, `inf` or a prefixed string begins here.
    pub(super) fn at_word(&self) -> bool {
        self.peek().is_some_and(is_word_start)
    }

    /// An identifier, plain or raw (`r#a-b`).
    pub(super) fn word(&mut self) -> Result<&'t str> {
        if self.take_text("r#") {
            let word = self.take_while(|c| is_word_char(c) || matches!(c, '.' | '+' | '-'));
            return if word.is_empty() { self.fault("an identifier after `r#`") } else { Ok(word) };
        }
        if !self.at_word() {
            return self.fault("an identifier");
        }
        Ok(self.take_while(is_word_char))
    }

    /// A literal that begins with a letter but is no identifier: a raw string, bytes or a byte.
    pub(super) fn prefixed_literal(&mut self) -> Result<Option<Kind>> {
        if self.rest.starts_with("r\"") || self.starts_raw_string("r") {
            self.bump();
            return Ok(Some(Kind::Text(self.raw_string()?.to_owned())));
        }
        if self.rest.starts_with("br\"") || self.starts_raw_string("br") {
            self.take_text("br");
            return Ok(Some(Kind::Bytes(self.raw_string()?.as_bytes().to_vec())));
        }
        if self.take_text("b\"") {
            return Ok(Some(Kind::Bytes(self.quoted(Escapes::Bytes)?)));
        }
        if self.take_text("b'") {
            return self.byte().map(Some);
        }
        Ok(None)
    }

    /// Whether the prefix, one or more `#` and a quote come next.
    fn starts_raw_string(&self, prefix: &str) -> bool {
        self.rest.strip_prefix(prefix).is_some_and(|rest| {
            let quoted = rest.trim_start_matches('#');
            quoted.len() < rest.len() && quoted.starts_with('"')
        })
    }

    /// The inside of `#"..."#`, from the first `#` or quote.
    fn raw_string(&mut self) -> Result<&'t str> {
        let start = self.at;
        let hashes = self.take_while(|c| c == '#');
        self.bump(); // the quote, seen by the caller
        let end = format!("\"{hashes}");
        let Some(length) = self.rest.find(&end) else {
            while self.bump().is_some() {}
            return self.fault(format!("`{end}` to end the string opened at {}:{}", start.line, start.column));
        };
        let inside = &self.rest[..length];
        let goal = self.rest.len() - length - end.len();
        while self.rest.len() > goal {
            self.bump();
        }
        Ok(inside)
    }

    /// A string, from its opening quote.
    pub(super) fn string(&mut self) -> Result<String> {
        let start = self.at;
        self.bump();
        let bytes = self.quoted(Escapes::Unicode)?;
        String::from_utf8(bytes).map_err(|fault| SyntaxFault {
            at: start,
            found: format!("a string whose `\\x` escapes are not UTF-8 ({fault})"),
            allowed: "a string of valid UTF-8".to_owned(),
        })
    }

    /// The inside of a quoted string, and its closing quote.
    fn quoted(&mut self, escapes: Escapes) -> Result<Vec<u8>> {
        let start = self.at;
        let mut bytes = Vec::new();
        loop {
            let before = self.clone();
            match self.bump() {
                None => {
                    return self.fault(format!("`\"` to end the string opened at {}:{}", start.line, start.column));
                }
                Some('"') => return Ok(bytes),
                Some('\\') if self.skip_continuation() => {}
                Some('\\') => self.escape(&before, escapes)?.push_to(&mut bytes),
                Some(c) => push_char(&mut bytes, c),
            }
        }
    }

    /// After a backslash at the end of a line: the line break and the indentation of the next line.
    fn skip_continuation(&mut self) -> bool {
        if !(self.rest.starts_with('\n') || self.rest.starts_with("\r\n")) {
            return false;
        }
        self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
        true
    }

    /// A character, from its opening quote.
    pub(super) fn char(&mut self) -> Result<char> {
        self.bump();
        let before = self.clone();
        let c = match self.bump() {
            Some('\\') => match self.escape(&before, Escapes::Unicode)? {
                Escape::Char(c) => c,
                Escape::Byte(byte) if byte.is_ascii() => char::from(byte),
                Escape::Byte(_) => return before.fault("an ASCII escape or `\\u{..}`"),
            },
            Some(c) if c != '\'' => c,
            _ => return before.fault("one character between `'` and `'`"),
        };
        if self.take('\'') { Ok(c) } else { self.fault("`'` to end the character") }
    }

    /// A byte, after `b'`.
    fn byte(&mut self) -> Result<Kind> {
        let before = self.clone();
        let byte = match self.bump() {
            Some('\\') => match self.escape(&before, Escapes::Bytes)? {
                Escape::Byte(byte) => byte,
                Escape::Char(_) => return before.fault("a byte escape"),
            },
            Some(c) if c.is_ascii() && c != '\'' => {
                let mut one = [0];
                c.encode_utf8(&mut one);
                one[0]
            }
            _ => return before.fault("one ASCII character between `b'` and `'`"),
        };
        if !self.take('\'') {
            return self.fault("`'` to end the byte");
        }
        Ok(Kind::Number(Number { value: f64::from(byte), whole: Some(i128::from(byte)) }))
    }

    /// What follows a backslash. `before` stands on the backslash.
    fn escape(&mut self, before: &Self, escapes: Escapes) -> Result<Escape> {
        const ALLOWED: &str = r#"an escape: \n \r \t \\ \" \' \0 \x41 \u{4e2d}"#;
        let escape = match self.bump() {
            Some('n') => Escape::Byte(b'\n'),
            Some('r') => Escape::Byte(b'\r'),
            Some('t') => Escape::Byte(b'\t'),
            Some('0') => Escape::Byte(0),
            Some('\\') => Escape::Byte(b'\\'),
            Some('\'') => Escape::Byte(b'\''),
            Some('"') => Escape::Byte(b'"'),
            Some('x') => {
                let digits: String = [self.bump(), self.bump()].into_iter().flatten().collect();
                match u8::from_str_radix(&digits, 16) {
                    Ok(byte) if digits.len() == 2 && !digits.starts_with('+') => Escape::Byte(byte),
                    _ => return before.fault("two hexadecimal digits after `\\x`"),
                }
            }
            Some('u') if escapes == Escapes::Unicode => {
                let digits = if self.take('{') { self.take_while(|c| c.is_ascii_hexdigit()) } else { "" };
                let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                match c {
                    Some(c) if self.take('}') => Escape::Char(c),
                    _ => return before.fault("a Unicode character as `\\u{4e2d}`"),
                }
            }
            _ => return before.fault(ALLOWED),
        };
        Ok(escape)
    }

    /// Whether a number begins here.
    pub(super) fn at_number(&self) -> bool {
        self.peek().is_some_and(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
    }

    /// A number: sign, digits with underscores, `0x` `0o` `0b`, point, exponent, type suffix, `inf` and `NaN`.
    pub(super) fn number(&mut self) -> Result<Number> {
        let start = self.clone();
        let is_negative = self.peek() == Some('-');
        if matches!(self.peek(), Some('+' | '-')) {
            self.bump();
        }
        let number = match self.radix() {
            Some(radix) => self.whole(radix),
            None if self.at_word() => self.named_number(),
            None => self.decimal(),
        };
        match number {
            Some(number) if !self.peek().is_some_and(|c| is_word_char(c) || c == '.') => {
                Ok(if is_negative { number.negated() } else { number })
            }
            _ => {
                let end = self.rest.trim_start_matches(|c| is_word_char(c) || c == '.');
                let text = &start.rest[..start.rest.len() - end.len()];
                let found = if text.is_empty() { start.here() } else { format!("`{}`", super::shorten(text)) };
                Err(SyntaxFault { at: start.at, found, allowed: "a number such as 12, -0.5, 1e-3 or 1_000".to_owned() })
            }
        }
    }

    fn radix(&mut self) -> Option<u32> {
        [("0x", 16), ("0o", 8), ("0b", 2)]
            .into_iter()
            .find_map(|(prefix, radix)| self.take_text(prefix).then_some(radix))
    }

    fn whole(&mut self, radix: u32) -> Option<Number> {
        let digits = self.take_while(|c| c.is_digit(radix) || c == '_');
        let whole = i128::from_str_radix(&digits.replace('_', ""), radix).ok()?;
        let is_well_formed = !digits.starts_with('_') && self.suffix().is_none_or(|s| !s.starts_with('f'));
        is_well_formed.then_some(Number { value: whole as f64, whole: Some(whole) })
    }

    /// `inf` or `NaN`, possibly with a suffix.
    fn named_number(&mut self) -> Option<Number> {
        named_number(self.take_while(is_word_char))
    }

    fn decimal(&mut self) -> Option<Number> {
        let mut text = String::new();
        let digits = |scanner: &mut Self, text: &mut String| {
            let run = scanner.take_while(|c| c.is_ascii_digit() || c == '_');
            text.push_str(&run.replace('_', ""));
            !run.starts_with('_')
        };
        let mut is_well_formed = digits(self, &mut text);
        let mut is_whole = true;
        if self.peek() == Some('.') {
            self.bump();
            text.push('.');
            is_whole = false;
            is_well_formed &= digits(self, &mut text);
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.bump();
            text.push('e');
            is_whole = false;
            if let Some(sign @ ('+' | '-')) = self.peek() {
                self.bump();
                text.push(sign);
            }
            is_well_formed &= digits(self, &mut text);
        }
        if let Some(suffix) = self.suffix() {
            is_whole &= !suffix.starts_with('f');
            is_well_formed &= is_whole || suffix.starts_with('f');
        }
        let value: f64 = text.parse().ok().filter(|_| is_well_formed)?;
        Some(Number { value, whole: text.parse().ok().filter(|_| is_whole) })
    }

    /// The type of a number, such as `f64`.
    fn suffix(&mut self) -> Option<&'static str> {
        const SUFFIXES: [&str; 12] =
            ["i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f32", "f64"];
        let word: String = self.rest.chars().take_while(|c| is_word_char(*c)).collect();
        let suffix = SUFFIXES.into_iter().find(|s| *s == word)?;
        self.take_text(suffix);
        Some(suffix)
    }
}

impl Number {
    fn negated(self) -> Self {
        Self { value: -self.value, whole: self.whole.map(|w| -w) }
    }
}

/// The number that a bare word names, if it does.
pub(super) fn named_number(word: &str) -> Option<Number> {
    let value = match word {
        "inf" | "inff32" | "inff64" => f64::INFINITY,
        "NaN" | "NaNf32" | "NaNf64" => f64::NAN,
        _ => return None,
    };
    Some(Number { value, whole: None })
}

/// Which escapes a string knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    Unicode,
    Bytes,
}

/// What an escape stands for.
enum Escape {
    Byte(u8),
    Char(char),
}

impl Escape {
    fn push_to(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Byte(byte) => bytes.push(byte),
            Self::Char(c) => push_char(bytes, c),
        }
    }
}

fn push_char(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn is_word_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_word_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// White space of RON.
fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, '\x0B' | '\u{85}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}')
}
