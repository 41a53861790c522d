//! Finds the setters that an update renames: those of fields and parameters that requests send under another name.

use std::collections::{BTreeMap, BTreeSet};

use whop_codegen::diff::{Change, Diff, Direction, Kind};
use whop_codegen::ident::snake_case;
use whop_codegen::ir::Operation;

use super::names::find_item;

/// From how many operations on a rename is one entry for the setters of all builders.
const RECURRING: usize = 3;

/// An old and a new name.
type Names = (String, String);

/// The renamed setters as entries of the file of renames: by name alone if the rename recurs, else by the path of the builder,
/// or of the model that it builds. `operations` are those of the new document, and `index` is the index of names of the new
/// crate.
pub(super) fn find_renamed_setters(found: &Diff, operations: &[Operation], index: &str) -> Vec<Names> {
    let mut affected: BTreeMap<Names, BTreeSet<&str>> = BTreeMap::new();
    for (change, names) in renamed_inputs(found) {
        affected.entry(names).or_default().extend(change.operations.iter().map(String::as_str));
    }
    let is_recurring = |names: &Names| affected.get(names).is_some_and(|all| all.len() >= RECURRING);
    let mut entries: BTreeSet<Names> = affected.keys().filter(|names| is_recurring(names)).cloned().collect();
    for (change, (old, new)) in renamed_inputs(found).filter(|(_, names)| !is_recurring(names)) {
        let owner = find_owner(change, operations, index);
        entries.extend(owner.map(|owner| (format!("{owner}.{old}"), new)));
    }
    entries.into_iter().collect()
}

/// The renamed fields and parameters that requests send, with their names as setters.
fn renamed_inputs(found: &Diff) -> impl Iterator<Item = (&Change, Names)> {
    found.changes.iter().filter_map(|change| {
        let is_renamed = matches!(change.kind, Kind::FieldRenamed | Kind::ParameterRenamed);
        let names = change.before.as_deref().zip(change.after.as_deref())?;
        let names = (snake_case(names.0), snake_case(names.1));
        // A property that responses alone have is a field without a setter.
        (is_renamed && change.direction != Direction::Response && names.0 != names.1)
            .then_some((change, names))
    })
}

/// The path of the request builder or of the model that has the setter.
fn find_owner<'a>(change: &Change, operations: &[Operation], index: &'a str) -> Option<&'a str> {
    let pointer = change.new.as_ref()?.pointer.as_str();
    let schema = pointer.rsplit_once("/properties/").map(|(schema, _)| schema);
    if let Some(model) = schema.and_then(|schema| find_item(index, "struct", schema)) {
        return Some(model);
    }
    // The builder of a request has the properties of its body, unless they belong to one of several variants.
    let is_of_body =
        schema.is_none_or(|schema| schema.contains("/requestBody/") && schema.ends_with("/schema"));
    let [affected] = change.operations.as_slice() else { return None };
    let is_affected =
        |operation: &&Operation| format!("{} {}", operation.verb.as_str(), operation.path) == *affected;
    let operation = operations.iter().find(is_affected).filter(|_| is_of_body)?;
    find_item(index, "operation", &operation.id)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use whop_codegen::diff::diff;
    use whop_codegen::document::Source;

    use super::find_renamed_setters;
    use openapi_client_generator::diff::{Companions, read_model};

    const BEFORE: &str = r##"
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /cats: &cats
    get:
      operationId: listCats
      parameters: [{name: owner_id, in: query, schema: {type: string}}]
      responses: {"204": {description: None.}}
  /dogs: &dogs
    get:
      operationId: listDogs
      parameters: [{name: owner_id, in: query, schema: {type: string}}]
      responses: {"204": {description: None.}}
  /birds:
    get:
      operationId: listBirds
      parameters:
        - {name: owner_id, in: query, schema: {type: string}}
        - {name: wing_span, in: query, schema: {type: integer}}
      responses: {"200": {description: Birds., content: {application/json: {schema: {$ref: "#/components/schemas/Bird"}}}}}
  /nests:
    post:
      operationId: createNest
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                height_in_feet: {type: number, format: double}
                twig: {$ref: "#/components/schemas/Twig"}
      responses: {"204": {description: None.}}
components:
  schemas:
    Bird: {type: object, properties: {feather_color: {type: string, format: date-time}, legs: {type: integer}}}
    Twig: {type: object, properties: {wood_species: {type: string, format: uuid}, length: {type: integer}}}
"##;

    const INDEX: &str = "operation pets::api::birds::List <- \"listBirds\"\noperation pets::api::nests::Create <- \
                         \"createNest\"\nstruct pets::models::Bird <- \"/components/schemas/Bird\"\nstruct pets::models::Twig <- \
                         \"/components/schemas/Twig\"\n";

    #[test]
    fn renamed_setters_have_the_path_of_their_builder_unless_they_recur() {
        let after = BEFORE
            .replace("owner_id", "keeper_id")
            .replace("wing_span", "wing_width")
            .replace("height_in_feet", "height_in_meters")
            .replace("wood_species", "wood_kind")
            .replace("feather_color", "plumage_color");
        let read = |text: &str| {
            let source = Source { name: "pets.yaml".to_owned(), text: text.to_owned() };
            read_model(source, &Companions { overlays: Vec::new(), config: None }).unwrap()
        };
        let (old, new) = (read(BEFORE), read(&after));
        let entries = find_renamed_setters(&diff(&old, &new), &new.api.operations, INDEX);
        let entry = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        // A field that only responses have has no setter.
        assert_eq!(
            entries,
            [
                entry("owner_id", "keeper_id"),
                entry("pets::api::birds::List.wing_span", "wing_width"),
                entry("pets::api::nests::Create.height_in_feet", "height_in_meters"),
                entry("pets::models::Twig.wood_species", "wood_kind"),
            ]
        );
    }
}
