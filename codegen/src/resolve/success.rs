//! Resolves what a successful call returns: the value of `send`, and those of the other media types that the document offers.
//!
//! | the responses by status | `send` returns |
//! |---|---|
//! | all alike | that value |
//! | JSON of several types, text, bytes | a union, of which the status selects the variant |
//! | some without a body, or JSON that may be `null` | the same as an `Option` |
//! | streams of values among others | bytes; a method for each media type decodes it |

use std::borrow::Cow;

use openapiv3::{MediaType, Operation as Source, ReferenceOr, Response};

use super::Resolver;
use super::alternatives::{is_alike, resolve_alternatives};
use super::intern::TypeDocs;
use super::media_type::{Content, Family, ResponseKind, accept, essence, family, is_sendable, response_kind};
use super::mocked::{is_without_body, mocked_response};
use super::request_media::find_chosen;
use super::response::{is_redirect, is_success, responses_by_status};
use super::site::Site;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{BodyKind, Results, Root, Shape, StatusVariant, Success, TypeRef, Union, UnionVariant, Verb};

/// A media type of a response.
#[derive(Clone, Copy)]
struct Offer<'a> {
    name: &'a str,
    media: &'a MediaType,
    content: Content,
    kind: ResponseKind,
}

/// A response and the media type of it that `send` decodes.
pub(super) struct Selected<'a> {
    pub(super) code: String,
    pointer: String,
    pub(super) success: Success,
    kind: ResponseKind,
    /// The media types that are decoded alike and requested.
    pub(super) names: Vec<&'a str>,
    /// The media types that are decoded alike but not requested, because the configuration chooses another.
    pub(super) unrequested: Vec<&'a str>,
    /// The media types that are decoded otherwise.
    pub(super) others: Vec<(&'a str, Success)>,
}

impl<'a> Resolver<'a> {
    /// The results of an operation: its 2xx responses, or `default` if there are none, and its documented redirects. `collection`
    /// is what the operation is about, `chosen` the media type that the configuration chooses.
    pub(super) fn resolve_results(
        &mut self,
        source: &'a Source,
        verb: &Verb,
        root: &Root,
        pointer: &str,
        collection: &str,
        chosen: Option<&str>,
    ) -> Results {
        let mut selected = Vec::new();
        let mut may_be_empty = false;
        let documented = documented_results(source);
        for (code, response) in &documented {
            let content = format!("{pointer}/responses/{code}/content");
            let offers = self.offers(code, response);
            // RFC 9110, section 9.3.2: the response to HEAD has no body, whatever the document says about it.
            let Some(first) = preferred(&offers, chosen).filter(|_| *verb != Verb::Head) else {
                may_be_empty = true;
                continue;
            };
            may_be_empty |= is_without_body(code);
            let success = self.resolve_offer(first, root, &content, collection);
            let (mut names, mut unrequested, mut others) = (vec![first.name], Vec::new(), Vec::new());
            for offer in offers.iter().filter(|offer| offer.name != first.name) {
                // Some servers list `text/plain` for every response; what it holds is the JSON value.
                if first.kind == ResponseKind::Json && says_the_same(offer) {
                    continue;
                }
                let other = self.resolve_offer(*offer, root, &content, collection);
                if other == success {
                    // The chosen one is requested alone.
                    if chosen.is_none() { &mut names } else { &mut unrequested }.push(offer.name);
                } else if is_sendable(offer.name) {
                    others.push((offer.name, other));
                }
            }
            selected.push(Selected {
                code: code.clone(),
                pointer: content,
                success,
                kind: first.kind,
                names,
                unrequested,
                others,
            });
        }
        let (success, kind) = self.combine(&selected, may_be_empty, root, pointer);
        let alternatives = resolve_alternatives(&selected, &success, may_be_empty);
        let offered = accepted_names(&selected);
        let offered: Vec<&str> = offered.iter().map(|name| &**name).collect();
        let mocked = mocked_response(&documented, &selected, may_be_empty);
        let redirects = documented.iter().filter(|(code, _)| is_redirect(code));
        let redirects = redirects.map(|(code, _)| code.parse().unwrap_or(3)).collect();
        Results { success, mocked, accept: accept(kind, &offered), alternatives, redirects }
    }

    /// The media types of a response. Of a redirect only JSON counts: the page that it shows in browsers is no result.
    fn offers(&self, code: &str, response: &'a Response) -> Vec<Offer<'a>> {
        let offers = response.content.iter().map(|(name, media)| {
            let content = self.content(media);
            Offer { name, media, content, kind: response_kind(name, content) }
        });
        offers.filter(|offer| !is_redirect(code) || offer.kind == ResponseKind::Json).collect()
    }

    fn resolve_offer(&mut self, offer: Offer<'a>, root: &Root, content: &str, collection: &str) -> Success {
        let name = offer.name.to_owned();
        match offer.kind {
            ResponseKind::Json => {
                Success::Json(self.resolve_json(offer.name, offer.media, root, content, collection))
            }
            ResponseKind::Events if offer.content == Content::Value => {
                let ty = self.resolve_json(offer.name, offer.media, root, content, collection);
                self.resolve_events(item_of(ty))
            }
            ResponseKind::Events => Success::Events { ty: TypeRef::String, is_whole: false },
            ResponseKind::Lines => {
                let ty = self.resolve_json(offer.name, offer.media, root, content, collection);
                Success::Lines(item_of(ty))
            }
            ResponseKind::Text => Success::Text(name),
            ResponseKind::Bytes => Success::Binary(name),
        }
    }

    /// The type of a JSON body, whose media type is in the content at `content`.
    pub(super) fn resolve_json(
        &mut self,
        name: &str,
        media: &'a MediaType,
        root: &Root,
        content: &str,
        collection: &str,
    ) -> TypeRef {
        let schema_pointer = format!("{}/schema", pointer::join(content, name));
        let site = Site::new(schema_pointer, root.clone(), collection);
        let contents = Some(collection.to_owned()).filter(|label| !label.is_empty());
        let site = Site { contents, ..site };
        media.schema.as_ref().map_or(TypeRef::Json, |schema| self.resolve_type(schema, &site))
    }

    /// Events whose schema describes their data, or the whole event with `event`, `id` and `data`. A union of whole events is
    /// decoded with the name of the event, which tells its variants apart.
    fn resolve_events(&self, ty: TypeRef) -> Success {
        let (TypeRef::Named(id), _) = ty.split_null() else { return Success::Events { ty, is_whole: false } };
        match &self.api.get(*id).shape {
            Shape::Union(union)
                if union.variants.iter().all(|variant| self.whole_event(&variant.ty).is_some()) =>
            {
                Success::Events { ty, is_whole: true }
            }
            _ => Success::Events { ty: self.whole_event(&ty).unwrap_or(ty), is_whole: false },
        }
    }

    /// The type of the data of a type that describes a whole event.
    fn whole_event(&self, ty: &TypeRef) -> Option<TypeRef> {
        let (TypeRef::Named(id), _) = ty.split_null() else { return None };
        let object = match &self.api.get(*id).shape {
            Shape::Object(object) => object,
            Shape::Alias(ty) => return self.whole_event(ty),
            _ => return None,
        };
        let names: Vec<&str> = object.fields.iter().map(|field| field.name.as_str()).collect();
        let is_whole =
            names.len() > 1 && names.iter().all(|name| ["event", "data", "id", "retry"].contains(name));
        let data = object.fields.iter().find(|field| field.name == "data").filter(|_| is_whole)?;
        Some(data.ty.split_null().0.clone())
    }

    /// The value of `send`, and its kind.
    fn combine(
        &mut self,
        selected: &[Selected<'_>],
        may_be_empty: bool,
        root: &Root,
        pointer: &str,
    ) -> (Success, ResponseKind) {
        let Some(first) = selected.first() else { return (Success::Empty, ResponseKind::Json) };
        let optional = |success: Success| if may_be_empty { success.or_nothing() } else { success };
        let is_same = |other: &Selected<'_>| is_alike(&first.success, &other.success);
        if first.kind != ResponseKind::Json && selected.iter().all(is_same) {
            return (optional(first.success.clone()), first.kind);
        }
        if selected.iter().any(|selected| selected.success.is_stream()) {
            let reason = if selected.iter().all(|selected| selected.success.is_stream()) {
                "the successful responses are different streams of values"
            } else {
                "some successful responses are streams of values, others are not"
            };
            self.warn(
                Code::MEDIA_TYPES,
                format!(
                    "{reason}; `send` returns the bytes of the response, and a method for each media type decodes it, unless \
                     responses of that media type differ"
                ),
                &format!("{pointer}/responses"),
                "remove the others with an action in the overlay",
            );
            return (optional(Success::Binary("*/*".to_owned())), ResponseKind::Bytes);
        }
        let ty = self.union_of_responses(selected, root, pointer);
        if selected.iter().all(|selected| selected.kind == ResponseKind::Json) {
            return (optional(Success::Json(ty)), ResponseKind::Json);
        }
        (optional(Success::ByStatus(ty)), ResponseKind::Bytes)
    }

    /// The type of the bodies of several responses: their union, of which the status selects the variant. It is nullable if one of
    /// the bodies is.
    fn union_of_responses(&mut self, selected: &[Selected<'_>], root: &Root, pointer: &str) -> TypeRef {
        let mut variants: Vec<UnionVariant> = Vec::new();
        let mut statuses = Vec::new();
        let mut bodies: Vec<(BodyKind, TypeRef)> = Vec::new();
        let mut nullable = false;
        for Selected { code, pointer, success, .. } in selected {
            let (kind, ty) = match success {
                Success::Json(ty) => (BodyKind::Json, ty.clone()),
                Success::Text(_) => (BodyKind::Text, TypeRef::String),
                _ => (BodyKind::Bytes, TypeRef::Binary),
            };
            let (ty, may_be_null) = ty.split_null();
            nullable |= may_be_null;
            let body = (kind, ty.clone());
            let place = bodies.iter().position(|other| *other == body).unwrap_or(variants.len());
            if place == variants.len() {
                variants.push(UnionVariant {
                    name: format!("status {code}"),
                    ty: body.1.clone(),
                    constants: Vec::new(),
                    nested_constants: Vec::new(),
                    description: None,
                    pointer: pointer.clone(),
                });
                bodies.push(body);
            }
            let status = code.parse().unwrap_or_else(|_| first_digit(code));
            statuses.push(StatusVariant { status, variant: place, kind });
        }
        if let [(_, only)] = bodies.as_slice() {
            return only.clone().nullable(nullable);
        }
        let shape = Shape::Union(Union { variants, statuses });
        let site = Site::new(format!("{pointer}/responses"), root.clone(), "");
        TypeRef::Named(self.intern(shape, TypeDocs::default(), &site)).nullable(nullable)
    }
}

/// The responses that are results, by their status.
pub(super) fn documented_results(source: &Source) -> Vec<(String, &Response)> {
    let mut results: Vec<(String, &Response)> =
        responses_by_status(source).filter(|(code, _)| is_success(code) || is_redirect(code)).collect();
    if !has_result(source) {
        let default = source.responses.default.as_ref().and_then(ReferenceOr::as_item);
        results.extend(default.map(|response| ("default".to_owned(), response)));
    }
    results
}

/// Whether a response other than `default` is a result. 304 (Not Modified) alone is not: there is something to be modified.
pub(super) fn has_result(source: &Source) -> bool {
    responses_by_status(source).any(|(code, _)| is_success(&code) || (is_redirect(&code) && code != "304"))
}

/// The media type that `send` decodes: the one that the configuration chooses, else JSON, else the first.
fn preferred<'a>(offers: &[Offer<'a>], chosen: Option<&str>) -> Option<Offer<'a>> {
    let chosen = chosen.and_then(|name| find_chosen(offers, |offer| offer.name, name));
    let is_plain = |offer: &&Offer<'a>| essence(offer.name) == "application/json";
    let is_json = |offer: &&Offer<'a>| offer.kind == ResponseKind::Json;
    let find = |is_preferred: &dyn Fn(&&Offer<'a>) -> bool| offers.iter().find(is_preferred);
    chosen.or_else(|| find(&is_plain)).or_else(|| find(&is_json)).or(offers.first()).copied()
}

/// Whether a media type beside JSON says nothing new.
fn says_the_same(offer: &Offer<'_>) -> bool {
    let is_general = essence(offer.name) == "text/plain" || family(offer.name) == Family::Range;
    is_general && offer.content == Content::Value
}

/// The media types that `send` decodes. One that is also an alternative to what it decodes for another status is asked for as the
/// second best.
fn accepted_names<'a>(selected: &[Selected<'a>]) -> Vec<Cow<'a, str>> {
    let is_other = |code: &str, name: &str| {
        let others = selected.iter().filter(|other| other.code != code);
        others.flat_map(|other| &other.others).any(|(other, _)| essence(other) == essence(name))
    };
    let names = selected.iter().flat_map(|selected| selected.names.iter().map(move |name| (selected, *name)));
    let names = names.map(|(own, name)| match own.kind {
        ResponseKind::Json if family(name) == Family::Range => Cow::Borrowed("application/json"),
        _ if is_other(&own.code, name) => format!("{name};q=0.5").into(),
        _ => name.into(),
    });
    names.collect()
}

/// What a stream holds, if the document describes it as a list.
fn item_of(ty: TypeRef) -> TypeRef {
    match ty {
        TypeRef::List(item) => *item,
        ty => ty,
    }
}

/// The first digit of a status or of a range; `default` is one of a success.
pub(super) fn first_digit(code: &str) -> u16 {
    code.chars()
        .next()
        .and_then(|digit| digit.to_digit(10))
        .and_then(|digit| digit.try_into().ok())
        .unwrap_or(2)
}
