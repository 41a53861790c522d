//! Resolves responses: errors with a body of their own, and pages of lists.

use openapiv3::{MediaType, Operation as Source, ReferenceOr, Response, StatusCode};

use super::Resolver;
use super::media_type::{ResponseKind, response_kind};
use super::success::has_result;
use crate::ir::{Root, TypeRef};

impl<'a> Resolver<'a> {
    /// The types of JSON error bodies by status. The common envelope is removed once all operations are resolved.
    pub(super) fn resolve_errors(
        &mut self,
        source: &'a Source,
        root: &Root,
        pointer: &str,
    ) -> Vec<(String, TypeRef)> {
        let default = source.responses.default.as_ref().and_then(ReferenceOr::as_item);
        let default = default.filter(|_| has_result(source)).map(|response| ("default".to_owned(), response));
        let errors = responses_by_status(source).filter(|(code, _)| !is_success(code) && !is_redirect(code));
        let errors: Vec<_> = errors.chain(default).collect();
        for (code, response) in &errors {
            self.count_error_example(code, response);
        }
        let errors = errors.into_iter().filter_map(|(code, response)| {
            let content = format!("{pointer}/responses/{code}/content");
            let (name, media) = self.json_content(response)?;
            Some((code, self.resolve_json(name, media, root, &content, "")))
        });
        errors.collect()
    }

    /// The JSON of a response.
    fn json_content<'r>(&self, response: &'r Response) -> Option<(&'r str, &'r MediaType)> {
        let mut content = response.content.iter().map(|(name, media)| (name.as_str(), media));
        content.find(|(name, media)| response_kind(name, self.content(media)) == ResponseKind::Json)
    }

    fn count_error_example(&mut self, code: &str, response: &Response) {
        let Ok(status) = code.parse::<u16>() else { return };
        let media = self.json_content(response).map(|(_, media)| media);
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
}

pub(super) fn responses_by_status(source: &Source) -> impl Iterator<Item = (String, &Response)> {
    source.responses.responses.iter().filter_map(|(code, response)| {
        let code = match code {
            StatusCode::Code(code) => code.to_string(),
            StatusCode::Range(digit) => format!("{digit}XX"),
        };
        Some((code, response.as_item()?))
    })
}

pub(super) fn is_success(code: &str) -> bool {
    code.starts_with('2')
}

pub(super) fn is_redirect(code: &str) -> bool {
    code.starts_with('3')
}
