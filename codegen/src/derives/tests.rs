//! Tests of entries on one document: the derived traits in the generated code, and the messages.
#![allow(clippy::unwrap_used)]

use crate::diagnostic::Diagnostics;
use crate::document::Source;
use crate::{Inputs, Options, generate};

const DOCUMENT: &str = "openapi: 3.1.0\ninfo: {title: Derives, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: getA\n      \
responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}\n\
components:\n  schemas:\n    Order: {type: object, properties: {price: {$ref: '#/components/schemas/Price'}, any: {}, next: {$ref: '#/components/schemas/Order'}}}\n    \
Price: {type: object, properties: {currency: {type: string, enum: [chf, eur]}, amount: {type: number}, tags: {type: array, items: {$ref: '#/components/schemas/Tag'}}}}\n    \
Tag: {type: object, properties: {name: {type: string}}}\n    Point: {type: object, properties: {x: {type: number, format: double}}}\n    \
Choice: {oneOf: [{$ref: '#/components/schemas/Tag'}, {type: integer}]}\n";

/// The derives of each type, or the messages. Enums of text derive no more than this: the runtime orders and hashes them by their
/// text.
fn derive(entries: &str) -> Result<Vec<String>, Vec<String>> {
    let source = |name: &str, text: &str| {
        Source::from_bytes(name, text.as_bytes().to_vec(), &mut Diagnostics::default()).unwrap()
    };
    let config = source("codegen.toml", &format!("[derives]\n{entries}"));
    let inputs = Inputs { config: Some(config), ..Inputs::new(source("a.yaml", DOCUMENT)) };
    let generated = generate(inputs, &Options::default());
    if generated.failed {
        let text = generated.messages.to_string();
        let errors = text.lines().filter(|line| line.starts_with("error"));
        return Err(errors.map(str::to_owned).collect());
    }
    let mut found = Vec::new();
    for file in generated.files.iter().filter(|file| file.path.starts_with("src/models/")) {
        let lines: Vec<&str> = file.contents.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let name = ["pub struct ", "pub enum "].iter().find_map(|word| line.strip_prefix(word));
            let derives = lines[..index].iter().rev().find_map(|line| line.strip_prefix("#[derive("));
            if let (Some(name), Some(derives)) = (name, derives) {
                let name = name.trim_end_matches(" {");
                found.push(format!("{name}: {}", derives.trim_end_matches(")]")));
            }
        }
    }
    Ok(found.into_iter().filter(|entry| !entry.contains("Builder")).collect())
}

#[test]
fn an_entry_holds_for_the_types_within() {
    assert_eq!(
        derive("Price = ['Ord', 'Hash']").unwrap(),
        [
            "Choice: Clone, Debug, PartialEq",
            "Order: Clone, Debug, PartialEq",
            "Point: Clone, Debug, PartialEq",
            "Price: Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash",
            "PriceCurrency: Clone, PartialEq",
            "Tag: Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash",
        ]
    );
}

#[test]
fn a_pattern_leaves_out_types_without_the_trait() {
    assert_eq!(
        derive("'*' = ['Eq', 'Ord']").unwrap(),
        [
            "Choice: Clone, Debug, PartialEq, Eq",
            "Order: Clone, Debug, PartialEq, Eq",
            "Point: Clone, Debug, PartialEq",
            "Price: Clone, Debug, PartialEq, Eq, PartialOrd, Ord",
            "PriceCurrency: Clone, PartialEq",
            "Tag: Clone, Debug, PartialEq, Eq, PartialOrd, Ord",
        ]
    );
}

#[test]
fn an_entry_that_cannot_hold_is_an_error() {
    for (entry, message) in [
        (
            "Order = ['Ord']",
            "`Order` cannot derive `Ord`: the field `any` of `Order` is any JSON value, which has no order",
        ),
        (
            "Point = ['Hash']",
            "`Point` cannot derive `Hash`: the field `x` of `Point` is an `f64`, which has neither `Eq` nor `Hash`",
        ),
        (
            "Choice = ['Ord']",
            "`Choice` cannot derive `Ord`: the union `Choice` may hold any JSON value, which has no order",
        ),
        ("Nothing = ['Eq']", "no type is called `Nothing`"),
    ] {
        let messages = derive(entry).unwrap_err().concat();
        assert!(messages.contains(message), "{entry}: {messages}");
    }
    assert!(derive("Tag = ['Copy']").unwrap_err().concat().contains("Copy"));
}
