//! Names operations: the method of the handle, the builder, the setters.

use super::generics;
use super::members::{distinct_parts, name_fields};
use super::request_members::{RequestMemberNames, location_name, name_request_members};
use super::scope::Scope;
use super::tags::TagNames;
use crate::analyze::{Facts, MemberSource, RequestFacts};
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::ident::{builder_name, constant_case, pascal_case, snake_case, split_words, to_singular};
use crate::ir::{Api, Field, Operation, ParameterLocation, Verb};

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
    /// The variants of the body.
    pub variants: Vec<VariantNames>,
    /// The request as one struct, which a mock server receives: its members in the order of
    /// [`RequestFacts::members`](crate::analyze::RequestFacts::members).
    pub request_members: Vec<RequestMemberNames>,
}

/// The names of a variant of a body.
#[derive(Debug)]
pub struct VariantNames {
    /// The method that chooses it; empty for the only one.
    pub method: String,
    /// Its builder; the operation's own for the only one.
    pub builder: String,
    /// The setters of its fields, in their order.
    pub fields: Vec<String>,
}

/// The methods of every builder that are not setters.
pub(super) const RESERVED_SETTERS: [&str; 14] = [
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
    "items_as_results",
    "body",
    "new",
    "into_request",
];

/// The methods of every upload that are not setters.
pub(super) const RESERVED_UPLOAD_SETTERS: [&str; 5] =
    ["on_progress", "content_type", "poll_every", "wait_at_most", "put_timeout"];

const HELP: &str = "give one of them another name: an entry under `[names.operations]` in the configuration";

/// The names in use in the module of a tag.
#[derive(Default)]
struct TagScope {
    /// The methods of the handle.
    methods: Scope,
    /// Builders and constants.
    items: Scope,
}

pub(super) fn name_operations(
    api: &Api,
    facts: &Facts,
    tags: &[TagNames],
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<OperationNames> {
    let scopes = tags.iter().enumerate().map(|(index, tag)| tag_scope(api, config, index, tag));
    let mut scopes: Vec<TagScope> = scopes.collect();
    let operations = api.operations.iter().zip(&facts.requests).map(|(operation, request)| {
        let tag = api.tags.get(operation.tag).map_or("", |tag| tag.name.as_str());
        let mut unknown = TagScope::default();
        let scope = scopes.get_mut(operation.tag).unwrap_or(&mut unknown);
        name_operation(operation, request, tag, scope, config, diagnostics)
    });
    operations.collect()
}

fn tag_scope(api: &Api, config: &Config, index: usize, tag: &TagNames) -> TagScope {
    let has =
        |id: &String| api.operations.iter().any(|operation| operation.id == *id && operation.tag == index);
    let generics = generics::reserved_names();
    let mut methods = vec!["new", "clone"];
    let mut items: Vec<&str> = generics.iter().map(String::as_str).collect();
    items.push(&tag.handle);
    if config.uploads.iter().any(|upload| has(&upload.create)) {
        methods.extend(["upload", "wait_until_ready"]);
        items.extend(["Upload", "UPLOAD"]);
    }
    if config.token_sources.iter().any(|source| has(&source.create)) {
        methods.extend(["source", "sources"]);
        items.push("SOURCE");
    }
    TagScope { methods: Scope::reserving(&methods), items: Scope::reserving(&items) }
}

fn name_operation(
    operation: &Operation,
    request: &RequestFacts,
    tag: &str,
    scope: &mut TagScope,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> OperationNames {
    let Operation { id, pointer, .. } = operation;
    let method = match config.names.operations.get(id) {
        Some(name) => scope.methods.claim(snake_case(name), id, pointer, HELP, diagnostics),
        None => {
            let short = snake_case(&name_without_tag(operation, tag));
            match scope.methods.take(&short, pointer) {
                true => short,
                false => scope.methods.claim(snake_case(id), id, pointer, HELP, diagnostics),
            }
        }
    };
    let short = builder_name(&method);
    let candidates = [short.clone(), builder_name(id), format!("{short}Request")];
    let builder = scope.items.first_free(&candidates, pointer);
    // A tuple struct is a function too, so the constant must differ from every builder.
    let constant = constant_case(&builder);
    let candidates = [constant.clone(), format!("{constant}_CALL")];
    let constant = scope.items.first_free(&candidates, pointer);
    let (parameters, variants) = name_setters(operation, &builder, &mut scope.items, config, diagnostics);
    let setter_name = |source: MemberSource| match source {
        MemberSource::Parameter(index, _) => parameters.get(index),
        MemberSource::Body { variant, field } => variants.get(variant)?.fields.get(field),
        MemberSource::WholeBody => None,
    };
    let request_members = name_request_members(&request.members, setter_name);
    OperationNames { method, builder, constant, parameters, variants, request_members }
}

/// The id of an operation without the words of its tag. If no word is left, the usual word for its HTTP method.
fn name_without_tag(operation: &Operation, tag: &str) -> String {
    let id = split_words(&operation.id);
    let tag = split_words(tag);
    let matches = |window: &[String]| {
        window.iter().zip(&tag).all(|(word, tag_word)| word == tag_word || *word == to_singular(tag_word))
    };
    let start = (0..id.len()).find(|start| id.get(*start..start + tag.len()).is_some_and(matches));
    let rest = match start {
        Some(start) if !tag.is_empty() => {
            [id.get(..start).unwrap_or_default(), id.get(start + tag.len()..).unwrap_or_default()].concat()
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

/// The names of arguments and setters of parameters, and of the variants of the body. A property of the body takes precedence
/// over a parameter of the same name, which gets its location before its name.
fn name_setters(
    operation: &Operation,
    builder: &str,
    items: &mut Scope,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> (Vec<String>, Vec<VariantNames>) {
    let body = operation.body.iter().flat_map(|body| &body.variants);
    // Resolution sorts path parameters before all others.
    let (path, others): (Vec<_>, Vec<_>) =
        operation.parameters.iter().partition(|parameter| parameter.location == ParameterLocation::Path);
    let path = path.into_iter().map(|parameter| name_and_pointer(&parameter.field));
    let arguments = name_fields(path, builder, &["self"], config, diagnostics);
    let mut used: Vec<String> =
        body.clone().flat_map(|variant| &variant.fields).map(|field| snake_case(&field.name)).collect();
    let others = others.into_iter().map(|parameter| {
        let Field { name, pointer, .. } = &parameter.field;
        let name = match used.contains(&snake_case(name)) {
            true => format!("{}_{name}", location_name(parameter.location)),
            false => name.clone(),
        };
        used.push(snake_case(&name));
        (name, pointer.as_str())
    });
    let others: Vec<(String, &str)> = others.collect();
    // The builder of an upload has the setters of the operation that creates it.
    let is_upload = config.uploads.iter().any(|upload| upload.create == operation.id);
    let upload_setters = RESERVED_UPLOAD_SETTERS.into_iter().filter(|_| is_upload);
    let mut reserved: Vec<&str> = RESERVED_SETTERS.into_iter().chain(upload_setters).collect();
    let others = others.iter().map(|(name, pointer)| (name.as_str(), *pointer));
    let setters = name_fields(others, builder, &reserved, config, diagnostics);
    reserved.extend(setters.iter().map(String::as_str));
    let names: Vec<&str> = body.clone().map(|variant| variant.name.as_str()).collect();
    let mut methods = Scope::default();
    let variants = body.zip(distinct_parts(&names)).map(|(variant, short)| {
        let fields = variant.fields.iter().map(name_and_pointer);
        let fields = name_fields(fields, builder, &reserved, config, diagnostics);
        if variant.name.is_empty() {
            return VariantNames { method: String::new(), builder: builder.to_owned(), fields };
        }
        let candidate = format!("{builder}{}", pascal_case(&short));
        VariantNames {
            method: methods.first_free(&[snake_case(&short)], &variant.pointer),
            builder: items.first_free(&[candidate], &variant.pointer),
            fields,
        }
    });
    let variants = variants.collect();
    (arguments.into_iter().chain(setters).collect(), variants)
}

fn name_and_pointer(field: &Field) -> (&str, &str) {
    (&field.name, &field.pointer)
}
