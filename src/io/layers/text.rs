//! Encodings of text: UTF-8, or what Chinese programs write instead.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};

/// Why a text could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotText {
    /// Line that the trouble is on, the first is 1.
    pub(super) line: usize,
    pub(super) found: String,
}

/// The text of a whole file with the name of its encoding: what its byte order mark says, UTF-8 if it is that, else
/// GB18030, of which GBK and GB 2312 are part.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), NotText> {
    if let Some((encoding, n_mark)) = Encoding::for_bom(bytes) {
        let text = strict(encoding, &bytes[n_mark..])?;
        return Ok((text, name(encoding)));
    }
    let Err(error) = std::str::from_utf8(bytes) else {
        return strict(UTF_8, bytes).map(|text| (text, UTF_8.name()));
    };
    // A file cut short within a character would read as nonsense in GB18030.
    let before = &bytes[..error.valid_up_to()];
    if error.error_len().is_none() && !before.is_ascii() {
        return Err(NotText { line: line_at(bytes, before.len()), found: "the end of the file in a character".into() });
    }
    match strict(GB18030, bytes) {
        Ok(text) => Ok((text, name(GB18030))),
        Err(wrong) => {
            let found = format!("{} and, on line {}, not UTF-8", wrong.found, line_at(bytes, before.len()));
            Err(NotText { found, ..wrong })
        }
    }
}

/// The text of bytes that are of this encoding throughout.
fn strict<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Result<Cow<'a, str>, NotText> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text);
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = String::with_capacity(4096);
    let mut at = 0;
    loop {
        let (result, n_read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut scratch, true);
        at += n_read;
        match result {
            DecoderResult::OutputFull => scratch.clear(),
            DecoderResult::InputEmpty | DecoderResult::Malformed(..) => break,
        }
    }
    Err(NotText { line: line_at(bytes, at.saturating_sub(1)), found: format!("bytes that are not {}", name(encoding)) })
}

/// Name of an encoding as people write it.
pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030" } else { encoding.name() }
}

fn line_at(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|b| **b == b'\n').count() + 1
}

/// The encoding that a `.cpg` file names, such as `UTF-8`, `GBK`, `936` or `ANSI 936`.
pub(super) fn of_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_start_matches('\u{feff}').to_ascii_lowercase();
    let digits: String = label.chars().filter(char::is_ascii_digit).collect();
    let is_code_page = ["", "cp", "ansi", "oem", "ms", "windows"]
        .contains(&label.replace([' ', '-', '_'], "").trim_end_matches(|c: char| c.is_ascii_digit()));
    let page = match digits.as_str() {
        "65001" => "utf-8",
        "936" => "gbk",
        "54936" => "gb18030",
        "950" => "big5",
        "1252" | "88591" | "28591" => "windows-1252",
        _ => "",
    };
    Encoding::for_label(if is_code_page && !page.is_empty() { page } else { &label }.as_bytes())
}

/// The encoding that the language driver of a `.dbf` names, if it names one.
pub(super) fn of_language_driver(id: u8) -> Option<&'static Encoding> {
    match id {
        0x4d | 0x7a => Some(encoding_rs::GBK),
        0x4f | 0x78 => Some(encoding_rs::BIG5),
        0x03 => Some(encoding_rs::WINDOWS_1252),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn chinese_text_is_told_by_its_bytes() {
        let text = "名称,人口\n濮阳县,12\n";
        assert_eq!(decode(text.as_bytes()), Ok((text.into(), "UTF-8")));
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()), Ok((text.into(), "UTF-8")));
        assert_eq!(decode(&encoded(encoding_rs::GBK, text)), Ok((text.into(), "GB18030")));
        // A character outside GBK, which takes four bytes.
        let rare = "村,\u{20000}\n";
        assert_eq!(decode(&encoded(GB18030, rare)), Ok((rare.into(), "GB18030")));
        let utf16: Vec<u8> = "\u{feff}名,1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16), Ok(("名,1".into(), "UTF-16LE")));
    }

    #[test]
    fn what_is_no_encoding_is_told_with_its_line() {
        let wrong = decode(b"a,b\n1,2\n3,\xff\xff\n").unwrap_err();
        assert_eq!(wrong.line, 3);
        assert_eq!(wrong.found, "bytes that are not GB18030 and, on line 3, not UTF-8");
        let long = [vec![b'a'; 20_000], b"\n\xff".to_vec()].concat();
        assert_eq!(decode(&long).unwrap_err().line, 2);
        let cut = "名称\n河图".as_bytes();
        assert_eq!(decode(&cut[..cut.len() - 1]).unwrap_err().line, 2);
    }

    #[test]
    fn code_pages_have_many_names() {
        for (label, name) in [
            ("UTF-8", "UTF-8"),
            ("65001\r\n", "UTF-8"),
            ("936", "GBK"),
            ("CP936", "GBK"),
            ("ANSI 936", "GBK"),
            ("GB2312", "GBK"),
            ("gb18030", "gb18030"),
            ("ISO-8859-1", "windows-1252"),
            ("88591", "windows-1252"),
            ("Big5", "Big5"),
        ] {
            assert_eq!(of_label(label).map(Encoding::name), Some(name), "{label}");
        }
        assert_eq!(of_label("LATIN-HETU 9"), None);
        assert_eq!(of_language_driver(0x4d).map(Encoding::name), Some("GBK"));
        assert_eq!(of_language_driver(0x57), None, "ANSI of whatever machine");
    }
}
