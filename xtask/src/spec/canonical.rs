//! The canonical form in which the vendored document is kept, whatever was served: YAML with the keys in the published order.

use openapi_client_generator::failure::Failure;
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::{Source, load_document};

/// The canonical text of a document. It has the same contents as the text, which is checked.
pub(crate) fn render_canonical(source: &Source) -> Result<String, Failure> {
    let mut diagnostics = Diagnostics::default();
    let Some(document) = load_document(source.clone(), &mut diagnostics) else {
        return Err(Failure::messages(&diagnostics));
    };
    let is_faithful = |text: &str| {
        let again = Source { name: "canonical.yaml".to_owned(), text: text.to_owned() };
        load_document(again, &mut Diagnostics::default()).is_some_and(|read| read.root == document.root)
    };
    let yaml = serde_yaml::to_string(&document.root).ok().filter(|text| is_faithful(text));
    // Unicode's line separators do not survive `serde_yaml`. JSON is YAML too.
    let json = || serde_json::to_string_pretty(&document.root).ok().map(|text| format!("{text}\n"));
    yaml.or_else(|| json().filter(|text| is_faithful(text))).ok_or_else(|| {
        Failure::new(format!(
            "error[canonical]: the document has other contents when it is written as YAML\n --> {}\n = help: this is a bug of \
             xtask; please report it\n\n1 error",
            source.name
        ))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

    use proptest::prelude::*;
    use serde_json::{Value, json};
    use whop_codegen::diagnostic::Diagnostics;
    use whop_codegen::document::{Source, load_document};

    use super::render_canonical;

    fn check(value: &Value) {
        let served = Source { name: "served.json".to_owned(), text: value.to_string() };
        let read = |source: Source| load_document(source, &mut Diagnostics::default()).unwrap().root;
        let text = render_canonical(&served).map_err(|failure| format!("{value}: {}", failure.text)).unwrap();
        let canonical = Source { name: "canonical.yaml".to_owned(), text };
        assert_eq!(read(canonical.clone()), read(served), "{}", canonical.text);
        // The form is stable, and keys keep their order.
        assert_eq!(render_canonical(&canonical).unwrap(), canonical.text);
        assert_eq!(read(canonical).to_string(), value.to_string());
    }

    #[test]
    fn values_that_look_like_others_survive() {
        let texts = [
            "no",
            "No",
            "y",
            "on",
            "off",
            "~",
            "null",
            "true",
            "1e3",
            "1_000",
            "0x1F",
            "0o17",
            "0123",
            "1.0",
            ".5",
            ".inf",
            "-",
            "- a",
            "? b",
            "# c",
            "a: b",
            "a #b",
            "&a",
            "*a",
            "!t",
            "%x",
            "@x",
            "`x",
            "[",
            "{a}",
            "2026-10-15",
            "2026-10-15T01:02:03Z",
            "12:30:45",
            "",
            " ",
            " a ",
            "a\n",
            "a\n\nb",
            "\ta",
            "\u{85}",
            "\u{2028}",
            "'",
            "\"",
            "'\"",
            "=",
            "<<",
        ];
        for text in texts {
            check(&json!({"z": text, "a": [text, {text: text}]}));
        }
        check(&json!({"i": i64::MIN, "u": u64::MAX, "f": [0.1, 1e300, -1.5e-9, 3.0, 123456789012345680.0]}));
        check(&json!({"empty": [{}, [], "", null, true]}));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>()
                .prop_filter("JSON has no infinity", |number| number.is_finite())
                .prop_map(Value::from),
            "[-+.0-9eExo_:~ny]{0,6}".prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
            "[ a-z:#'\"\\n-]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[-.0-9a-z~:#' ]{0,6}", inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_canonical_form_has_the_same_contents(value in any_value()) {
            check(&json!({"document": value}));
        }
    }
}
