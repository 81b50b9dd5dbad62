use proptest::prelude::*;

use super::{Kind, Node, parse};

fn kind(text: &str) -> Kind {
    parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}")).kind
}

fn fault(text: &str) -> String {
    match parse(text) {
        Ok(node) => panic!("{text} was read as {node:?}"),
        Err(fault) => fault.to_string(),
    }
}

fn number(text: &str) -> f64 {
    match kind(text) {
        Kind::Number(number) => number.value,
        other => panic!("{text} is {other:?}"),
    }
}

#[test]
fn numbers_are_read_in_every_notation() {
    let cases = [
        ("12", 12.0),
        ("-0.5", -0.5),
        ("+3", 3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 1e-3),
        ("1_000_000.25", 1_000_000.25),
        ("0xFF", 255.0),
        ("-0x10", -16.0),
        ("0b1_01", 5.0),
        ("0o17", 15.0),
        ("7u8", 7.0),
        ("2.5f64", 2.5),
        ("b'a'", 97.0),
        ("-inf", f64::NEG_INFINITY),
    ];
    for (text, expected) in cases {
        assert_eq!(number(text).to_bits(), expected.to_bits(), "{text}");
    }
    assert!(number("NaN").is_nan());
}

#[test]
fn strings_and_chars_keep_their_escapes() {
    let cases = [
        (r#""a\n\t\"\\\x41\u{4e2d}\xe6\xb2\xb3""#, "a\n\t\"\\A中河"),
        (r##"r#"raw "quoted" \n"#"##, "raw \"quoted\" \\n"),
        ("\"one \\\n    line\"", "one line"),
    ];
    for (text, expected) in cases {
        assert_eq!(kind(text), Kind::Text(expected.to_owned()), "{text}");
    }
    assert_eq!(kind(r"'\u{6cb3}'"), Kind::Char('河'));
    assert_eq!(kind(r#"b"\xffz""#), Kind::Bytes(vec![0xff, b'z']));
    assert_eq!(kind("br#\"\"\"#"), Kind::Bytes(vec![b'"']));
}

#[test]
fn structure_comes_with_its_places() {
    let node = parse("#![enable(implicit_some, unwrap_newtypes,)]\n/* a /* nested */ one */ S(\n  a: Some(1), // one\n  中: [ (), X ],\n)").unwrap();
    let Kind::Struct(Some(name), fields) = node.kind else { panic!("not a struct") };
    assert_eq!((name.as_str(), node.at.line, node.at.column), ("S", 2, 26));
    let places: Vec<_> = fields.iter().map(|f| (f.name.as_str(), f.at.line, f.at.column, f.value.at.column)).collect();
    assert_eq!(places, [("a", 3, 3, 6), ("中", 4, 3, 6)]);
    let Kind::List(items) = &fields[1].value.kind else { panic!("not a list") };
    assert_eq!(items[0].kind, Kind::Tuple(None, vec![]));
    assert_eq!((items[1].kind.clone(), items[1].at.column), (Kind::Word("X".into()), 12));
}

#[test]
fn faults_say_where_what_and_what_could_stand_there() {
    let cases = [
        ("(a: 1", "1:6: found the end of the file; allowed `,` or `)` to close the `(` opened at 1:1"),
        ("(a: 1\n b: 2)", "2:2: found `b`; allowed `,` or `)` to close the `(` opened at 1:1"),
        ("(a: )", "1:5: found `)`; allowed a value"),
        ("(a: 1, 2)", "1:8: found `2` without a key; allowed `key: value`, as the other fields here"),
        ("[1, 2}", "1:6: found `}`; allowed `,` or `]` to close the `[` opened at 1:1"),
        ("1.2.3", "1:1: found `1.2.3`; allowed a number such as 12, -0.5, 1e-3 or 1_000"),
        ("\"abc", "1:5: found the end of the file; allowed `\"` to end the string opened at 1:2"),
        ("/* x", "1:5: found the end of the file; allowed `*/` to end the comment opened at 1:1"),
        ("1 2", "1:3: found `2`; allowed nothing after the end of the value"),
        ("", "1:1: found the end of the file; allowed a value"),
        ("#![enable(nonsense)] 1", "1:11: found `nonsense`; allowed an extension: implicit_some"),
        (r#""\q""#, r"1:2: found `\`; allowed an escape"),
    ];
    for (text, expected) in cases {
        let message = fault(text);
        assert!(message.starts_with(expected), "{text}: {message}");
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = "[".repeat(100_000);
    assert!(fault(&deep).contains("at most 96 brackets"));
}

/// The tree as the `ron` crate would hold it, without names, to compare the two readers.
fn value_of(node: Node) -> ron::Value {
    use ron::Value;
    let seq = |items: Vec<Node>| Value::Seq(items.into_iter().map(value_of).collect());
    match node.kind {
        Kind::Bool(b) => Value::Bool(b),
        Kind::Number(number) => match number.whole {
            Some(whole) => whole_value(whole),
            None => Value::Number(number.value.into()),
        },
        Kind::Char(c) => Value::Char(c),
        Kind::Text(text) => Value::String(text),
        Kind::Bytes(bytes) => Value::Bytes(bytes),
        Kind::Map(entries) => entries.into_iter().map(|(k, v)| (value_of(k), value_of(v))).collect(),
        Kind::Word(word) if word == "None" => Value::Option(None),
        Kind::Word(_) => Value::Unit,
        Kind::Tuple(Some(name), mut items) if name == "Some" => {
            Value::Option(Some(Box::new(value_of(items.remove(0)))))
        }
        Kind::Tuple(None, items) if items.is_empty() => Value::Unit,
        Kind::List(items) | Kind::Tuple(_, items) => seq(items),
        Kind::Struct(_, fields) => fields.into_iter().map(|f| (Value::String(f.name), value_of(f.value))).collect(),
    }
}

/// `ron` keeps a whole number in the smallest type that holds it.
fn whole_value(whole: i128) -> ron::Value {
    ron::from_str(&whole.to_string()).unwrap()
}

/// `ron` keeps a fraction that fits into a single float as one; the tree has doubles only.
fn in_doubles(value: ron::Value) -> ron::Value {
    use ron::Value;
    match value {
        Value::Number(ron::value::Number::F32(x)) => Value::Number(f64::from(x.get()).into()),
        Value::Seq(items) => Value::Seq(items.into_iter().map(in_doubles).collect()),
        Value::Map(entries) => entries.into_iter().map(|(k, v)| (in_doubles(k), in_doubles(v))).collect(),
        Value::Option(Some(inner)) => Value::Option(Some(Box::new(in_doubles(*inner)))),
        other => other,
    }
}

fn any_value() -> impl Strategy<Value = ron::Value> {
    use ron::Value;
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<char>().prop_map(Value::Char),
        any::<i64>().prop_map(|i| whole_value(i128::from(i))),
        any::<u64>().prop_map(|i| whole_value(i128::from(i))),
        any::<f64>().prop_map(|x| Value::Number(x.into())),
        any::<String>().prop_map(Value::String),
        proptest::collection::vec(any::<u8>(), 0..8).prop_map(Value::Bytes),
        Just(Value::Unit),
        Just(Value::Option(None)),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::Seq),
            proptest::collection::vec((inner.clone(), inner.clone()), 0..6)
                .prop_map(|entries| entries.into_iter().collect::<Value>()),
            inner.prop_map(|v| Value::Option(Some(Box::new(v)))),
        ]
    })
}

/// A struct that `ron` writes with names, tuples, variants and options, to compare what `Value` cannot say.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
struct Everything {
    unit: (),
    pair: (f64, String),
    choice: Choice,
    maybe: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
enum Choice {
    Nothing,
    One(f64),
    Two(i32, bool),
    Named { a: f64, b: Vec<String> },
}

fn any_everything() -> impl Strategy<Value = Everything> {
    let choice = prop_oneof![
        Just(Choice::Nothing),
        any::<f64>().prop_map(Choice::One),
        any::<(i32, bool)>().prop_map(|(i, b)| Choice::Two(i, b)),
        (any::<f64>(), proptest::collection::vec(any::<String>(), 0..4)).prop_map(|(a, b)| Choice::Named { a, b }),
    ];
    (any::<(f64, String)>(), choice, any::<Option<i32>>()).prop_map(|(pair, choice, maybe)| Everything {
        unit: (),
        pair,
        choice,
        maybe,
    })
}

fn any_layout() -> impl Strategy<Value = ron::ser::PrettyConfig> {
    any::<(bool, bool, bool, bool, bool)>().prop_map(|(names, members, arrays, escape, enumerate)| {
        ron::ser::PrettyConfig::new()
            .struct_names(names)
            .separate_tuple_members(members)
            .compact_arrays(arrays)
            .escape_strings(escape)
            .enumerate_arrays(enumerate)
    })
}

proptest! {
    // The failing input is printed in full; no file is left beside the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_what_ron_writes(value in any_value(), layout in any_layout()) {
        let text = ron::ser::to_string_pretty(&value, layout).unwrap();
        prop_assert_eq!(value_of(parse(&text).unwrap()), value, "{}", text);
    }

    #[test]
    fn agrees_with_ron_on_named_things(thing in any_everything(), layout in any_layout()) {
        let text = ron::ser::to_string_pretty(&thing, layout).unwrap();
        let by_ron: ron::Value = ron::from_str(&text).unwrap();
        prop_assert_eq!(value_of(parse(&text).unwrap()), in_doubles(by_ron), "{}", text);
    }

    #[test]
    fn never_panics_on_any_text(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        drop(parse(&text));
    }

    #[test]
    fn never_panics_on_ron_like_text(text in r#"[\(\)\[\]\{\}:,a-c0-9."'\\rbx_#!/* \n+-]{0,60}"#) {
        drop(parse(&text));
    }

    #[test]
    fn faults_lie_inside_the_text(text in r#"[\(\)\[\]:,a0."' \n]{0,40}"#) {
        if let Err(fault) = parse(&text) {
            let n_lines = text.split('\n').count();
            prop_assert!(fault.at.line >= 1 && fault.at.line <= n_lines);
            let line = text.split('\n').nth(fault.at.line - 1).unwrap();
            prop_assert!(fault.at.column >= 1 && fault.at.column <= line.chars().count() + 1);
        }
    }
}
