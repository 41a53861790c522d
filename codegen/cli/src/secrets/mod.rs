//! Takes secrets out of what is shown of requests, and of what an agent and the log get.

mod fields;
#[cfg(test)]
mod tests;

use openapi_client_description::{
    BodyContent, Description, Field, JsonValue, Location, Operation, ResponseBody, Type, TypeDefinition,
};
use openapi_client_runtime::{__private::is_sensitive_name, Secret};

use self::fields::mask_fields;
use crate::{
    call::{Call, Problem},
    catalog::Loaded,
};

/// What stands in place of a secret.
pub(crate) const REMOVED: &str = "[secret removed]";

/// The same for a person.
pub(crate) const MASK: &str = "***";

/// The deepest nesting that is searched by types, which may be recursive.
const MAX_DEPTH: usize = 60;

/// Finds secrets: by the types of the description, by names, and the credentials of this process wherever they are.
#[derive(Clone)]
pub(crate) struct SecretFilter {
    names: &'static [&'static str],
    credentials: Vec<Secret>,
    /// What stands in place of a secret.
    replacement: &'static str,
}

/// A value without its secrets.
#[derive(Debug)]
pub(crate) struct Cleaned {
    pub(crate) value: JsonValue,
    /// The paths of what was taken out.
    pub(crate) removed: Vec<String>,
}

impl SecretFilter {
    pub(crate) fn new(names: &'static [&'static str], credentials: Vec<Secret>) -> Self {
        // A text this short would be found everywhere, and protects nothing.
        let credentials = credentials.into_iter().filter(|secret| secret.expose().len() >= 8).collect();
        Self { names, credentials, replacement: REMOVED }
    }

    /// For requests that are shown to a person. They have no credential.
    pub(crate) fn for_display(names: &'static [&'static str]) -> Self {
        Self { names, credentials: Vec::new(), replacement: MASK }
    }

    /// The body of a successful response.
    pub(crate) fn clean_response(
        &self,
        operation: &Operation,
        description: &Description,
        body: JsonValue,
    ) -> Cleaned {
        let ty = match &operation.response {
            Some(ResponseBody::Json(ty)) => Some(ty),
            _ => None,
        };
        let mut cleaning = Cleaning::new(self, description);
        let value = cleaning.clean(body, &ty.into_iter().collect::<Vec<_>>(), "", 0);
        Cleaned { value, removed: cleaning.removed }
    }

    /// A value of which no type is known, such as the body of an error.
    pub(crate) fn clean_untyped(&self, value: JsonValue) -> JsonValue {
        let description = Description::default();
        Cleaning::new(self, &description).clean(value, &[], "", 0)
    }

    /// The arguments of a call.
    pub(crate) fn clean_call(&self, call: &Call) -> Call {
        self.split_call(call).0
    }

    /// The same with the paths of what was taken out.
    pub(crate) fn split_call(&self, call: &Call) -> (Call, Vec<String>) {
        let (operation, description) = (&call.loaded.operation, &call.loaded.description);
        let mut cleaning = Cleaning::new(self, description);
        let mut cleaned = call.clone();
        for (name, value) in &mut cleaned.arguments {
            let parameter = operation.parameters.iter().find(|parameter| parameter.request_name() == name);
            let is_head = |location| matches!(location, Location::Header | Location::Cookie);
            if parameter.is_some_and(|found| is_head(found.location) && is_sensitive_name(found.name)) {
                cleaning.removed.push(name.clone());
                *value = JsonValue::string(self.replacement);
                continue;
            }
            let parameter = parameter.map(|parameter| parameter.field.ty());
            let types: Vec<&Type> = parameter.into_iter().chain(find_body_types(operation, name)).collect();
            let taken = std::mem::replace(value, JsonValue::Null);
            *value = cleaning.clean_property(name, taken, &types, name, 0);
        }
        if let Some(value) = cleaned.body.take() {
            cleaned.body = Some(cleaning.clean_body(operation, value));
        }
        if let Some(raw) = &mut cleaned.raw_body
            && let Some((content, names)) = self.mask_raw_body(
                Some(call.loaded),
                raw.media_type.as_deref().or_else(|| operation.body.as_ref()?.media_type.as_deref()),
                &raw.content,
            )
        {
            raw.content = content.into();
            cleaning.removed.extend(names);
        } else if let Some(raw) = &mut cleaned.raw_body
            && let Some(value) =
                std::str::from_utf8(&raw.content).ok().and_then(|text| JsonValue::parse(text).ok())
        {
            let before = cleaning.removed.len();
            let value = cleaning.clean_body(operation, value);
            if cleaning.removed.len() > before {
                raw.content = value.to_string().into_bytes().into();
            }
        }
        // The content of a file is sent in place of its value.
        cleaned.files.retain(|path, _| !is_within_any(path, &cleaning.removed));
        (cleaned, cleaning.removed)
    }

    /// A form or multipart body without its secret fields, and the names of these. `None` if there are none.
    pub(crate) fn mask_raw_body(
        &self,
        operation: Option<&Loaded>,
        media_type: Option<&str>,
        content: &[u8],
    ) -> Option<(Vec<u8>, Vec<String>)> {
        let is_secret_type = |name: &str, loaded: &Loaded| {
            find_body_types(&loaded.operation, name)
                .flat_map(|ty| flatten(&loaded.description, ty, 0))
                .any(|ty| *ty == Type::Secret)
        };
        let is_secret = |name: &str| {
            self.is_secret_name(name)
                || is_sensitive_name(name)
                || operation.is_some_and(|loaded| is_secret_type(name, loaded))
        };
        mask_fields(media_type?, content, self.replacement, is_secret)
    }

    /// Takes the values of secrets out of what is wrong with a call.
    pub(crate) fn clean_problems(&self, call: &Call, problems: Vec<Problem>) -> Vec<Problem> {
        let removed = self.split_call(call).1;
        let clean = |problem: Problem| {
            // The checker shows values at the end, and otherwise names their JSON type.
            let shown = problem.reason.split_once(", found ").filter(|(_, found)| {
                !found.starts_with("a ")
                    && !found.starts_with("an ")
                    && is_within_any(&problem.path, &removed)
            });
            match shown {
                Some((expected, _)) => {
                    Problem { reason: format!("{expected}; the value is not shown"), path: problem.path }
                }
                None => problem,
            }
        };
        problems.into_iter().map(clean).collect()
    }

    /// A body that was typed without an operation, with the paths of what was taken out.
    pub(crate) fn split_body(&self, operation: Option<&Loaded>, body: JsonValue) -> (JsonValue, Vec<String>) {
        let empty = Description::default();
        let description = operation.map_or(&empty, |loaded| &loaded.description);
        let mut cleaning =
            Cleaning { knows_no_types: operation.is_none(), ..Cleaning::new(self, description) };
        let value = match operation {
            Some(loaded) => cleaning.clean_body(&loaded.operation, body),
            None => cleaning.clean(body, &[], "", 0),
        };
        (value, cleaning.removed)
    }

    /// A text without the credentials of this process.
    pub(crate) fn clean_text(&self, text: &str) -> String {
        self.credentials
            .iter()
            .fold(text.to_owned(), |text, secret| text.replace(secret.expose(), self.replacement))
    }

    pub(crate) fn is_secret_name(&self, name: &str) -> bool {
        self.names.iter().any(|secret| secret.eq_ignore_ascii_case(name))
    }
}

struct Cleaning<'a> {
    filter: &'a SecretFilter,
    description: &'a Description,
    removed: Vec<String>,
    /// Whether only names can tell what is a secret.
    knows_no_types: bool,
}

impl<'a> Cleaning<'a> {
    fn new(filter: &'a SecretFilter, description: &'a Description) -> Self {
        Self { filter, description, removed: Vec::new(), knows_no_types: false }
    }
}

impl Cleaning<'_> {
    /// The whole body of a request.
    fn clean_body(&mut self, operation: &Operation, value: JsonValue) -> JsonValue {
        let content = operation.body.as_ref().map(|body| &body.content);
        match (content, value) {
            (Some(BodyContent::Variants(_)), JsonValue::Object(fields)) => {
                let fields = fields.into_iter().map(|(name, value)| {
                    let types: Vec<&Type> = find_body_types(operation, &name).collect();
                    let value = self.clean_property(&name, value, &types, &name, 0);
                    (name, value)
                });
                JsonValue::Object(fields.collect())
            }
            (Some(BodyContent::Value(ty)), value) => self.clean_property("", value, &[ty], "body", 0),
            (_, value) => self.clean(value, &[], "body", 0),
        }
    }

    /// A value of one of these types; of any type if there is none.
    fn clean(&mut self, value: JsonValue, types: &[&Type], path: &str, depth: usize) -> JsonValue {
        match value {
            JsonValue::String(text) => JsonValue::String(self.filter.clean_text(&text)),
            JsonValue::List(items) => {
                let description = self.description;
                let inner: Vec<&Type> = types
                    .iter()
                    .flat_map(|ty| flatten(description, ty, 0))
                    .filter_map(|ty| if let Type::List(inner) = ty { Some(&**inner) } else { None })
                    .collect();
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, item)| {
                    self.clean_property("", item, &inner, &format!("{path}[{index}]"), depth + 1)
                });
                JsonValue::List(items.collect())
            }
            JsonValue::Object(properties) => {
                let description = self.description;
                let types: Vec<&Type> = if depth > MAX_DEPTH {
                    Vec::new()
                } else {
                    types.iter().flat_map(|ty| flatten(description, ty, 0)).collect()
                };
                let properties = properties.into_iter().map(|(name, value)| {
                    let inner: Vec<&Type> =
                        types.iter().filter_map(|ty| find_property(description, ty, &name)).collect();
                    let path = openapi_client_description::check::join_path(path, &name);
                    let value = self.clean_property(&name, value, &inner, &path, depth + 1);
                    (name, value)
                });
                JsonValue::Object(properties.collect())
            }
            other => other,
        }
    }

    fn clean_property(
        &mut self,
        name: &str,
        value: JsonValue,
        types: &[&Type],
        path: &str,
        depth: usize,
    ) -> JsonValue {
        let description = self.description;
        let is_secret = self.filter.is_secret_name(name)
            || self.knows_no_types && is_sensitive_name(name)
            || types.iter().flat_map(|ty| flatten(description, ty, 0)).any(|ty| *ty == Type::Secret);
        let has_content = !matches!(value, JsonValue::Null | JsonValue::Bool(_));
        if is_secret && has_content {
            self.removed.push(path.to_owned());
            return JsonValue::string(self.filter.replacement);
        }
        self.clean(value, types, path, depth)
    }
}

/// Whether a path is one of these, or leads into one of them.
fn is_within_any(path: &str, outer: &[String]) -> bool {
    outer.iter().any(|outer| {
        path.strip_prefix(outer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// The types of a field of the body, one for each form of the body that has it.
fn find_body_types<'o>(operation: &'o Operation, name: &str) -> impl Iterator<Item = &'o Type> {
    let variants = match operation.body.as_ref().map(|body| &body.content) {
        Some(BodyContent::Variants(variants)) => variants.as_slice(),
        _ => &[],
    };
    variants.iter().filter_map(move |variant| variant.object.fields.get(name).map(Field::ty))
}

/// The types behind a type: without `null` and aliases, and the variants of a union, of any of which a value may be.
fn flatten<'a>(description: &'a Description, ty: &'a Type, depth: usize) -> Vec<&'a Type> {
    let resolved = description.resolve(ty);
    match description.definition(resolved) {
        Some(TypeDefinition::Union(variants)) if depth < MAX_DEPTH => {
            variants.iter().flat_map(|variant| flatten(description, &variant.ty, depth + 1)).collect()
        }
        _ => vec![resolved],
    }
}

fn find_property<'a>(description: &'a Description, ty: &'a Type, name: &str) -> Option<&'a Type> {
    match ty {
        Type::Map(inner) => Some(inner),
        _ => description.object(ty)?.fields.get(name).map(Field::ty),
    }
}
