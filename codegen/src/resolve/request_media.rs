//! Selects the media types that a request sends, of those that the document offers, and their names.
//!
//! A JSON body is sent under the name that the document has, with its parameters; only a `charset` other than UTF-8 is left out,
//! since that is how JSON and text are sent. So is a body that is sent as it is. A form is sent under its registered name: the
//! client makes the boundary of its parts. A range of JSON types, and `*/*` with a value, is sent as `application/json`. A name
//! that no header can carry is reported, and sent as what it is by its kind only if there is no other. Of several types with
//! different schemas that would be sent under one name, one is sent, and the others are reported.

use std::cmp::Reverse;

use openapiv3::{MediaType, RequestBody};

use super::Resolver;
use super::body_fields::BodyFields;
use super::media_type::{
    RequestKind, common_type, essence, is_same_media_type, is_sendable, request_kind, with_charset_sent,
};
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{BodyEncoding, Verb};

/// A media type of a request.
#[derive(Clone, Copy)]
pub(super) struct Offer<'a> {
    kind: RequestKind,
    pub(super) name: &'a str,
    pub(super) media: &'a MediaType,
    fields: BodyFields,
    /// Whether the body can only be an object.
    is_object: bool,
}

/// The media types that a request sends: by its setters, and by other methods.
pub(super) struct Selected<'a> {
    pub(super) sent: Sent<'a>,
    pub(super) others: Vec<Sent<'a>>,
    /// Those of which the caller gives one with the body.
    pub(super) raw: Vec<&'a str>,
}

/// A media type that a request sends.
pub(super) struct Sent<'a> {
    pub(super) encoding: BodyEncoding,
    pub(super) name: &'a str,
    /// The name under which it is sent.
    pub(super) sent_name: String,
    pub(super) media: &'a MediaType,
    /// The JSON type that is sent if no file is set.
    pub(super) json: Option<Offer<'a>>,
}

impl<'a> Resolver<'a> {
    /// Selects the media type that the setters send: the one that the configuration chooses, else JSON; if there is multipart as
    /// well, a call that sets a file is multipart. Of several types that are sent as they are, the caller chooses. The others are
    /// those with another schema. None if the request has no body, since its form can have no fields.
    pub(super) fn select_media_type(
        &mut self,
        body: &'a RequestBody,
        verb: &Verb,
        pointer: &str,
        chosen: Option<&str>,
    ) -> Option<Selected<'a>> {
        let all: Vec<Offer<'a>> =
            body.content.iter().map(|(name, media)| self.offer(name, media, verb)).collect();
        let chosen = chosen.and_then(|name| find_chosen(&all, |offer| offer.name, name)).copied();
        let offers = self.usable_offers(&all, chosen, pointer);
        let json = offers.iter().filter(|offer| offer.kind == RequestKind::Json);
        let json = json.min_by_key(|offer| json_rank(offer.name)).copied().filter(|_| chosen.is_none());
        let multipart = find_form(&offers, &[RequestKind::FormData]);
        let (encoding, sent, json) = match (chosen, json, multipart) {
            (Some(chosen), ..) => (encoding_of(&chosen), chosen, None),
            (None, Some(json), Some(multipart)) if has_setters_of_both(&multipart, &json) => {
                (BodyEncoding::JsonOrMultipart, multipart, Some(json))
            }
            (None, Some(json), _) => (BodyEncoding::Json, json, None),
            (None, None, _) => match find_form(&offers, &[RequestKind::FormData, RequestKind::Form]) {
                Some(form) => (encoding_of(&form), form, None),
                None => {
                    let names: Vec<String> = offers.iter().map(Offer::sent_name).collect();
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    (BodyEncoding::Raw(common_type(&names)), *offers.first()?, None)
                }
            },
        };
        // A body with the same schema is the same value in another notation.
        let is_other = |other: &MediaType| {
            let schemas = [Some(sent), json].into_iter().flatten().map(|sent| &sent.media.schema);
            other.schema.is_none() || schemas.into_iter().all(|schema| other.schema != *schema)
        };
        let is_typed = chosen.is_none() && matches!(encoding, BodyEncoding::Raw(_));
        let others = offers.iter().filter(|offer| {
            !is_typed && offer.name != sent.name && !offer.is_empty_form() && is_other(offer.media)
        });
        let usual: Vec<Offer<'a>> = [Some(sent), json].into_iter().flatten().collect();
        let others = self.keep_distinct(&usual, others.copied().collect(), pointer);
        let others: Vec<Sent<'a>> = others.iter().map(Sent::whole).collect();
        if sent.is_empty_form() {
            self.warn_of_others(sent.name, &others, pointer);
            return None;
        }
        let raw = offers.iter().map(|offer| offer.name).filter(|name| is_typed && is_sendable(name));
        let sent = Sent { encoding, json, ..Sent::whole(&sent) };
        Some(Selected { sent, others, raw: raw.collect() })
    }

    fn offer(&self, name: &'a str, media: &'a MediaType, verb: &Verb) -> Offer<'a> {
        let fields = self.body_fields(media.schema.as_ref(), verb);
        let (kind, is_object) =
            (request_kind(name, self.content(media)), self.is_object_body(media.schema.as_ref()));
        Offer { kind, name, media, fields, is_object }
    }

    /// The media types that are sent under names of their own, beside the usual ones. Of several with one name, a range is not
    /// sent, nor a later one.
    fn keep_distinct(
        &mut self,
        usual: &[Offer<'a>],
        others: Vec<Offer<'a>>,
        pointer: &str,
    ) -> Vec<Offer<'a>> {
        let mut by_rank = others.clone();
        by_rank.sort_by_key(|offer| essence(offer.name).contains('*'));
        let mut kept = usual.to_vec();
        for offer in by_rank {
            let sent_name = offer.sent_name();
            let is_same = |other: &&Offer<'a>| is_same_media_type(&other.sent_name(), &sent_name);
            let Some(first) = kept.iter().find(is_same).copied() else {
                kept.push(offer);
                continue;
            };
            // Bytes that are sent as they are do not depend on the schema.
            if offer.kind != RequestKind::Raw && offer.media.schema != first.media.schema {
                self.warn(
                    Code::MEDIA_TYPES,
                    format!(
                        "`{}` has another schema than `{}`, and both would be sent as `{sent_name}`, so that no method sends the former",
                        offer.name, first.name
                    ),
                    &content_pointer(pointer, offer.name),
                    "name the media type that the API expects, or make the two schemas one, with an action in the overlay",
                );
            }
        }
        others.into_iter().filter(|offer| kept.iter().any(|kept| kept.name == offer.name)).collect()
    }

    /// The media types that can be sent, of which forms have fields. Without one, all the others. Reports those whose names no
    /// header can carry.
    fn usable_offers(
        &mut self,
        all: &[Offer<'a>],
        chosen: Option<Offer<'a>>,
        pointer: &str,
    ) -> Vec<Offer<'a>> {
        let (sendable, unsendable): (Vec<_>, Vec<_>) =
            all.iter().copied().partition(Offer::has_sendable_name);
        let is_empty_form = Offer::is_empty_form;
        let has_usable = sendable.iter().any(|offer| !is_empty_form(offer));
        for offer in &unsendable {
            let is_chosen = chosen.is_some_and(|chosen| chosen.name == offer.name);
            let effect = match offer.kind {
                _ if has_usable && !is_chosen => "no request is sent as it",
                RequestKind::Json => "`application/json` is sent in its place",
                _ => "the caller gives another one with the body",
            };
            self.warn(
                Code::MEDIA_TYPES,
                format!(
                    "`{}` is not the name of a media type, such as `type/subtype` in ASCII, so that {effect}",
                    offer.name.escape_debug()
                ),
                &content_pointer(pointer, offer.name),
                "correct the name with an action in the overlay",
            );
        }
        match (has_usable, unsendable.is_empty()) {
            (true, _) => sendable.into_iter().filter(|offer| !is_empty_form(offer)).collect(),
            (false, false) => unsendable,
            (false, true) => sendable,
        }
    }

    /// The media type of a JSON body; none for `application/json`.
    pub(super) fn name_json(&mut self, name: &str, pointer: &str) -> Option<String> {
        if essence(name).contains('*') {
            self.warn(
                Code::MEDIA_TYPES,
                format!(
                    "`{name}` is a range, and a request has one media type: its body is sent as `application/json`"
                ),
                &content_pointer(pointer, name),
                "if the API expects another JSON type, name it with an action in the overlay",
            );
        }
        json_name(name)
    }

    /// Warns of media types that no method sends.
    fn warn_of_others(&mut self, sent: &str, others: &[Sent<'a>], pointer: &str) {
        if others.is_empty() {
            return;
        }
        let others: Vec<String> = others.iter().map(|other| format!("`{}`", other.name)).collect();
        self.warn(
            Code::MEDIA_TYPES,
            format!(
                "the setters of the request send `{sent}`; the schema of {} differs, and there are no setters for it",
                others.join(", ")
            ),
            &format!("{pointer}/requestBody/content"),
            "choose another with `[media-types]` in the configuration, or send it with `client.request(…)` and its method `body`",
        );
    }
}

impl<'a> Sent<'a> {
    /// A body that is set as a whole.
    fn whole(offer: &Offer<'a>) -> Self {
        let Offer { name, media, .. } = *offer;
        Sent { encoding: encoding_of(offer), name, sent_name: offer.sent_name(), media, json: None }
    }
}

impl Offer<'_> {
    /// The name under which it is sent; a range if the caller gives the name.
    fn sent_name(&self) -> String {
        match self.kind {
            RequestKind::Json => json_name(self.name).unwrap_or_else(|| "application/json".to_owned()),
            RequestKind::Form => "application/x-www-form-urlencoded".to_owned(),
            RequestKind::FormData => "multipart/form-data".to_owned(),
            RequestKind::Raw => common_type(&[&with_charset_sent(self.name)]),
        }
    }

    /// Whether it is a form that can have no fields.
    fn is_empty_form(&self) -> bool {
        matches!(self.kind, RequestKind::Form | RequestKind::FormData) && self.fields == BodyFields::None
    }

    /// Whether a header can carry the name under which it is sent.
    fn has_sendable_name(&self) -> bool {
        matches!(self.kind, RequestKind::Form | RequestKind::FormData) || is_sendable(self.name)
    }
}

/// What the configuration chooses of several offers, by their media types: the one with the same parameters, else the first one of
/// that name.
pub(super) fn find_chosen<'o, T>(
    offers: &'o [T],
    name_of: impl Fn(&T) -> &str,
    wanted: &str,
) -> Option<&'o T> {
    let same = offers.iter().find(|offer| is_same_media_type(name_of(offer), wanted));
    same.or_else(|| offers.iter().find(|offer| essence(name_of(offer)) == essence(wanted)))
}

/// Whether the same setters set a multipart form and JSON: the form has fields and the JSON is an object, or both are described
/// alike.
fn has_setters_of_both(multipart: &Offer<'_>, json: &Offer<'_>) -> bool {
    let is_form = multipart.fields == BodyFields::Named || json.fields == BodyFields::None;
    (is_form && json.is_object) || multipart.media.schema == json.media.schema
}

/// The form of one of these kinds whose fields say the most, the first of several.
fn find_form<'a>(offers: &[Offer<'a>], kinds: &[RequestKind]) -> Option<Offer<'a>> {
    let place = |offer: &Offer<'_>| kinds.iter().position(|kind| *kind == offer.kind);
    let forms = offers.iter().filter(|offer| place(offer).is_some());
    forms.min_by_key(|offer| (Reverse(offer.fields), place(offer))).copied()
}

/// The order in which JSON types are preferred: `application/json`, the same with parameters, other names, ranges.
fn json_rank(name: &str) -> u8 {
    match essence(name) {
        plain if plain == "application/json" => u8::from(name.contains(';')),
        range if range.contains('*') => 3,
        _ => 2,
    }
}

/// The name under which a JSON body is sent; none for `application/json`.
fn json_name(name: &str) -> Option<String> {
    if essence(name).contains('*') || !is_sendable(name) {
        return None;
    }
    Some(with_charset_sent(name)).filter(|name| !name.eq_ignore_ascii_case("application/json"))
}

/// How a request that sends one media type is encoded.
fn encoding_of(offer: &Offer<'_>) -> BodyEncoding {
    match offer.kind {
        RequestKind::Json => BodyEncoding::Json,
        RequestKind::Form => BodyEncoding::Form,
        RequestKind::FormData => BodyEncoding::Multipart,
        RequestKind::Raw => BodyEncoding::Raw(offer.sent_name()),
    }
}

/// Where the media type of a request is in the document.
pub(super) fn content_pointer(operation: &str, media_type: &str) -> String {
    pointer::join(&format!("{operation}/requestBody/content"), media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_sent_under_the_name_of_the_document() {
        for (name, expected) in [
            ("application/json", None),
            ("Application/JSON", None),
            ("application/json; v=2", Some("application/json; v=2")),
            ("application/json;charset=UTF-8", Some("application/json;charset=UTF-8")),
            ("application/json; charset=\"utf-8\"; v=2", Some("application/json; charset=\"utf-8\"; v=2")),
            ("application/json; charset=latin1", None),
            ("application/json; charset = latin1", None),
            ("application/json; charset=latin1; v=2", Some("application/json; v=2")),
            ("application/vnd.x+json; v=1", Some("application/vnd.x+json; v=1")),
            ("text/json", Some("text/json")),
            ("application/*+json", None),
            ("*/*", None),
            ("application/größe+json", None),
        ] {
            assert_eq!(json_name(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn the_plainest_json_is_preferred() {
        let mut names = [
            "application/*+json",
            "text/json",
            "application/json; v=1",
            "Application/JSON",
            "application/a+json",
        ];
        names.sort_by_key(|name| json_rank(name));
        assert_eq!(
            names,
            [
                "Application/JSON",
                "application/json; v=1",
                "text/json",
                "application/a+json",
                "application/*+json"
            ]
        );
    }

    #[test]
    fn parameters_select_among_types_of_one_name() {
        let offers = ["application/json", "Application/JSON; v=1", "application/json; v=2"];
        for (wanted, expected) in [
            ("application/json", Some(0)),
            ("APPLICATION/JSON;v=1", Some(1)),
            ("application/json; v=2", Some(2)),
            ("application/json; v=3", Some(0)),
            ("text/csv", None),
        ] {
            assert_eq!(
                find_chosen(&offers, |name| name, wanted),
                expected.map(|place: usize| &offers[place])
            );
        }
    }
}
