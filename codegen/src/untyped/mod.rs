//! Counts the places of the model whose values are any JSON, and says for each why: what the document does not tell, or what the
//! generator cannot represent.

mod places;
mod reason;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::ir::Api;

use self::places::{Place, find_places};
use self::reason::find_reason;

/// The places whose values are any JSON, `serde_json::Value`, or an object with any members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UntypedReport {
    /// The number of places with a type: properties, parameters, bodies, responses, variants and aliases.
    pub places: usize,
    /// Those without a type, by reason; the most frequent reason first.
    pub reasons: Vec<UntypedReason>,
}

/// Places that have no type for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntypedReason {
    /// What the schema at these places says.
    pub reason: &'static str,
    /// The pointers of the places in the document, in document order.
    pub pointers: Vec<String>,
}

impl UntypedReport {
    /// The number of places without a type.
    #[must_use]
    pub fn untyped(&self) -> usize {
        self.reasons.iter().map(|reason| reason.pointers.len()).sum()
    }

    /// Reports on a model. `document` is the document before it was lowered, and `original` the pointer that a pointer of the
    /// model had in it.
    pub(crate) fn new(api: &Api, document: &Value, original: impl Fn(&str) -> String) -> Self {
        let (places, untyped) = find_places(api);
        let mut reasons: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for Place { pointer, ty } in untyped {
            let pointer = original(&pointer);
            reasons.entry(find_reason(document, &pointer, ty)).or_default().push(pointer);
        }
        let mut reasons: Vec<_> =
            reasons.into_iter().map(|(reason, pointers)| UntypedReason { reason, pointers }).collect();
        // Stable, so that reasons of the same frequency stay in alphabetical order.
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.pointers.len()));
        Self { places, reasons }
    }
}

impl fmt::Display for UntypedReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} of {} values have no type", self.untyped(), self.places)?;
        for UntypedReason { reason, pointers } in &self.reasons {
            writeln!(f, "{:6}  {reason}", pointers.len())?;
        }
        for UntypedReason { reason, pointers } in &self.reasons {
            writeln!(f, "\n{reason}:")?;
            pointers.iter().try_for_each(|pointer| writeln!(f, "  {pointer}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::document::Source;
    use crate::{Inputs, Options, generate};

    /// Each property without a type, and the reason for it.
    const PROPERTIES: [(&str, &str); 10] = [
        ("nothing: {}", "a schema without a type"),
        ("metadata: {type: object}", "an object without properties"),
        ("list: {type: array}", "a list without `items`"),
        ("lists: {type: array, items: {type: array, items: {}}}", "a schema without a type"),
        ("mixed: {enum: [[1], {a: 1}]}", "an enum of several types"),
        (
            "union: {oneOf: [{type: integer}, {}]}",
            "a union with variants that cannot be told apart, or of any type",
        ),
        ("not_text: {not: {type: string}}", "`not`"),
        ("tuple: {type: array, prefixItems: [{type: string}]}", "a tuple"),
        ("several: {type: [integer, array]}", "several types"),
        ("shared: {$ref: '#/components/schemas/Anything'}", ""),
    ];

    fn report(schemas: &str) -> UntypedReport {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: Untyped, version: '1'}}\npaths:\n  /a:\n    get:\n      operationId: getA\n      \
             responses:\n        '200':\n          description: d\n          content: {{application/json: {{}}}}\n\
             components:\n  schemas:\n{schemas}"
        );
        let source = Source::from_bytes("a.yaml", text.into_bytes(), &mut Diagnostics::default()).unwrap();
        let options = Options { report_untyped: true, ..Options::default() };
        let generated = generate(Inputs::new(source), &options);
        assert!(!generated.failed, "{}", generated.messages);
        generated.untyped.unwrap()
    }

    #[test]
    fn every_place_without_a_type_has_a_reason() {
        for (property, reason) in PROPERTIES {
            let report = report(&format!(
                "    Anything: {{}}\n    Holder: {{type: object, properties: {{name: {{type: string}}, {property}}}}}\n"
            ));
            let name = property.split(':').next().unwrap();
            let at = format!("/components/schemas/Holder/properties/{name}");
            let found =
                report.reasons.iter().find(|reason| reason.pointers.iter().any(|p| p.starts_with(&at)));
            assert_eq!(found.map_or("", |found| found.reason), reason, "{property}: {report}");
        }
    }

    #[test]
    fn places_are_counted_by_reason() {
        let report = report(
            "    Holder: {type: object, properties: {a: {type: string}, b: {}, c: {}, d: {type: object}}}\n",
        );
        assert_eq!((report.places, report.untyped()), (5, 4));
        let lines: Vec<String> = report.to_string().lines().map(str::to_owned).collect();
        assert_eq!(lines.first().map(String::as_str), Some("4 of 5 values have no type"));
        assert!(lines.contains(&"     2  a schema without a type".to_owned()), "{report}");
        assert!(lines.contains(&"  /paths/~1a/get/responses/200".to_owned()), "{report}");
    }
}
