//! Names of operations: the method of the handle, its builder, and the setters.

use super::members::{distinct_parts, fields};
use super::requests::{RequestMemberNames, location_name, request_members};
use super::scope::Scope;
use super::{TagNames, generics};
use crate::analyze::Facts;
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::ident::{builder_name, constant_case, pascal_case, snake_case, split_words, to_singular};
use crate::ir::{Api, Field, Location, Operation, Verb};

/// The names of an operation.
#[derive(Debug)]
pub struct OperationNames {
    /// The method of the handle.
    pub method: String,
    /// The builder.
    pub builder: String,
    /// The constant that describes the call.
    pub constant: String,
    /// Arguments and setters of the parameters, in their order.
    pub parameters: Vec<String>,
    /// The forms of the body.
    pub variants: Vec<VariantNames>,
    /// The request as one struct, which a mock server receives: its members in the order of
    /// [`RequestFacts::members`](crate::analyze::RequestFacts::members).
    pub request_members: Vec<RequestMemberNames>,
}

/// The names of one form of a body.
#[derive(Debug)]
pub struct VariantNames {
    /// The method that chooses it; empty for the only one.
    pub method: String,
    /// Its builder; the operation's own for the only one.
    pub builder: String,
    /// The setters of its members, in their order.
    pub fields: Vec<String>,
}

/// What every builder has besides setters.
const TAKEN: [&str; 13] = [
    "send",
    "send_raw",
    "send_blocking",
    "send_raw_blocking",
    "with_options",
    "pages",
    "stream",
    "pages_blocking",
    "stream_blocking",
    "iter_blocking",
    "body",
    "new",
    "into_request",
];

/// What every upload has besides.
const UPLOAD: [&str; 5] = ["on_progress", "content_type", "poll_every", "wait_at_most", "put_timeout"];

const HELP: &str = "give one of them another name: an entry under `[names.operations]` in the configuration";

pub(super) fn operations(
    api: &Api,
    facts: &Facts,
    tags: &[TagNames],
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<OperationNames> {
    let generics = generics::reserved();
    let scope = |(place, tag): (usize, &TagNames)| {
        let has = |id: &String| api.operations.iter().any(|one| one.id == *id && one.tag == place);
        let mut methods = vec!["new", "clone"];
        let mut builders: Vec<&str> = generics.iter().map(String::as_str).collect();
        builders.push(&tag.handle);
        if config.uploads.iter().any(|upload| has(&upload.create)) {
            methods.extend(["upload", "wait_until_ready"]);
            builders.extend(["Upload", "UPLOAD"]);
        }
        if config.token_sources.iter().any(|source| has(&source.create)) {
            methods.extend(["source", "sources"]);
            builders.push("SOURCE");
        }
        (Scope::reserving(&methods), Scope::reserving(&builders))
    };
    let mut scopes: Vec<(Scope, Scope)> = tags.iter().enumerate().map(scope).collect();
    let all = api.operations.iter().zip(&facts.requests).map(|(operation, request)| {
        let tag = api.tags.get(operation.tag).map_or("", |tag| tag.name.as_str());
        let mut nothing = (Scope::default(), Scope::default());
        let (methods, builders) = scopes.get_mut(operation.tag).unwrap_or(&mut nothing);
        let method = match config.names.operations.get(&operation.id) {
            Some(name) => {
                methods.claim(snake_case(name), &operation.id, &operation.pointer, HELP, diagnostics)
            }
            None => {
                // What the tag says already is left out, unless two calls would then be one.
                let short = snake_case(&method(operation, tag));
                let long = snake_case(&operation.id);
                if methods.take(&short, &operation.pointer) {
                    short
                } else {
                    methods.claim(long, &operation.id, &operation.pointer, HELP, diagnostics)
                }
            }
        };
        let short = builder_name(&method);
        let candidates = [short.clone(), builder_name(&operation.id), format!("{short}Request")];
        let builder = builders.first_free(&candidates, &operation.pointer);
        // A builder is a function too, so the constant must not have its name, nor that of another.
        let constant = constant_case(&builder);
        let constant =
            builders.first_free(&[constant.clone(), format!("{constant}_CALL")], &operation.pointer);
        let (parameters, variants) = setters(operation, &builder, builders, config, diagnostics);
        let mut names =
            OperationNames { method, builder, constant, parameters, variants, request_members: Vec::new() };
        names.request_members = request_members(&request.members, &names);
        names
    });
    all.collect()
}

/// The operation's id without the words of its tag; what is left of nothing is the HTTP method's usual word.
fn method(operation: &Operation, tag: &str) -> String {
    let id = split_words(&operation.id);
    let plural = split_words(tag);
    let one: Vec<String> = plural.iter().map(|word| to_singular(word)).collect();
    let matches = |window: &[String]| {
        window.iter().zip(plural.iter().zip(&one)).all(|(word, (many, one))| word == many || word == one)
    };
    let at = (0..id.len()).find(|at| id.get(*at..at + plural.len()).is_some_and(matches));
    let rest = match at {
        Some(at) if !plural.is_empty() => {
            [id.get(..at).unwrap_or_default(), id.get(at + plural.len()..).unwrap_or_default()].concat()
        }
        _ => id,
    };
    if !rest.is_empty() {
        return rest.join("_");
    }
    let word = match operation.verb {
        Verb::Get if operation.path.ends_with('}') => "retrieve",
        Verb::Get => "list",
        Verb::Post => "create",
        Verb::Put => "replace",
        Verb::Patch => "update",
        Verb::Delete => "delete",
        Verb::Head | Verb::Options | Verb::Trace => operation.verb.as_str(),
    };
    word.to_lowercase()
}

/// Names of arguments and setters. Members of the body have the word when a parameter has the same name.
fn setters(
    operation: &Operation,
    builder: &str,
    builders: &mut Scope,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> (Vec<String>, Vec<VariantNames>) {
    let body = operation.body.iter().flat_map(|body| &body.variants);
    let body_fields: Vec<&Field> = body.clone().flat_map(|variant| &variant.fields).collect();
    let arguments = operation.parameters.iter().filter(|parameter| parameter.location == Location::Path);
    let arguments = fields(arguments.map(|p| place(&p.field)), builder, &["self"], config, diagnostics);
    let others = operation.parameters.iter().filter(|parameter| parameter.location != Location::Path);
    // The same name in the query and in the body, or in two places: the place tells them apart.
    let mut seen: Vec<String> = Vec::new();
    let others = others.map(|parameter| {
        let name = &parameter.field.name;
        let clash = body_fields.iter().any(|field| snake_case(&field.name) == snake_case(name))
            || seen.contains(&snake_case(name));
        let name = if clash { format!("{}_{name}", location_name(parameter.location)) } else { name.clone() };
        seen.push(snake_case(&name));
        (name, parameter.field.pointer.as_str())
    });
    let others: Vec<(String, &str)> = others.collect();
    // The setters of a call that an upload makes are the upload's too.
    let upload = config.uploads.iter().any(|upload| upload.create == operation.id);
    let reserved: Vec<&str> = TAKEN.into_iter().chain(UPLOAD.into_iter().filter(|_| upload)).collect();
    let setters: Vec<String> = fields(
        others.iter().map(|(name, pointer)| (name.as_str(), *pointer)),
        builder,
        &reserved,
        config,
        diagnostics,
    );
    let names: Vec<&str> = body.clone().map(|variant| variant.name.as_str()).collect();
    let taken: Vec<&str> = reserved.into_iter().chain(setters.iter().map(String::as_str)).collect();
    let mut choices = Scope::default();
    let variants = body.zip(distinct_parts(&names)).map(|(variant, short)| {
        let fields = fields(variant.fields.iter().map(place), builder, &taken, config, diagnostics);
        if variant.name.is_empty() {
            return VariantNames { method: String::new(), builder: builder.to_owned(), fields };
        }
        let own = builders.first_free(&[format!("{builder}{}", pascal_case(&short))], &variant.pointer);
        let method = choices.first_free(&[snake_case(&short)], &variant.pointer);
        VariantNames { method, builder: own, fields }
    });
    let variants = variants.collect();
    (arguments.into_iter().chain(setters).collect(), variants)
}

fn place(field: &Field) -> (&str, &str) {
    (&field.name, &field.pointer)
}
