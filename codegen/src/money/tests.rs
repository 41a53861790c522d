//! Tests of entries on one document: the rows in the generated code, and the messages.
#![allow(clippy::unwrap_used)]

use crate::diagnostic::Diagnostics;
use crate::document::Source;
use crate::{Inputs, Options, generate};

const DOCUMENT: &str = "openapi: 3.1.0\ninfo: {title: Money, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: getA\n      \
responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}\n\
components:\n  schemas:\n    Order: {type: object, required: [total, currency, type], properties: {total: {type: number}, \
tax: {type: [string, 'null']}, type: {type: number}, count: {type: integer}, price: {$ref: '#/components/schemas/Price'}, \
currency: {type: string, enum: [chf, eur]}, bonus_usd: {type: number}}}\n    \
Price: {type: object, required: [value, unit, digits], properties: {value: {type: string}, unit: {type: string}, digits: {type: integer}, note: {type: string}}}\n    \
Fee: {type: object, required: [name, value, unit], properties: {name: {type: string}, value: {type: string}, unit: {type: string}}}\n";

/// The macros for money, or the messages.
fn find(entries: &str) -> Result<String, String> {
    find_in(DOCUMENT, entries)
}

fn find_in(document: &str, entries: &str) -> Result<String, String> {
    let source = |name: &str, text: &str| {
        Source::from_bytes(name, text.as_bytes().to_vec(), &mut Diagnostics::default()).unwrap()
    };
    let config = source("codegen.toml", entries);
    let inputs = Inputs { config: Some(config), ..Inputs::new(source("a.yaml", document)) };
    let generated = generate(inputs, &Options::default());
    if generated.failed {
        return Err(generated.messages.to_string());
    }
    let files = generated.files.iter().filter(|file| file.path.starts_with("src/models/"));
    let macros =
        files.flat_map(|file| file.contents.split("\n\n")).filter(|text| text.starts_with("rt::money"));
    Ok(macros.map(|text| format!("{}\n", text.trim())).collect())
}

#[test]
fn fields_have_the_currency_of_the_first_entry_that_matches() {
    let found = find(
        "[[money.objects]]\nname = 'Price'\namount = 'value'\ncurrency = 'unit'\ndecimals = ['digits']\n\
         [[money.amounts]]\nproperties = ['*_usd']\ncode = 'usd'\n\
         [[money.amounts]]\nproperties = ['total', 'Order.t*', 'count*']\nexcept = ['count']\ncurrency = 'currency'\n",
    );
    let messages = found.unwrap_err();
    assert!(
        messages.contains("no number or string is called `count*` beside a string `currency`"),
        "{messages}"
    );
    let found = find(
        "[[money.objects]]\nname = 'Price'\namount = 'value'\ncurrency = 'unit'\ndecimals = ['digits']\n\
         [[money.amounts]]\nproperties = ['*_usd']\ncode = 'usd'\n\
         [[money.amounts]]\nproperties = ['total', 'Order.t*']\ncurrency = 'currency'\n",
    );
    assert_eq!(
        found.unwrap(),
        "rt::money_methods!(Order {\n    \
             total_money: required_field(total) [field required_field currency],\n    \
             tax_money: optional_field(tax) [field required_field currency],\n    \
             type_money: required_field(r#type) [field required_field currency],\n    \
             price_money: optional_field(price) [object],\n    \
             bonus_usd_money: optional_field(bonus_usd) [code \"usd\"],\n\
         });\n\
         rt::money_object!(Price { value, unit } [digits]);\n"
    );
}

#[test]
fn aliases_of_amounts_are_amounts() {
    let document = DOCUMENT
        .replace("total: {type: number}", "total: {$ref: '#/components/schemas/Sum'}")
        .replace("price: {$ref: '#/components/schemas/Price'}", "price: {$ref: '#/components/schemas/Cost'}")
        .replace(
            "value: {type: string}, unit: {type: string}, digits",
            "value: {$ref: '#/components/schemas/Text'}, unit: {type: string}, digits",
        );
    let aliases =
        "    Sum: {type: number}\n    Text: {type: string}\n    Cost: {$ref: '#/components/schemas/Price'}\n";
    let entries = "[[money.objects]]\nname = 'Price'\namount = 'value'\ncurrency = 'unit'\ndecimals = ['digits']\n\
                   [[money.amounts]]\nproperties = ['total']\ncurrency = 'currency'\n";
    let found = find_in(&format!("{document}{aliases}"), entries);
    assert_eq!(
        found.unwrap(),
        "rt::money_methods!(Order {\n    \
             total_money: required_field(total) [field required_field currency],\n    \
             price_money: optional_field(price) [object],\n\
         });\n\
         rt::money_object!(Price { value, unit } [digits]);\n"
    );
}

#[test]
fn entries_that_do_not_fit_are_errors() {
    let object = |name: &str, amount: &str, currency: &str, decimals: &str| {
        format!(
            "[[money.objects]]\nname = '{name}'\namount = '{amount}'\ncurrency = '{currency}'\ndecimals = ['{decimals}']\n"
        )
    };
    for (entry, message) in [
        (object("Nothing", "a", "b", "c"), "no object is called `Nothing`"),
        (object("Price", "cost", "unit", "digits"), "`Price` has no property `cost`"),
        (
            object("Price", "digits", "unit", "digits"),
            "the property `digits` of `Price` is not a number or a string",
        ),
        (object("Price", "value", "digits", "digits"), "the property `digits` of `Price` is not a string"),
        (object("Price", "value", "note", "digits"), "the property `note` of `Price` is not required"),
        (
            object("Price", "value", "unit", "note"),
            "the property `note` of `Price` is not a number that is not `null`",
        ),
        (
            "[[money.objects]]\nname = 'Fee'\namount = 'value'\ncurrency = 'unit'\n".to_owned(),
            "`Fee` requires the property `name`, which an amount does not have",
        ),
        (
            "[[money.amounts]]\nproperties = ['total']\n".to_owned(),
            "an entry of `[[money.amounts]]` has either a `currency` or a `code`",
        ),
        (
            "[[money.amounts]]\nproperties = ['total']\ncurrency = 'unit'\n".to_owned(),
            "no number or string is called `total` beside a string `unit`",
        ),
        (
            "[[money.amounts]]\nproperties = ['nothing']\ncode = 'usd'\n".to_owned(),
            "no number or string is called `nothing`",
        ),
        (
            "[[money.amounts]]\nproperties = ['total']\nexcept = ['Order.tax']\ncurrency = 'currency'\n"
                .to_owned(),
            "the exception `Order.tax` is none",
        ),
        (
            "[[money.amounts]]\nproperties = ['total']\ncode = 'US dollar'\n".to_owned(),
            "`US dollar` is not the code of a currency",
        ),
        (
            object("Price", "value", "unit", "digits").repeat(2),
            "`Price` has an entry of `[[money.objects]]` already",
        ),
    ] {
        let messages = find(&entry).unwrap_err();
        assert!(messages.contains(message), "{entry}: {messages}");
        assert!(messages.contains("codegen.toml:"), "{messages}");
    }
}
