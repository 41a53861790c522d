//! The command line sends what the client sends: each operation is called by the real program, with all values of a call of the
//! client and with the required ones only.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use openapi_client_description::{BodyContent, Description, Docs, Field, JsonValue, Operation, Type};
use percent_encoding::percent_decode_str;
use whop::mock::RecordedRequest;
use whop_tests::document::Document;
use whop_tests::sample::{Profile, Sampler};
use whop_tests::{assert_none, print_uncaptured};

use crate::{Bench, first_calls, load_document};

/// How many programs run at once.
const THREADS: usize = 4;

/// The headers that identify the program, or differ with each call.
const OWN_HEADERS: [&str; 4] = ["user-agent", "idempotency-key", "host", "content-length"];

/// What the program is told for an operation.
struct Words<'a> {
    description: &'a Description,
    operation: &'a Operation,
    group: String,
    command: String,
}

fn load_description() -> (Description, Docs) {
    let description = include_str!("../../generated/src/description.json");
    let docs = include_str!("../../generated/src/docs.json");
    (serde_json::from_str(description).unwrap(), serde_json::from_str(docs).unwrap())
}

impl<'a> Words<'a> {
    fn new((description, docs): (&'a Description, &Docs), operation: &'a Operation) -> Self {
        let own = &docs.operations[&operation.id];
        let module = &docs.tags[&own.tag].module;
        Self {
            description,
            operation,
            group: module.replace('_', "-"),
            command: own.method.replace('_', "-"),
        }
    }

    /// The command line that sends this request: arguments of the path, and flags for the query, headers and body.
    fn command_line(&self, request: &RecordedRequest) -> Vec<String> {
        let mut words = vec![self.group.clone(), self.command.clone()];
        words.extend(self.path_values(&request.path));
        for (name, value) in split_query(request.query.as_deref().unwrap_or_default()) {
            // The program sends the only value of a required parameter by itself.
            let field = self.operation.parameters.query.get(&name);
            if !field.is_some_and(|field| field.is_required() && field.constant.is_some()) {
                words.push(format!("--{}={value}", flag_name(&path_of(&name))));
            }
        }
        for (name, _) in &self.operation.parameters.header {
            if let Some(value) = request.header(name) {
                words.push(format!("--{}={value}", flag_name(name)));
            }
        }
        match (self.has_fields(), parse_body(request)) {
            (true, Some(JsonValue::Object(fields))) => {
                for (name, value) in &fields {
                    self.add_flags(&mut words, name, self.find_type(name), value);
                }
            }
            (_, Some(body)) => words.push(format!("--body={body}")),
            (_, None) => {}
        }
        words
    }

    /// Whether the body is an object whose fields have flags.
    fn has_fields(&self) -> bool {
        let body = self.operation.body.as_ref();
        body.is_some_and(|body| matches!(body.content, BodyContent::Variants(_)))
    }

    /// The type of a field of the body.
    fn find_type(&self, name: &str) -> Option<&'a Type> {
        self.fields().find(|(other, _)| *other == name).map(|(_, field)| field.ty())
    }

    fn fields(&self) -> impl Iterator<Item = (&'a String, &'a Field)> {
        let fields = self.operation.body.iter().flat_map(|body| match &body.content {
            BodyContent::Variants(variants) => variants.as_slice(),
            BodyContent::Value(_) => &[],
        });
        fields.flat_map(|variant| &variant.object.fields)
    }

    /// Adds the flags that set a value: one for each value within objects and maps, repeated ones for lists.
    fn add_flags(&self, words: &mut Vec<String>, path: &str, ty: Option<&Type>, value: &JsonValue) {
        let flag = flag_name(path);
        let object = ty.and_then(|ty| self.description.object(ty));
        let is_map =
            ty.is_some_and(|ty| matches!(self.description.resolve(ty), Type::Map(_) | Type::JsonObject));
        match value {
            JsonValue::Null => words.extend(["--null".to_owned(), path.to_owned()]),
            JsonValue::Object(fields) if !fields.is_empty() && is_map => {
                words.extend(fields.iter().map(|(key, value)| format!("--{flag}={key}:={value}")));
            }
            JsonValue::Object(fields) if !fields.is_empty() && object.is_some() => {
                for (name, value) in fields {
                    let ty = object.and_then(|object| object.fields.get(name)).map(Field::ty);
                    self.add_flags(words, &format!("{path}.{name}"), ty, value);
                }
            }
            JsonValue::List(items) if !items.is_empty() => {
                words.extend(items.iter().map(|item| format!("--{flag}={}", word_of(item))));
            }
            JsonValue::Object(_) | JsonValue::List(_) => {
                words.extend(["--set".to_owned(), format!("{path}={value}")]);
            }
            value => words.push(format!("--{flag}={}", word_of(value))),
        }
    }

    fn path_values(&self, path: &str) -> Vec<String> {
        let path = path.trim_start_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>();
        let template: Vec<&str> = self.operation.path.trim_start_matches('/').split('/').collect();
        // The recorded path has the base path of the server before it.
        let own = &path[path.len() - template.len()..];
        let pairs = template.iter().zip(own).filter(|(name, _)| name.starts_with('{'));
        pairs.map(|(_, value)| percent_decode_str(value).decode_utf8().unwrap().into_owned()).collect()
    }

    /// Whether a parameter or a field of the body is sent without being asked for: it has to be, or requests start with it.
    fn is_required(&self, name: &str) -> bool {
        let parameter = self.operation.parameters.iter().find(|parameter| parameter.name == name);
        let mut fields = self.fields().filter(|(other, _)| *other == name).map(|(_, field)| field);
        parameter.is_some_and(|parameter| parameter.field.is_required())
            || fields.any(|field| field.is_required() || field.initial.is_some())
    }
}

/// The names of parameters and fields that are also options of every command, and have a prefix therefore.
const RESERVED: [&str; 6] = ["all", "base_url", "columns", "idempotency_key", "limit", "output"];

/// The flag of a parameter or field, with the names of the document: the program takes them as well as those with hyphens.
fn flag_name(path: &str) -> String {
    let first = path.split('.').next().unwrap_or_default();
    if RESERVED.contains(&first) { format!("field-{}", path.replace('_', "-")) } else { path.to_lowercase() }
}

/// The path of a query parameter: `a[b]` is `a.b`, and `a[]` is an item of `a`.
fn path_of(name: &str) -> String {
    name.replace("[]", "").replace('[', ".").replace(']', "")
}

fn split_query(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().unwrap().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn parse_body(request: &RecordedRequest) -> Option<JsonValue> {
    serde_json::from_slice(&request.body).ok()
}

/// A text as it is, everything else as JSON.
fn word_of(value: &JsonValue) -> String {
    match value {
        JsonValue::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The order of properties says nothing.
fn sort_properties(value: JsonValue) -> JsonValue {
    match value {
        JsonValue::Object(fields) => {
            let mut fields: Vec<_> =
                fields.into_iter().map(|(name, value)| (name, sort_properties(value))).collect();
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            JsonValue::Object(fields)
        }
        JsonValue::List(items) => JsonValue::List(items.into_iter().map(sort_properties).collect()),
        other => other,
    }
}

/// What two requests must have in common.
#[derive(Debug, PartialEq)]
struct Comparable {
    line: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Option<JsonValue>,
}

impl Comparable {
    fn new(request: &RecordedRequest) -> Self {
        let own = |name: &str| OWN_HEADERS.contains(&name);
        let headers = request.headers.iter().filter(|(name, _)| !own(name.as_str()));
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let mut query = split_query(request.query.as_deref().unwrap_or_default());
        query.sort();
        let line = format!("{} {}", request.method.as_str(), request.path);
        Self { line, query, headers: headers.collect(), body: parse_body(request).map(sort_properties) }
    }
}

/// Runs the program. Returns what it printed to both streams, and whether it succeeded.
fn run_program(bench: &Bench, words: &[String]) -> (bool, String) {
    let folder = std::env::temp_dir().join("whop-cli-contract");
    let mut child = Command::new(env!("CARGO_BIN_EXE_whop-cli"))
        .args(words)
        .args(["--yes", "--server-url", &format!("1={}", bench.server.base_url(1))])
        .env_clear()
        .env("HOME", &folder)
        .env("WHOP_API_KEY", "test_key")
        .env("WHOP_BASE_URL", bench.server.base_url(0))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().flush().unwrap();
    let output = child.wait_with_output().unwrap();
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), text)
}

/// Runs the program for one operation and compares what it sends with what is expected.
fn compare(
    bench: &Bench,
    words: &[String],
    expected: &Comparable,
    status: u16,
    response: &str,
) -> Result<(), String> {
    let headers = [("content-type", "application/json")];
    bench.server.when_any().then_return_raw(status, headers, response.to_owned());
    let (succeeded, printed) = run_program(bench, words);
    let requests = bench.server.requests();
    bench.server.skip_verification_on_drop();
    bench.server.reset();
    let shown = words.join(" ");
    let [request] = requests.as_slice() else {
        return Err(format!("{shown}: {} requests\n{printed}", requests.len()));
    };
    if !succeeded {
        return Err(format!("{shown}: failed\n{printed}"));
    }
    let sent = Comparable::new(request);
    if sent != *expected {
        return Err(format!("{shown}:\n  sent     {sent:?}\n  expected {expected:?}"));
    }
    Ok(())
}

/// The request without what is optional.
fn without_options(words: &Words<'_>, request: &RecordedRequest) -> RecordedRequest {
    let mut request = request.clone();
    let query = request.query.take().unwrap_or_default();
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            split_query(pair)
                .iter()
                .any(|(name, _)| words.is_required(name.split('[').next().unwrap_or_default()))
        })
        .collect();
    request.query = Some(kept.join("&")).filter(|query| !query.is_empty());
    for (name, field) in &words.operation.parameters.header {
        if !field.is_required() {
            request.headers.remove(name.as_str());
        }
    }
    if let Some(JsonValue::Object(mut fields)) = parse_body(&request) {
        fields.retain(|(name, _)| words.is_required(name));
        let body = if fields.is_empty() && !has_required_body(words) {
            String::new()
        } else {
            JsonValue::Object(fields).to_string()
        };
        if body.is_empty() {
            request.headers.remove("content-type");
        }
        request.body = body.into();
    }
    request
}

fn has_required_body(words: &Words<'_>) -> bool {
    words.operation.body.as_ref().is_some_and(|body| body.required)
}

#[test]
fn the_program_sends_what_the_client_sends() {
    let (document, _) = load_document();
    let (description, docs) = load_description();
    let operations: Vec<&Operation> = description.operations.iter().collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let problems = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let bench = runtime.block_on(Bench::new());
                loop {
                    let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(operation) = operations.get(index) else { return };
                    if let Err(problem) =
                        runtime.block_on(check_operation(&bench, document, (&description, &docs), operation))
                    {
                        problems.lock().unwrap().push(problem);
                    }
                }
            });
        }
    });
    assert_none(&problems.into_inner().unwrap());
    print_uncaptured(&format!("command line: {} operations called twice", operations.len()));
}

async fn check_operation(
    bench: &Bench,
    document: &Document,
    texts: (&Description, &Docs),
    operation: &Operation,
) -> Result<(), String> {
    let call = first_calls()[operation.id.as_str()];
    let own = document.operations.iter().find(|own| own.id == operation.id).unwrap();
    let response = own.response.as_ref();
    let response =
        response.map(|pointer| Sampler::new(document, Profile::Full, 0).sample(pointer).to_string());
    let response = response.unwrap_or_default();
    let (_, request) = bench.run_call(call, own.status, response.clone()).await;
    let words = Words::new(texts, operation);
    compare(bench, &words.command_line(&request), &Comparable::new(&request), own.status, &response)?;
    let required = without_options(&words, &request);
    compare(bench, &words.command_line(&required), &Comparable::new(&required), own.status, &response)
}
