//! Values of any kind arrive as they were typed, whichever way they are given.

use openapi_client_description::{Description, JsonValue};
use proptest::prelude::*;

use super::{Flag, Inputs, collect_flags, paths::Step, read_call, rewrite_map_flags, set_at};
use crate::{
    arguments::{add_flags, parse_path},
    call::Call,
    catalog::Loaded,
    error::CliError,
    test_depot::load,
    test_io::TestIo,
};

/// The call of words after the names of a command.
fn read(loaded: &'static Loaded, words: &[String]) -> Result<Call, CliError> {
    let flags = collect_flags(loaded, &["timeout"]);
    let command = clap::Command::new("test").no_binary_name(true);
    let command = add_flags(command, loaded, &flags, &["timeout"]);
    let words = rewrite_map_flags(&flags, words.to_vec());
    let matches = command.try_get_matches_from(words).map_err(|error| CliError::usage(error.to_string()))?;
    let (mut io, _) = TestIo::new().build();
    read_call(loaded, &flags, &matches, &mut Inputs::new(&mut io))
}

fn read_argument(words: &[String], name: &str) -> JsonValue {
    let call = read(load("crates", "create"), words).unwrap();
    call.argument(name).cloned().unwrap()
}

/// Any JSON, with numbers of any number of digits.
fn any_json() -> impl Strategy<Value = JsonValue> {
    let number = "(0|-?[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?".prop_map(JsonValue::Number);
    let leaf = prop_oneof![
        Just(JsonValue::Null),
        any::<bool>().prop_map(JsonValue::Bool),
        number,
        any::<String>().prop_map(JsonValue::String),
        "[-@{\\[=:.\" 0-9a-z]{0,6}".prop_map(JsonValue::String),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..5).prop_map(JsonValue::List);
        let object = prop::collection::btree_map(any::<String>(), inner, 0..5)
            .prop_map(|map| JsonValue::Object(map.into_iter().collect()));
        prop_oneof![list, object]
    })
}

proptest! {
    #[test]
    fn any_json_arrives_as_it_was(value in any_json()) {
        let text = value.to_string();
        prop_assert_eq!(&read_argument(&[format!("--any={text}")], "any"), &value);
        prop_assert_eq!(&read_argument(&[format!("--set=any:={text}")], "any"), &value);
        prop_assert_eq!(&read_argument(&[format!("--metadata=key:={text}")], "metadata").get("key").unwrap().clone(), &value);
        let body = JsonValue::Object(vec![("any".to_owned(), value.clone())]);
        prop_assert_eq!(&read_argument(&[format!("--body={body}")], "any"), &value);
        let items = JsonValue::List(vec![value.clone(), value.clone()]);
        prop_assert_eq!(read_argument(&[format!("--items={items}")], "items"), items);
    }

    #[test]
    fn any_text_arrives_as_it_was(text in any::<String>(), plain in "[-@{\\[=:.\" 0-9a-z]{0,6}") {
        for text in [text, plain] {
            let value = JsonValue::String(text.clone());
            prop_assert_eq!(&read_argument(&[format!("--note={text}")], "note"), &value);
            prop_assert_eq!(&read_argument(&[format!("--set=note={text}")], "note"), &value);
            prop_assert_eq!(&read_argument(&[format!("--place.zip={text}")], "place"), &JsonValue::Object(vec![("zip".to_owned(), value.clone())]));
            prop_assert_eq!(&read_argument(&[format!("--metadata=key={text}")], "metadata"), &JsonValue::Object(vec![("key".to_owned(), value.clone())]));
            prop_assert_eq!(&read_argument(&[format!("--metadata.key={text}")], "metadata"), &JsonValue::Object(vec![("key".to_owned(), value.clone())]));
            // A whole list can be given as JSON; other texts are items.
            if !text.starts_with('[') {
                prop_assert_eq!(&read_argument(&[format!("--tags={text}")], "tags"), &JsonValue::List(vec![value]));
            }
        }
    }

    #[test]
    fn any_number_keeps_its_digits(digits in "(0|-?[1-9][0-9]{0,30})(\\.[0-9]{1,30})?") {
        let value = JsonValue::Number(digits.clone());
        prop_assert_eq!(&read_argument(&["--amount".to_owned(), digits.clone()], "amount"), &value);
        prop_assert_eq!(&read_argument(&[format!("--sizes={digits}")], "sizes"), &JsonValue::List(vec![value.clone()]));
        prop_assert_eq!(&read_argument(&[format!("--set=amount={digits}")], "amount"), &value);
    }

    #[test]
    fn any_path_leads_back_to_its_value(names in prop::collection::vec(any::<String>(), 1..5), index in 0..1_usize) {
        let mut text = String::new();
        let mut steps = Vec::new();
        for name in names {
            text.push_str(&format!("[{}]", JsonValue::string(&name)));
            steps.push(Step::Name(name));
        }
        text.push_str(&format!("[{index}]"));
        steps.push(Step::Index(index));
        prop_assert_eq!(parse_path(&text).unwrap(), steps.clone());
        let mut root = JsonValue::Null;
        set_at(&mut root, &steps, JsonValue::Bool(true)).unwrap();
        let found = steps.iter().fold(&root, |value, step| match step {
            Step::Name(name) => value.get(name).unwrap(),
            Step::Index(index) => &value.items()[*index],
        });
        prop_assert_eq!(found, &JsonValue::Bool(true));
    }

    #[test]
    fn no_words_are_a_panic(words in prop::collection::vec("(--[a-z.-]{0,12}=?)?[-@{\\[\\]=:.\"0-9a-z]{0,8}", 0..6)) {
        for command in ["create", "retrieve", "sell", "attach-picture"] {
            if let Ok(call) = read(load("crates", command), &words) {
                let _ = call.check();
            }
        }
    }
}

#[test]
fn paths_are_parsed_or_refused() {
    let name = |name: &str| Step::Name(name.to_owned());
    for (text, expected) in [
        ("a", vec![name("a")]),
        ("a.b[2].c", vec![name("a"), name("b"), Step::Index(2), name("c")]),
        ("[0].a", vec![Step::Index(0), name("a")]),
        (r#"a["b.c"]["]"]"#, vec![name("a"), name("b.c"), name("]")]),
    ] {
        assert_eq!(parse_path(text).unwrap(), expected, "{text}");
    }
    for text in ["", ".", "a.", "a..b", "a[", "a[x]", "a[-1]", "a[0]b", r#"a["b]"#] {
        assert!(parse_path(text).is_err(), "{text}");
    }
}

fn names(flags: &[Flag]) -> Vec<&str> {
    flags.iter().map(|flag| flag.name.as_str()).collect()
}

#[test]
fn what_is_required_comes_first_and_members_follow_their_object() {
    let flags = collect_flags(load("crates", "create"), &["timeout"]);
    let names = names(&flags);
    assert_eq!(names[..3], ["owner-id", "amount", "count"]);
    let place = names.iter().position(|name| *name == "place").unwrap();
    assert_eq!(names[place + 1..place + 4], ["place.street-name", "place.zip", "place.point"]);
    assert!(names.contains(&"field-timeout") && !names.contains(&"made"));
    let flags = collect_flags(load("crates", "retrieve"), &[]);
    assert!(flags[0].is_positional() && flags[0].format_name() == "<ID>");
}

#[test]
fn forms_say_which_flags_belong_to_them() {
    let flags = collect_flags(load("crates", "sell"), &[]);
    let forms = |name: &str| flags.iter().find(|flag| flag.name == name).unwrap().forms.clone();
    assert_eq!(forms("owner-id"), ["ToOwner"]);
    assert_eq!(forms("market"), ["ToMarket"]);
    assert_eq!(forms("price"), [""; 0]);
}

#[test]
fn a_type_within_itself_has_flags_down_to_a_depth() {
    let description = Description::from_json(
        r#"{"operations":[{"id":"grow","method":"POST","path":"/","body":{"encoding":"json","content":{"variants":[{"object":{"fields":{"tree":"Tree"}}}]}}}],
            "types":{"Tree":{"object":{"fields":{"left":{"optional":"Tree"},"right":{"optional":"Tree"}}}}}}"#,
    );
    let mut description = description.unwrap();
    let operation = description.operations.remove(0);
    let summary = load("crates", "create").summary;
    let loaded: &'static Loaded = Box::leak(Box::new(Loaded {
        summary,
        operation,
        docs: Default::default(),
        description,
        types: Default::default(),
        runtime: Default::default(),
    }));
    let flags = collect_flags(loaded, &[]);
    assert!(names(&flags).contains(&"tree.left.right.left"), "{:?}", names(&flags));
    assert!(flags.len() < 100, "{}", flags.len());
    let deep =
        read(loaded, &["--set".to_owned(), "tree.left.left.left.left.left.right={}".to_owned()]).unwrap();
    assert_eq!(deep.check(), Ok(()));
}
