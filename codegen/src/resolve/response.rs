//! Responses: what a success brings, which errors have a body of their own, and which lists are pages.

use openapiv3::{MediaType, Operation as Source, ReferenceOr, Response, StatusCode};

use super::body::{essence, is_json};
use super::intern::TypeDocs;
use super::{Resolver, Site, escape};
use crate::ir::{Location, Page, Parameter, Root, Shape, Success, TypeRef, Union, UnionVariant};

impl<'a> Resolver<'a> {
    /// What the 2xx answers bring. Without any, `default` stands for them.
    pub(super) fn success(&mut self, source: &'a Source, root: &Root, pointer: &str) -> Success {
        let mut answers: Vec<(String, &Response)> =
            responses(source).filter(|(code, _)| good(code)).collect();
        if answers.is_empty() {
            let default = source.responses.default.as_ref().and_then(ReferenceOr::as_item);
            answers.extend(default.map(|response| ("default".to_owned(), response)));
        }
        let mut types: Vec<(TypeRef, String)> = Vec::new();
        let mut streams: Vec<Success> = Vec::new();
        let mut empty = false;
        for (code, response) in answers {
            let base = format!("{pointer}/responses/{code}/content");
            match self.content(response, root, &base) {
                Success::Json(ty) if types.iter().all(|(other, _)| *other != ty) => types.push((ty, base)),
                Success::Json(_) => {}
                Success::Empty => empty = true,
                other => streams.push(other),
            }
        }
        if let Some(stream) = streams.first() {
            if !types.is_empty() || streams.iter().any(|other| other != stream) {
                self.warning(
                    "media-types",
                    "the successes of this call are of several media types; they are given as octets"
                        .to_owned(),
                    &format!("{pointer}/responses"),
                    "remove the others with an action in the overlay",
                );
                return Success::Binary("*/*".to_owned());
            }
            return stream.clone();
        }
        match types.len() {
            0 => Success::Empty,
            1 if empty => types.pop().map_or(Success::Empty, |(ty, _)| Success::Optional(ty)),
            1 => types.pop().map_or(Success::Empty, |(ty, _)| Success::Json(ty)),
            _ => Success::Json(self.one_of_answers(types, root, pointer)),
        }
    }

    /// Several successes with bodies of different types are a union.
    fn one_of_answers(&mut self, types: Vec<(TypeRef, String)>, root: &Root, pointer: &str) -> TypeRef {
        let variants = types.into_iter().map(|(ty, base)| UnionVariant {
            name: base.rsplit('/').nth(1).map_or_else(|| "other".to_owned(), |code| format!("status {code}")),
            ty: ty.split_null().0.clone(),
            constants: Vec::new(),
            description: None,
            pointer: base,
        });
        let shape = Shape::Union(Union { variants: variants.collect() });
        let site = Site::new(format!("{pointer}/responses"), root.clone(), "");
        TypeRef::Named(self.intern(shape, TypeDocs::default(), &site))
    }

    fn content(&mut self, response: &'a Response, root: &Root, base: &str) -> Success {
        let json = response.content.iter().find(|(name, _)| is_json(essence(name)));
        if let Some((name, media)) = json {
            let site = Site::new(format!("{base}/{}/schema", escape(name)), root.clone(), "");
            return match &media.schema {
                Some(schema) => Success::Json(self.type_ref(schema, &site)),
                None => Success::Json(TypeRef::Json),
            };
        }
        if response.content.len() > 1 {
            let first = response.content.keys().next().map_or("", String::as_str);
            self.warning(
                "media-types",
                format!("of several media types the client asks for the first, `{first}`"),
                base,
                "remove the others, or change their order, with an action in the overlay",
            );
        }
        match response.content.keys().next() {
            None => Success::Empty,
            Some(name) if is_text(essence(name)) => Success::Text(name.clone()),
            Some(name) => Success::Binary(name.clone()),
        }
    }

    /// The types of JSON error bodies by status. The common envelope is taken out when all operations are known.
    pub(super) fn errors(
        &mut self,
        source: &'a Source,
        root: &Root,
        pointer: &str,
    ) -> Vec<(String, TypeRef)> {
        let default = source.responses.default.as_ref().and_then(ReferenceOr::as_item);
        let has_success = responses(source).any(|(code, _)| good(&code));
        let default = default.filter(|_| has_success).map(|response| ("default".to_owned(), response));
        let answers: Vec<_> = responses(source).filter(|(code, _)| !good(code)).chain(default).collect();
        for (code, response) in &answers {
            self.error_example(code, response);
        }
        let errors = answers.into_iter().filter_map(|(code, response)| {
            match self.content(response, root, &format!("{pointer}/responses/{code}/content")) {
                Success::Json(ty) => Some((code, ty)),
                _ => None,
            }
        });
        errors.collect()
    }

    /// Counts the example of an error.
    fn error_example(&mut self, code: &str, response: &Response) {
        let Ok(status) = code.parse::<u16>() else { return };
        let media = response.content.iter().find(|(name, _)| is_json(essence(name))).map(|(_, media)| media);
        let named = |media: &MediaType| {
            media.examples.values().next().and_then(ReferenceOr::as_item).and_then(|one| one.value.clone())
        };
        let Some(example) = media.and_then(|media| media.example.clone().or_else(|| named(media))) else {
            return;
        };
        let known = self.error_examples.entry(status).or_default();
        match known.iter_mut().find(|(other, _)| *other == example) {
            Some((_, count)) => *count += 1,
            None => known.push((example, 1)),
        }
    }

    /// A list is a page if its answer has a list and cursors, and the call takes a cursor.
    pub(super) fn page(&mut self, success: &Success, parameters: &[Parameter]) -> Option<Page> {
        let Success::Json(TypeRef::Named(id)) = success else { return None };
        let Shape::Object(object) = &self.api.get(*id).shape else { return None };
        let names = &self.config.pages;
        let field = |name: &str| object.fields.iter().find(|field| field.name == name && field.required);
        let TypeRef::List(item) = &field(&names.data)?.ty else { return None };
        let info = &field(&names.info)?.ty;
        let cursor = |name: &str| {
            parameters
                .iter()
                .any(|parameter| parameter.location == Location::Query && parameter.field.name == name)
        };
        let others =
            object.fields.iter().filter(|field| field.name != names.data && field.name != names.info);
        let others = others.map(|field| field.name.clone()).collect();
        let page = Page { item: (**item).clone(), info: info.clone(), others };
        (self.has_cursors(info) && cursor("after")).then_some(page)
    }

    fn has_cursors(&self, info: &TypeRef) -> bool {
        let TypeRef::Named(id) = info else { return false };
        let Shape::Object(object) = &self.api.get(*id).shape else { return false };
        let has = |name: &str| object.fields.iter().any(|field| field.name == name);
        has("end_cursor") && has("has_next_page")
    }
}

fn responses(source: &Source) -> impl Iterator<Item = (String, &Response)> {
    source.responses.responses.iter().filter_map(|(code, response)| {
        let code = match code {
            StatusCode::Code(code) => code.to_string(),
            StatusCode::Range(digit) => format!("{digit}XX"),
        };
        Some((code, response.as_item()?))
    })
}

/// The status of a success: that of the first answer with a body, or of the first.
pub(super) fn status(source: &Source) -> u16 {
    let answers: Vec<(String, &Response)> = responses(source).filter(|(code, _)| good(code)).collect();
    let filled = answers.iter().find(|(_, response)| !response.content.is_empty());
    let code = filled.or(answers.first()).and_then(|(code, _)| code.parse().ok());
    code.unwrap_or(200)
}

fn good(code: &str) -> bool {
    code.starts_with('2')
}

fn is_text(name: &str) -> bool {
    name.starts_with("text/") && name != "text/event-stream" || name == "application/xml"
}
