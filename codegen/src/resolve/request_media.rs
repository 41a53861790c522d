//! Selects the media type that a request sends, of those that the document offers.

use openapiv3::{MediaType, RequestBody};

use super::Resolver;
use super::media_type::{RequestKind, common_type, essence, is_sendable, request_kind};
use crate::diagnostic::Code;
use crate::ir::BodyEncoding;

/// A media type of a request.
#[derive(Clone, Copy)]
struct Offer<'a> {
    kind: RequestKind,
    name: &'a str,
    media: &'a MediaType,
}

/// The media types that a request sends: by its setters, and by other methods.
pub(super) struct Selected<'a> {
    pub(super) sent: Sent<'a>,
    pub(super) others: Vec<Sent<'a>>,
}

/// A media type that a request sends.
pub(super) struct Sent<'a> {
    pub(super) encoding: BodyEncoding,
    pub(super) name: &'a str,
    pub(super) media: &'a MediaType,
}

impl<'a> Resolver<'a> {
    /// Selects the media type that the setters send: the one that the configuration chooses, else JSON; if there is multipart as
    /// well, a call that sets a file is multipart. Of several types that are sent as they are, the caller chooses. The others are
    /// those with another schema.
    pub(super) fn select_media_type(
        &self,
        body: &'a RequestBody,
        chosen: Option<&str>,
    ) -> Option<Selected<'a>> {
        let offers = body.content.iter();
        let offers =
            offers.map(|(name, media)| Offer { kind: request_kind(name, self.content(media)), name, media });
        let offers: Vec<Offer<'a>> = offers.collect();
        let chosen = chosen.and_then(|name| offers.iter().find(|offer| essence(offer.name) == essence(name)));
        let find = |kind: RequestKind| offers.iter().find(|offer| offer.kind == kind);
        let plain = offers.iter().find(|offer| essence(offer.name) == "application/json");
        let json = plain.or_else(|| find(RequestKind::Json)).filter(|_| chosen.is_none());
        let (encoding, sent) = match (chosen, json, find(RequestKind::FormData), find(RequestKind::Form)) {
            (Some(chosen), ..) => (encoding_of(chosen), chosen),
            (None, Some(_), Some(multipart), _) => (BodyEncoding::JsonOrMultipart, multipart),
            (None, Some(json), None, _) => (BodyEncoding::Json, json),
            (None, None, Some(multipart), _) => (BodyEncoding::Multipart, multipart),
            (None, None, None, Some(form)) => (BodyEncoding::Form, form),
            (None, None, None, None) => {
                let names: Vec<&str> = offers.iter().map(|offer| offer.name).collect();
                (BodyEncoding::Raw(common_type(&names)), find(RequestKind::Raw)?)
            }
        };
        // A body with the same schema is the same value in another notation.
        let is_other = |other: &MediaType| {
            let schemas = [Some(sent), json].into_iter().flatten().map(|sent| &sent.media.schema);
            other.schema.is_none() || schemas.into_iter().all(|schema| other.schema != *schema)
        };
        let is_typed = chosen.is_none() && matches!(encoding, BodyEncoding::Raw(_));
        let others = offers.iter().filter(|offer| {
            !is_typed && offer.name != sent.name && is_sendable(offer.name) && is_other(offer.media)
        });
        let others =
            others.map(|offer| Sent { encoding: encoding_of(offer), name: offer.name, media: offer.media });
        let sent = Sent { encoding, name: sent.name, media: sent.media };
        Some(Selected { sent, others: others.collect() })
    }

    /// Warns of media types that no method sends.
    pub(super) fn warn_of_others(&mut self, sent: &str, others: &[Sent<'a>], pointer: &str) {
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

/// How a request that sends one media type is encoded.
fn encoding_of(offer: &Offer<'_>) -> BodyEncoding {
    match offer.kind {
        RequestKind::Json => BodyEncoding::Json,
        RequestKind::Form => BodyEncoding::Form,
        RequestKind::FormData => BodyEncoding::Multipart,
        RequestKind::Raw => BodyEncoding::Raw(common_type(&[offer.name])),
    }
}
