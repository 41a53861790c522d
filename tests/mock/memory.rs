//! What was created is found again: retrieved, listed, changed, deleted; for every resource that has these calls.

use std::collections::BTreeMap;

use serde_json::Value;
use whop_tests::ask::Ask;
use whop_tests::document::{Document, Operation};
use whop_tests::json::Json;
use whop_tests::{none, say};

use crate::{document, server};

/// The calls that one resource has.
#[derive(Default)]
struct Calls<'a> {
    create: Option<&'a Operation>,
    list: Option<&'a Operation>,
    retrieve: Option<&'a Operation>,
    update: Option<&'a Operation>,
    delete: Option<&'a Operation>,
}

/// The resources by the path of their collection, as the document's paths have them.
fn resources(document: &Document) -> BTreeMap<String, Calls<'_>> {
    let mut all: BTreeMap<String, Calls<'_>> = BTreeMap::new();
    for operation in &document.operations {
        let (above, last) = operation.path.rsplit_once('/').unwrap();
        let item = last.starts_with('{');
        let calls = all.entry(if item { above } else { &operation.path }.to_owned()).or_default();
        let slot = match (operation.method.as_str(), item) {
            ("POST", false) => &mut calls.create,
            ("GET", false) => &mut calls.list,
            ("GET", true) => &mut calls.retrieve,
            ("PATCH", true) => &mut calls.update,
            ("DELETE", true) => &mut calls.delete,
            _ => continue,
        };
        *slot = Some(operation);
    }
    all.retain(|_, calls| calls.create.is_some() && (calls.retrieve.is_some() || calls.list.is_some()));
    all
}

/// A valid request for one thing.
fn item(operation: &Operation, above: &str, id: &str) -> Ask {
    let (ask, _) = Ask::valid(document().0, operation, 0);
    Ask { path: format!("{above}/{id}"), ..ask }
}

/// The members that two objects have in common and that differ.
fn differing(one: &Value, other: &Value) -> Vec<String> {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return Vec::new() };
    let common = one.iter().filter_map(|(name, value)| Some((name, value, other.get(name)?)));
    common
        .filter(|(_, value, twin)| match (value, twin) {
            (Value::Object(_), Value::Object(_)) => !differing(value, twin).is_empty(),
            (Value::Array(_), Value::Array(_)) => false,
            (value, twin) => value != twin,
        })
        .map(|(name, value, twin)| format!("{name}: {value} and {twin}"))
        .collect()
}

#[tokio::test]
async fn what_was_created_is_found_again() {
    let (document, _) = document();
    let resources = resources(document);
    assert!(resources.len() >= 25, "{} resources can be created and found", resources.len());
    let server = server(7).await;
    let base = server.base_url(0);
    let mut problems = Vec::new();
    let mut gone = 0;
    for (path, calls) in &resources {
        let (sent, _) = Ask::valid(document, calls.create.unwrap(), 0);
        let created = sent.of(&base).await.json();
        let Some(id) = created.get("id").and_then(Value::as_str).map(str::to_owned) else {
            problems.push(format!("{path}: no id in {created}"));
            continue;
        };
        let twin = sent.of(&base).await.text("/id");
        if twin == id {
            problems.push(format!("{path}: two things have the id {id}"));
        }
        if let Some(operation) = calls.retrieve {
            let told = item(operation, &sent.path, &id).of(&base).await;
            let differs = differing(&created, &told.json());
            problems.extend(differs.iter().map(|at| format!("{path}: retrieved otherwise: {at}")));
        }
        if let Some(operation) = calls.list {
            // The list of the owner that the thing was created for.
            let (mut ask, _) = Ask::valid(document, operation, 0);
            ask.path.clone_from(&sent.path);
            for (name, value) in &mut ask.query {
                if let Some(Json::Object(body)) = &sent.body
                    && let Some(Json::Text(own)) = body.get(name)
                {
                    value.clone_from(own);
                }
            }
            let told = ask.of(&base).await.json();
            let items = told.get("data").or_else(|| told.as_object()?.values().next());
            let items = items.and_then(Value::as_array).cloned().unwrap_or_default();
            match items.iter().find(|item| item.get("id").and_then(Value::as_str) == Some(&id)) {
                Some(item) => problems.extend(
                    differing(&created, item).iter().map(|at| format!("{path}: listed otherwise: {at}")),
                ),
                None => problems.push(format!("{path}: {id} is not listed: {told}")),
            }
        }
        if let (Some(update), Some(retrieve)) = (calls.update, calls.retrieve) {
            let updated = item(update, &sent.path, &id).of(&base).await.json();
            let told = item(retrieve, &sent.path, &id).of(&base).await.json();
            problems.extend(differing(&updated, &told).iter().map(|at| format!("{path}: not updated: {at}")));
            if updated.get("id").and_then(Value::as_str) != Some(&id) {
                problems.push(format!("{path}: an update gave another id: {updated}"));
            }
        }
        if let Some(operation) = calls.delete {
            let told = item(operation, &sent.path, &id).of(&base).await;
            if told.status != 200 {
                problems.push(format!("{path}: not deleted: {}", told.body));
            }
            if let Some(operation) = calls.retrieve {
                let told = item(operation, &sent.path, &id).of(&base).await;
                gone += 1;
                if (told.status, told.text("/error/type").as_str()) != (404, "not_found") {
                    problems.push(format!("{path}: found after its end: {} {}", told.status, told.body));
                }
            }
        }
    }
    none(&problems);
    server.verify().unwrap();
    say(&format!("mock: {} resources remembered, {gone} deleted", resources.len()));
}

#[tokio::test]
async fn what_is_sent_is_what_is_found() {
    let server = server(7).await;
    let client = server.client();
    let product = client.products().create().company_id("biz_1").title("A course").headline("Learn it");
    let product = product.send().await.unwrap();
    assert_eq!((product.title.as_str(), product.headline.as_deref()), ("A course", Some("Learn it")));
    assert_eq!(product.company.id, "biz_1");

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
    assert!(client.products().retrieve(&product.id).send().await.is_ok(), "forgotten, and so as any other");
}
