//! Tests that a rule which the document does not support is an error with the place of the rule.
#![allow(clippy::unwrap_used)]

use crate::diagnostic::Diagnostics;
use crate::document::Source;
use crate::{Generated, Inputs, Options, generate};

const DOCUMENT: &str = include_str!("../../../tests/fixtures/mock_rules/openapi.yaml");
const CONFIG: &str = include_str!("../../../tests/fixtures/mock_rules/codegen.toml");
const ORDERS: &str = include_str!("../../../tests/fixtures/command_line/openapi.yaml");
const ORDERS_CONFIG: &str = include_str!("../../../tests/fixtures/command_line/codegen.toml");

/// What the generator makes of the fixture after a change of its configuration.
fn generate_after_change(from: &str, to: &str) -> Generated {
    generate_changed((DOCUMENT, CONFIG), from, to)
}

fn generate_changed((document, config): (&str, &str), from: &str, to: &str) -> Generated {
    assert!(config.contains(from), "{from}");
    let source = |name: &str, text: String| {
        Source::from_bytes(name, text.into_bytes(), &mut Diagnostics::default()).unwrap()
    };
    let config = Some(source("codegen.toml", config.replacen(from, to, 1)));
    let inputs = Inputs { config, ..Inputs::new(source("openapi.yaml", document.to_owned())) };
    generate(inputs, &Options::default())
}

/// The messages for the fixture after a change of its configuration.
fn messages_after_change(from: &str, to: &str) -> String {
    let generated = generate_after_change(from, to);
    assert!(generated.failed && generated.files.is_empty(), "{from} -> {to}\n{}", generated.messages);
    generated.messages.to_string()
}

#[test]
fn an_operation_that_two_patterns_match_has_the_effect_once() {
    let find_description = |to: &str| {
        let generated = generate_after_change("[\"closeSale\"]", to);
        assert!(!generated.failed, "{}", generated.messages);
        let file = generated.files.into_iter().find(|file| file.path == "src/description.json");
        file.unwrap().contents
    };
    let once = find_description("[\"closeSale\"]");
    assert!(once.contains("closeSale"), "{once}");
    assert_eq!(find_description("[\"closeSale\", \"close*\"]"), once);
}

#[test]
fn a_rule_that_the_document_does_not_support_is_an_error() {
    for (from, to, words) in [
        ("amount = \"value\"", "amount = \"values\"", "no object has a property `values` with a number"),
        ("{ currency = [\"usd_*\"] }", "{ country = [] }", "no object has a property `country`"),
        ("[\"usd_*\"]", "[\"eur_*\"]", "no property is called `eur_*`"),
        ("[\"changed_at\"]", "[\"state\"]", "no object has a property `state` with a date and time"),
        ("\"*_due\"", "\"*_over\"", "no property `*_over` has a date"),
        ("\"Sale.ordered_at\"", "\"Offer.ordered_at\"", "no property `Offer.ordered_at` has a date"),
        ("after = \"1h\"", "after = \"1 hour\"", "`1 hour` is not a duration"),
        ("after = \"1h\"", "", "needs either `after` or `before`"),
        ("total = \"net + tax\"", "total = \"net + vat\"", "has the properties of `net + vat`"),
        ("total = \"net + tax\"", "sum = \"net + tax\"", "no object has the property `sum`"),
        ("total = \"net + tax\"", "total = \"net tax\"", "expected `+`, `-`, `*` or `or`, found `tax`"),
        ("total = \"net + tax\"", "total = \"request.net\"", "only effects know requests"),
        (
            "net + tax\"",
            "netto + tax or 12.50\"",
            "an alternative of `netto + tax or 12.50` uses: `netto`, `tax`",
        ),
        ("\"outer.net\"", "\"outer.gross\"", "no object with `Line.price` has what an alternative"),
        ("tax = \"0.2 * net\"", "state = \"note or 'shut'\"", "`state` is never `shut`; its values are open"),
        ("[\"closeSale\"]", "[\"shutSale\"]", "no operation has the id `shutSale`"),
        ("request.price or", "request.cost or", "the request of `createSale` has no `cost`"),
        ("offer_id -> price", "offer_id -> cost", "no object has a property `cost`"),
        ("offer_id -> price", "deal_id -> price", "the object has no property `deal_id`"),
        ("set = { net =", "set = { gross =", "the object has no property `gross`"),
        ("\"/wallets\"", "\"/purses\"", "no operation with the path `/purses`"),
        ("\"/wallets\"", "\"/wallets/{id}\"", "has no parameters, as `/wallets/{id}` has"),
        ("list = \"balances\"", "list = \"amounts\"", "has no list `amounts` of objects"),
        ("collection = \"/wallets\"\n", "", "`id` needs the `collection` of the object"),
        ("key = { currency", "key = { country", "the object has no property `country`"),
        ("'partly_refunded'", "'half'", "`state` is never `half`; its values are open, partly_refunded"),
        ("refunded >= total", "refunded > total", "expected two values with"),
        ("refunded >= total", "repaid >= total", "the object has no property `repaid`"),
        ("[\"sale.closed\"]", "[\"sale.shut\"]", "no event is called `sale.shut`"),
        ("property = \"data\"", "property = \"sale\"", "the payload of `sale.closed` has no property `sale`"),
        ("list = \"balances\"\n", "", "`key` needs the `list` of the item"),
        ("key = { currency = \"outer.currency\" }\n", "", "`list` needs the `key` of the item"),
        ("collection = \"/sales\"\nhidden", "hidden", "`hidden` needs a new object"),
        ("hidden = true", "hidden = true\nid = \"id\"", "`hidden` needs a new object"),
        ("hidden = true", "is-hidden = true", "unknown field `is-hidden`"),
    ] {
        let messages = messages_after_change(from, to);
        assert!(messages.contains(words) && messages.contains("help: "), "{from} -> {to}\n{messages}");
        assert!(messages.contains("codegen.toml:"), "no place: {messages}");
    }
}

#[test]
fn the_texts_of_an_operation_have_the_page_of_the_reference() {
    let source = |name: &str, text: &str| {
        Source::from_bytes(name, text.as_bytes().to_vec(), &mut Diagnostics::default()).unwrap()
    };
    let document = include_str!("../../../tests/fixtures/reference/openapi.yaml");
    let config = include_str!("../../../tests/fixtures/reference/codegen.toml");
    let inputs = Inputs {
        config: Some(source("codegen.toml", config)),
        ..Inputs::new(source("openapi.yaml", document))
    };
    let generated = generate(inputs, &Options::default());
    let file = generated.files.into_iter().find(|file| file.path == "src/docs.json").unwrap();
    let docs = openapi_client_description::Docs::from_json(&file.contents).unwrap();
    let pages: Vec<(&str, Option<&str>)> =
        docs.operations.iter().map(|(id, docs)| (id.as_str(), docs.reference.as_deref())).collect();
    let expected = [
        ("listOrders", Some("https://example.com/reference/orders/list-orders-all")),
        // The document's own link comes first.
        ("createOrder", Some("https://example.com/guides/orders")),
        ("deleteOrders", None),
        ("listOldOrders", Some("https://example.com/old/old-orders#list-old-orders")),
    ];
    assert_eq!(pages, expected);
}

#[test]
fn a_command_line_that_the_document_does_not_support_is_an_error() {
    for (from, to, words) in [
        ("\"orders\"", "\"../orders\"", "`../orders` cannot be the name of a program"),
        ("\"orders\"", "\"Orders\"", "`Orders` cannot be the name of a program"),
        ("\"retrieveMe\"", "\"retrieveYou\"", "the document has no operation `retrieveYou`"),
        ("\"retrieveMe\"", "\"deleteOrder\"", "`deleteOrder` cannot tell whose key it is"),
        ("\"quote*\"", "\"price*\"", "no operation that an earlier rule leaves matches `price*`"),
        (
            "\"createOrder\"",
            "\"quoteOrder\"",
            "no operation that an earlier rule leaves matches `quoteOrder`",
        ),
        (
            "\"shop_id\"",
            "\"store_id\"",
            "no operation has a parameter or a property of its body named `store_id`",
        ),
        ("[\"name\"]", "[\"title\"]", "no object of the document has the property `title`"),
        ("\"money\"", "\"gold\"", "unknown variant `gold`"),
    ] {
        let generated = generate_changed((ORDERS, ORDERS_CONFIG), from, to);
        let messages = generated.messages.to_string();
        assert!(generated.failed && generated.files.is_empty(), "{from} -> {to}\n{messages}");
        assert!(messages.contains(words), "{from} -> {to}\n{messages}");
    }
}

#[test]
fn operations_that_no_rule_classifies_are_listed() {
    let generated = generate_changed((ORDERS, ORDERS_CONFIG), "name", "name");
    let messages = generated.messages.to_string();
    assert!(!generated.failed, "{messages}");
    assert!(messages.contains("no rule says what these operations do: `archiveOrder`"), "{messages}");
    let file = generated.files.into_iter().find(|file| file.path == "src/description.json");
    let description: serde_json::Value = serde_json::from_str(&file.unwrap().contents).unwrap();
    let operations = description["operations"].as_array().unwrap().iter();
    let risks: Vec<_> =
        operations.map(|operation| (operation["id"].as_str(), operation["risk"].as_str())).collect();
    assert_eq!(
        risks,
        [
            (Some("retrieveMe"), Some("read")),
            (Some("createOrder"), Some("write")),
            (Some("quoteOrder"), Some("read")),
            (Some("updateOrder"), Some("write")),
            (Some("deleteOrder"), Some("delete")),
            (Some("payOrder"), Some("money")),
            (Some("archiveOrder"), None),
        ]
    );
}
