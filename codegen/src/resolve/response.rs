//! Resolves responses: the value of a success, errors with a body of their own, and pages of lists.

use openapiv3::{MediaType, Operation as Source, ReferenceOr, Response, StatusCode};

use super::Resolver;
use super::intern::TypeDocs;
use super::media_type::{is_json, is_text};
use super::site::Site;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{Page, Parameter, ParameterLocation, Root, Shape, Success, TypeRef, Union, UnionVariant};

impl<'a> Resolver<'a> {
    /// The value of the 2xx responses, or of `default` if there are none. `collection` is what the operation is about.
    pub(super) fn resolve_success(
        &mut self,
        source: &'a Source,
        root: &Root,
        pointer: &str,
        collection: &str,
    ) -> Success {
        let mut successes: Vec<(String, &Response)> =
            responses_by_status(source).filter(|(code, _)| is_success(code)).collect();
        if successes.is_empty() {
            let default = source.responses.default.as_ref().and_then(ReferenceOr::as_item);
            successes.extend(default.map(|response| ("default".to_owned(), response)));
        }
        let mut types: Vec<(TypeRef, String)> = Vec::new();
        let mut raw: Vec<Success> = Vec::new();
        let mut may_be_empty = false;
        for (code, response) in successes {
            let content = format!("{pointer}/responses/{code}/content");
            match self.resolve_content(response, root, &content, collection) {
                Success::Json(ty) if types.iter().all(|(other, _)| *other != ty) => types.push((ty, content)),
                Success::Json(_) => {}
                Success::Empty => may_be_empty = true,
                other => raw.push(other),
            }
        }
        if let Some(first) = raw.first() {
            if types.is_empty() && raw.iter().all(|other| other == first) {
                return first.clone();
            }
            self.warn(
                Code::MEDIA_TYPES,
                "the successful responses have several media types; the client returns their bytes",
                &format!("{pointer}/responses"),
                "remove the others with an action in the overlay",
            );
            return Success::Binary("*/*".to_owned());
        }
        match (types.len(), types.pop()) {
            (_, None) => Success::Empty,
            (1, Some((ty, _))) if may_be_empty => Success::Optional(ty),
            (1, Some((ty, _))) => Success::Json(ty),
            (_, Some(last)) => {
                types.push(last);
                Success::Json(self.union_of_responses(types, root, pointer))
            }
        }
    }

    /// The union of the bodies of several successful responses.
    fn union_of_responses(&mut self, types: Vec<(TypeRef, String)>, root: &Root, pointer: &str) -> TypeRef {
        let variants = types.into_iter().map(|(ty, content)| UnionVariant {
            name: content
                .rsplit('/')
                .nth(1)
                .map_or_else(|| "other".to_owned(), |code| format!("status {code}")),
            ty: ty.split_null().0.clone(),
            constants: Vec::new(),
            description: None,
            pointer: content,
        });
        let shape = Shape::Union(Union { variants: variants.collect() });
        let site = Site::new(format!("{pointer}/responses"), root.clone(), "");
        TypeRef::Named(self.intern(shape, TypeDocs::default(), &site))
    }

    /// The value of a response, whose content is at `content` in the document.
    fn resolve_content(
        &mut self,
        response: &'a Response,
        root: &Root,
        content: &str,
        collection: &str,
    ) -> Success {
        let json = response.content.iter().find(|(name, _)| is_json(name));
        if let Some((name, media)) = json {
            let schema_pointer = format!("{}/schema", pointer::join(content, name));
            let site = Site::new(schema_pointer, root.clone(), collection);
            let contents = Some(collection.to_owned()).filter(|label| !label.is_empty());
            let site = Site { contents, ..site };
            let schema = media.schema.as_ref();
            return Success::Json(schema.map_or(TypeRef::Json, |schema| self.resolve_type(schema, &site)));
        }
        let first = response.content.keys().next();
        if response.content.len() > 1 {
            self.warn(
                Code::MEDIA_TYPES,
                format!(
                    "the client accepts the first of several media types, `{}`",
                    first.map_or("", String::as_str)
                ),
                content,
                "remove the others, or change their order, with an action in the overlay",
            );
        }
        match first {
            None => Success::Empty,
            Some(name) if is_text(name) => Success::Text(name.clone()),
            Some(name) => Success::Binary(name.clone()),
        }
    }

    /// The types of JSON error bodies by status. The common envelope is removed once all operations are resolved.
    pub(super) fn resolve_errors(
        &mut self,
        source: &'a Source,
        root: &Root,
        pointer: &str,
    ) -> Vec<(String, TypeRef)> {
        let default = source.responses.default.as_ref().and_then(ReferenceOr::as_item);
        let has_success = responses_by_status(source).any(|(code, _)| is_success(&code));
        let default = default.filter(|_| has_success).map(|response| ("default".to_owned(), response));
        let errors: Vec<_> =
            responses_by_status(source).filter(|(code, _)| !is_success(code)).chain(default).collect();
        for (code, response) in &errors {
            self.count_error_example(code, response);
        }
        let errors = errors.into_iter().filter_map(|(code, response)| {
            match self.resolve_content(response, root, &format!("{pointer}/responses/{code}/content"), "") {
                Success::Json(ty) => Some((code, ty)),
                _ => None,
            }
        });
        errors.collect()
    }

    fn count_error_example(&mut self, code: &str, response: &Response) {
        let Ok(status) = code.parse::<u16>() else { return };
        let media = response.content.iter().find(|(name, _)| is_json(name)).map(|(_, media)| media);
        let first_named = |media: &MediaType| {
            let first = media.examples.values().next().and_then(ReferenceOr::as_item);
            first.and_then(|example| example.value.clone())
        };
        let Some(example) = media.and_then(|media| media.example.clone().or_else(|| first_named(media)))
        else {
            return;
        };
        let counted = self.error_examples.entry(status).or_default();
        match counted.iter_mut().find(|(other, _)| *other == example) {
            Some((_, count)) => *count += 1,
            None => counted.push((example, 1)),
        }
    }

    /// The page of a list: its response has a list and cursors, and the operation takes a cursor.
    pub(super) fn find_page(&mut self, success: &Success, parameters: &[Parameter]) -> Option<Page> {
        let Success::Json(TypeRef::Named(id)) = success else { return None };
        let Shape::Object(object) = &self.api.get(*id).shape else { return None };
        let names = &self.config.pages;
        let required_field =
            |name: &str| object.fields.iter().find(|field| field.name == name && field.required);
        let TypeRef::List(item) = &required_field(&names.data)?.ty else { return None };
        let info = &required_field(&names.info)?.ty;
        let takes_cursor = parameters.iter().any(|parameter| {
            parameter.location == ParameterLocation::Query && parameter.field.name == "after"
        });
        let others =
            object.fields.iter().filter(|field| field.name != names.data && field.name != names.info);
        let others = others.map(|field| field.name.clone()).collect();
        let page = Page { item: (**item).clone(), info: info.clone(), others };
        (takes_cursor && self.has_cursors(info)).then_some(page)
    }

    fn has_cursors(&self, info: &TypeRef) -> bool {
        let TypeRef::Named(id) = info else { return false };
        let Shape::Object(object) = &self.api.get(*id).shape else { return false };
        let has = |name: &str| object.fields.iter().any(|field| field.name == name);
        has("end_cursor") && has("has_next_page")
    }
}

fn responses_by_status(source: &Source) -> impl Iterator<Item = (String, &Response)> {
    source.responses.responses.iter().filter_map(|(code, response)| {
        let code = match code {
            StatusCode::Code(code) => code.to_string(),
            StatusCode::Range(digit) => format!("{digit}XX"),
        };
        Some((code, response.as_item()?))
    })
}

/// The status of a success: that of the first response with a body, or of the first response.
pub(super) fn success_status(source: &Source) -> u16 {
    let successes: Vec<(String, &Response)> =
        responses_by_status(source).filter(|(code, _)| is_success(code)).collect();
    let with_body = successes.iter().find(|(_, response)| !response.content.is_empty());
    let code = with_body.or(successes.first()).and_then(|(code, _)| code.parse().ok());
    code.unwrap_or(200)
}

fn is_success(code: &str) -> bool {
    code.starts_with('2')
}
