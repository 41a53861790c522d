//! Tests that a rule which the document does not support is an error with the place of the rule.
#![allow(clippy::unwrap_used)]

use crate::diagnostic::Diagnostics;
use crate::document::Source;
use crate::emit::Origin;
use crate::{Inputs, Options, generate};

const DOCUMENT: &str = include_str!("../../../tests/fixtures/mock_rules/openapi.yaml");
const CONFIG: &str = include_str!("../../../tests/fixtures/mock_rules/codegen.toml");

/// The messages for the fixture after a change of its configuration.
fn messages_after_change(from: &str, to: &str) -> String {
    assert!(CONFIG.contains(from), "{from}");
    let source = |name: &str, text: String| {
        Source::from_bytes(name, text.into_bytes(), &mut Diagnostics::default()).unwrap()
    };
    let generated = generate(
        Inputs {
            document: source("openapi.yaml", DOCUMENT.to_owned()),
            overlays: Vec::new(),
            config: Some(source("codegen.toml", CONFIG.replacen(from, to, 1))),
            renames: None,
            pages: std::collections::BTreeMap::new(),
            origin: Origin::default(),
            placement: crate::Placement::default(),
        },
        &Options::default(),
    );
    assert!(generated.failed && generated.files.is_empty(), "{from} -> {to}\n{}", generated.messages);
    generated.messages.to_string()
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
        ("hidden = true", "is-hidden = true", "unknown field `is-hidden`"),
    ] {
        let messages = messages_after_change(from, to);
        assert!(messages.contains(words) && messages.contains("help: "), "{from} -> {to}\n{messages}");
        assert!(messages.contains("codegen.toml:"), "no place: {messages}");
    }
}
