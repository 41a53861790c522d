//! Created objects can be retrieved, listed, updated and deleted, for every resource with these calls.

use std::collections::BTreeMap;

use serde_json::Value;
use whop_tests::document::{Document, Operation};
use whop_tests::json::Json;
use whop_tests::raw_http::RawRequest;
use whop_tests::schema::{Kind, read_shape};
use whop_tests::{assert_none, print_uncaptured};

use crate::{load_document, start_server};

/// The calls of one resource.
#[derive(Default)]
struct Calls<'a> {
    create: Option<&'a Operation>,
    list: Option<&'a Operation>,
    retrieve: Option<&'a Operation>,
    update: Option<&'a Operation>,
    delete: Option<&'a Operation>,
}

/// The resources by the path of their collection.
fn find_resources(document: &Document) -> BTreeMap<String, Calls<'_>> {
    let mut resources: BTreeMap<String, Calls<'_>> = BTreeMap::new();
    for operation in &document.operations {
        let (parent, last) = operation.path.rsplit_once('/').unwrap();
        let is_item = last.starts_with('{');
        let calls = resources.entry(if is_item { parent } else { &operation.path }.to_owned()).or_default();
        let slot = match (operation.method.as_str(), is_item) {
            ("POST", false) => &mut calls.create,
            ("GET", false) => &mut calls.list,
            ("GET", true) => &mut calls.retrieve,
            ("PATCH", true) => &mut calls.update,
            ("DELETE", true) => &mut calls.delete,
            _ => continue,
        };
        *slot = Some(operation);
    }
    let has_id = |create: &Operation| {
        let response = create.response.as_ref().map(|pointer| read_shape(document, pointer).kind);
        matches!(response, Some(Kind::Object(properties)) if properties.iter().any(|(name, ..)| *name == "id"))
    };
    resources.retain(|_, calls| {
        calls.create.is_some_and(has_id) && (calls.retrieve.is_some() || calls.list.is_some())
    });
    resources
}

/// A valid request for one object of a collection.
fn item_request(operation: &Operation, collection: &str, id: &str) -> RawRequest {
    let (request, _) = RawRequest::for_operation(load_document().0, operation, 0);
    RawRequest { path: format!("{collection}/{id}"), ..request }
}

/// Properties that only the response to the creation has.
const CREATION_ONLY: [&str; 2] = ["upload_url", "upload_headers"];

/// The properties that two objects have in common and whose values differ.
fn differences(first: &Value, second: &Value) -> Vec<String> {
    let (Some(first), Some(second)) = (first.as_object(), second.as_object()) else { return Vec::new() };
    let first = first.iter().filter(|(name, _)| !CREATION_ONLY.contains(&name.as_str()));
    let common = first.filter_map(|(name, value)| Some((name, value, second.get(name)?)));
    common
        .filter(|(_, value, other)| match (value, other) {
            (Value::Object(_), Value::Object(_)) => !differences(value, other).is_empty(),
            (Value::Array(_), Value::Array(_)) => false,
            (value, other) => value != other,
        })
        .map(|(name, value, other)| format!("{name}: {value} and {other}"))
        .collect()
}

#[tokio::test]
async fn created_objects_are_remembered() {
    let (document, _) = load_document();
    let resources = find_resources(document);
    assert!(resources.len() >= 25, "only {} resources can be created and retrieved", resources.len());
    let server = start_server(7).await;
    let base = server.base_url(0);
    let mut problems = Vec::new();
    let mut deleted = 0;
    for (path, calls) in &resources {
        let (create, _) = RawRequest::for_operation(document, calls.create.unwrap(), 0);
        let created = create.send(&base).await.json();
        let Some(id) = created.get("id").and_then(Value::as_str).map(str::to_owned) else {
            problems.push(format!("{path}: no id in {created}"));
            continue;
        };
        let second_id = create.send(&base).await.text("/id");
        if second_id == id {
            problems.push(format!("{path}: two objects have the id {id}"));
        }
        if let Some(operation) = calls.retrieve {
            let response = item_request(operation, &create.path, &id).send(&base).await;
            let differences = differences(&created, &response.json());
            problems.extend(
                differences
                    .iter()
                    .map(|difference| format!("{path}: the retrieved object differs: {difference}")),
            );
        }
        if let Some(operation) = calls.list {
            // List the objects of the owner that the object was created for.
            let (mut list, _) = RawRequest::for_operation(document, operation, 0);
            list.path.clone_from(&create.path);
            for (name, value) in &mut list.query {
                if let Some(Json::Object(body)) = &create.body
                    && let Some(Json::Text(owner)) = body.get(name)
                {
                    value.clone_from(owner);
                }
            }
            let response = list.send(&base).await.json();
            let items = response.get("data").or_else(|| response.as_object()?.values().next());
            let items = items.and_then(Value::as_array).cloned().unwrap_or_default();
            match items.iter().find(|item| item.get("id").and_then(Value::as_str) == Some(&id)) {
                Some(item) => problems.extend(
                    differences(&created, item)
                        .iter()
                        .map(|difference| format!("{path}: the listed object differs: {difference}")),
                ),
                None => problems.push(format!("{path}: {id} is not listed: {response}")),
            }
        }
        if let (Some(update), Some(retrieve)) = (calls.update, calls.retrieve) {
            let updated = item_request(update, &create.path, &id).send(&base).await.json();
            let response = item_request(retrieve, &create.path, &id).send(&base).await.json();
            problems.extend(
                differences(&updated, &response)
                    .iter()
                    .map(|difference| format!("{path}: the update is missing: {difference}")),
            );
            if updated.get("id").and_then(Value::as_str) != Some(&id) {
                problems.push(format!("{path}: the update returned another id: {updated}"));
            }
        }
        if let Some(operation) = calls.delete {
            let response = item_request(operation, &create.path, &id).send(&base).await;
            if response.status != operation.status {
                problems.push(format!("{path}: not deleted: {}", response.body));
            }
            if let Some(operation) = calls.retrieve {
                let response = item_request(operation, &create.path, &id).send(&base).await;
                deleted += 1;
                if (response.status, response.text("/error/type").as_str()) != (404, "not_found") {
                    problems.push(format!(
                        "{path}: found after it was deleted: {} {}",
                        response.status, response.body
                    ));
                }
            }
        }
    }
    assert_none(&problems);
    server.verify().unwrap();
    print_uncaptured(&format!("mock: {} resources remembered, {deleted} deleted", resources.len()));
}

#[tokio::test]
async fn request_fields_appear_in_later_responses() {
    let server = start_server(7).await;
    let client = server.client();
    let create = client.products().create().account_id("biz_1").title("A course").headline("Learn it");
    let product = create.send().await.unwrap();
    assert_eq!((product.title.as_str(), product.headline.as_deref()), ("A course", Some("Learn it")));
    let variant =
        client.variants().create().account_id("biz_1").product_id(product.id.as_str()).send().await.unwrap();
    assert_eq!(variant.account.unwrap().id, "biz_1");

    let changed =
        client.products().update(&product.id).title("Another").headline(whop::Null).send().await.unwrap();
    assert_eq!((changed.title.as_str(), changed.headline.as_deref()), ("Another", None));
    assert_eq!(client.products().retrieve(&product.id).send().await.unwrap(), changed);

    client.products().delete(&product.id).send().await.unwrap();
    let error = client.products().retrieve(&product.id).send().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");

    let unknown = client.products().retrieve("prod_unknown").send().await.unwrap();
    assert_eq!(unknown.id, "prod_unknown");
    assert_eq!(client.products().retrieve("prod_unknown").send().await.unwrap(), unknown);
    server.verify().unwrap();

    server.reset();
    assert!(
        client.products().retrieve(&product.id).send().await.is_ok(),
        "after a reset, the deleted id is unknown and retrieved like any other"
    );
}
