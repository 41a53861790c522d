//! Names operations: the method of the handle, the builder, the setters.

use super::generics;
use super::media_types::{name_alternatives, name_bodies};
use super::members::{distinct_parts, name_fields};
use super::request_members::{RequestMemberNames, location_name, name_request_members};
use super::scope::Scope;
use super::settle::{Advice, Claim};
use super::tags::TagNames;
use crate::analyze::{Facts, MemberSource, RequestFacts};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostics};
use crate::ident::{
    builder_name, constant_case, join_pascal, method_name, module_name, pascal_case, snake_case, split_words,
    to_singular,
};
use crate::ir::{Api, Field, Operation, ParameterLocation, Verb};

/// The names of an operation.
#[derive(Debug)]
pub struct OperationNames {
    /// The method of the handle.
    pub method: String,
    /// The module of the builder, where the operations of its tag have a file each.
    pub module: String,
    /// The builder.
    pub builder: String,
    /// The constant that describes the call.
    pub constant: String,
    /// Arguments and setters of the parameters, in their order.
    pub parameters: Vec<String>,
    /// The variants of the body.
    pub variants: Vec<VariantNames>,
    /// The methods that request other media types.
    pub alternatives: Vec<String>,
    /// The methods that set a body of another media type.
    pub bodies: Vec<String>,
    /// The builder with such a body, if the usual body has variants with builders of their own.
    pub other_builder: Option<String>,
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
pub(super) const RESERVED_SETTERS: [&str; 16] = [
    "send",
    "send_raw",
    "send_bytes",
    "send_blocking",
    "send_raw_blocking",
    "send_bytes_blocking",
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

/// The methods that only the builders of lists have: a text model may have a setter `stream`.
const LIST_METHODS: [&str; 6] =
    ["pages", "stream", "pages_blocking", "stream_blocking", "iter_blocking", "items_as_results"];

/// The methods of every upload that are not setters.
pub(super) const RESERVED_UPLOAD_SETTERS: [&str; 5] =
    ["on_progress", "content_type", "poll_every", "wait_at_most", "put_timeout"];

/// The names in use in the module of a tag.
#[derive(Default)]
struct TagScope {
    /// The methods of the handle.
    methods: Scope,
    /// The modules of builders.
    modules: Scope,
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
    // The file of the tag imports modules of these names, and is a module itself.
    let modules = ["fields", "ids", "models", "rt", "openapi_client_runtime", &tag.module];
    TagScope {
        methods: Scope::reserving(&methods),
        modules: Scope::reserving(&modules),
        items: Scope::reserving(&items),
    }
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
    let help = |id: &str| {
        let key = serde_json::Value::from(id);
        format!(
            "choose another name with an entry `{key} = \"name\"` under `[names.operations]` in the configuration"
        )
    };
    let advice = Advice { code: Code::NAMES_COLLIDE, help: &help };
    let claim = |name: &str| Claim { wire: id, pointer, names: vec![method_name(name)] };
    let method = match config.names.operations.get(id) {
        Some(name) => scope.methods.claim(&claim(name), &advice, diagnostics),
        None => {
            let short = method_name(&name_without_tag(operation, tag));
            match scope.methods.take(&short, pointer) {
                true => short,
                false => scope.methods.claim(&claim(id), &advice, diagnostics),
            }
        }
    };
    let module = module_name(method.trim_start_matches("r#"));
    let module = scope.modules.first_free(&[module.clone(), format!("{module}_")], pointer);
    let short = builder_name(&method);
    let candidates = [short.clone(), builder_name(id), format!("{short}Request")];
    let builder = scope.items.first_free(&candidates, pointer);
    // A tuple struct is a function too, so the constant must differ from every builder.
    let constant = constant_case(&builder);
    let candidates = [constant.clone(), format!("{constant}_CALL")];
    let constant = scope.items.first_free(&candidates, pointer);
    let (alternatives, bodies) = (name_alternatives(operation), name_bodies(operation));
    let other_methods: Vec<&str> = alternatives.iter().chain(&bodies).map(String::as_str).collect();
    let (parameters, variants) =
        name_setters(operation, &builder, &other_methods, &mut scope.items, config, diagnostics);
    let has_choice = variants.first().is_some_and(|variant| !variant.method.is_empty());
    let other_builder = (has_choice && !bodies.is_empty()).then(|| {
        let candidates = [join_pascal(&builder, "OtherBody")];
        scope.items.first_free(&candidates, pointer)
    });
    let setter_name = |source: MemberSource| match source {
        MemberSource::Parameter(index, _) => parameters.get(index),
        MemberSource::Body { variant, field } => variants.get(variant)?.fields.get(field),
        MemberSource::WholeBody => None,
    };
    let request_members = name_request_members(&request.members, setter_name);
    OperationNames {
        method,
        module,
        builder,
        constant,
        parameters,
        variants,
        alternatives,
        bodies,
        other_builder,
        request_members,
    }
}

/// The id of an operation without the words of its tag. If no word is left, the usual word for its HTTP method. An owner
/// before the tag keeps it: `get_team_projects` of `/teams/{id}/projects`, since `get_team` would get a team.
fn name_without_tag(operation: &Operation, tag: &str) -> String {
    let id = split_words(&operation.id);
    let tag = split_words(tag);
    let matches = |window: &[String]| {
        window.iter().zip(&tag).all(|(word, tag_word)| word == tag_word || *word == to_singular(tag_word))
    };
    let start = (0..id.len()).find(|start| id.get(*start..start + tag.len()).is_some_and(matches));
    let rest = match start {
        Some(start) if id.get(1..start).is_some_and(|owner| has_owner(&operation.path, owner, &tag)) => id,
        Some(start) if !tag.is_empty() => {
            [id.get(..start).unwrap_or_default(), id.get(start + tag.len()..).unwrap_or_default()].concat()
        }
        _ => id,
    };
    if !rest.is_empty() {
        return rest.join("_");
    }
    let word = match &operation.verb {
        Verb::Get if operation.path.ends_with('}') => "retrieve",
        Verb::Get => "list",
        Verb::Post => "create",
        Verb::Put => "replace",
        Verb::Patch => "update",
        Verb::Delete => "delete",
        Verb::Query => "query",
        Verb::Head | Verb::Options | Verb::Trace | Verb::Other(_) => operation.verb.as_str(),
    };
    word.to_lowercase()
}

/// Whether the resource of a tag is below that of an owner in a path: `/teams/{id}/projects`.
fn has_owner(path: &str, owner: &[String], tag: &[String]) -> bool {
    let is_called = |segment: &str, name: &[String]| {
        let words = split_words(segment);
        !name.is_empty()
            && words.len() == name.len()
            && words.iter().zip(name).all(|(word, other)| to_singular(word) == to_singular(other))
    };
    let owned = path.split('/').skip_while(|segment| !is_called(segment, owner)).skip(1);
    owned.into_iter().any(|segment| is_called(segment, tag))
}

/// The names of arguments and setters of parameters, and of the variants of the body. A property of the body takes precedence
/// over a parameter of the same name, which gets its location before its name.
fn name_setters(
    operation: &Operation,
    builder: &str,
    other_methods: &[&str],
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
    // Two of one location are told apart by their spelling.
    let fields = body.clone().flat_map(|variant| &variant.fields);
    let mut used: Vec<(String, Option<ParameterLocation>)> =
        fields.map(|field| (snake_case(&field.name), None)).collect();
    let others = others.into_iter().map(|parameter| {
        let (Field { name, pointer, .. }, location) = (&parameter.field, parameter.location);
        let snake = snake_case(name);
        let name = match used.iter().any(|(other, at)| *other == snake && *at != Some(location)) {
            true => format!("{}_{name}", location_name(location)),
            false => name.clone(),
        };
        used.push((snake_case(&name), Some(location)));
        (name, pointer.as_str())
    });
    let others: Vec<(String, &str)> = others.collect();
    // The builder of an upload has the setters of the operation that creates it.
    let is_upload = config.uploads.iter().any(|upload| upload.create == operation.id);
    let upload_setters = RESERVED_UPLOAD_SETTERS.into_iter().filter(|_| is_upload);
    let methods = RESERVED_SETTERS.into_iter();
    let methods = methods.filter(|name| operation.page.is_some() || !LIST_METHODS.contains(name));
    let mut reserved: Vec<&str> = methods.chain(upload_setters).collect();
    reserved.extend(other_methods);
    let others = others.iter().map(|(name, pointer)| (name.as_str(), *pointer));
    let setters = name_fields(others, builder, &reserved, config, diagnostics);
    reserved.extend(setters.iter().map(String::as_str));
    let names: Vec<&str> = body.clone().map(|variant| variant.name.as_str()).collect();
    // A request without a form has these methods too, for their compiler message.
    let of_request = ["send", "send_raw", "send_bytes", "with_options"];
    let mut methods = Scope::reserving(&[other_methods, &of_request].concat());
    let variants = body.zip(distinct_parts(&names)).map(|(variant, short)| {
        let fields = variant.fields.iter().map(name_and_pointer);
        let fields = name_fields(fields, builder, &reserved, config, diagnostics);
        if variant.name.is_empty() {
            return VariantNames { method: String::new(), builder: builder.to_owned(), fields };
        }
        let candidate = join_pascal(builder, &pascal_case(&short));
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
