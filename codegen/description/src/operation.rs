//! Operations: requests and responses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    defaults::is_default,
    field::{Field, Fields, Style},
    paging::Paging,
    risk::Risk,
    type_definition::Object,
    value_type::Type,
};

/// An operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// The HTTP method.
    pub method: String,
    /// The template of the path, such as `/things/{id}`.
    pub path: String,
    /// The index of the server among those of an environment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub server: usize,
    /// Whether requests need no credential.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unauthenticated: bool,
    /// The index of what it requires among the requirements of the API.
    #[serde(default, skip_serializing_if = "is_default")]
    pub security: usize,
    /// The document marks it as deprecated.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deprecated: bool,
    /// What it can do to whoever calls it by mistake; none if it is not classified.
    #[serde(default, skip_serializing_if = "is_default")]
    pub risk: Option<Risk>,
    /// The value of the header `Accept` of requests, if that is not `application/json`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accept: Option<String>,
    /// The statuses 300 to 399 that are results. `3` stands for all of them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub redirects: Vec<u16>,
    /// Whether clients generate no idempotency key for it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_idempotency_key: bool,
    /// The parameters.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: Parameters,
    /// The request body.
    #[serde(default, skip_serializing_if = "is_default")]
    pub body: Option<Body>,
    /// The status of a successful response.
    #[serde(default = "ok", skip_serializing_if = "is_ok")]
    pub status: u16,
    /// The body of a successful response.
    #[serde(default, skip_serializing_if = "is_default")]
    pub response: Option<ResponseBody>,
    /// Whether a successful response can have no body.
    #[serde(default, skip_serializing_if = "is_default")]
    pub response_optional: bool,
    /// Whether the response is a page with cursors.
    #[serde(default, skip_serializing_if = "is_default")]
    pub paginated: bool,
    /// How its pages are requested, if the response is a page of another kind.
    #[serde(default, skip_serializing_if = "is_default")]
    pub paging: Option<Paging>,
    /// The types of error responses by status, where they differ from the common envelope.
    #[serde(default, skip_serializing_if = "is_default")]
    pub errors: BTreeMap<String, Type>,
}

impl Operation {
    /// The types of its parameters, bodies, response and errors, without those that these use.
    #[must_use]
    pub fn types(&self) -> Vec<&Type> {
        let mut types: Vec<&Type> = self.parameters.iter().map(|parameter| parameter.field.ty()).collect();
        types.extend(self.errors.values());
        for body in self.body.iter().flat_map(|body| std::iter::once(body).chain(&body.alternatives)) {
            match &body.content {
                BodyContent::Value(ty) => types.push(ty),
                BodyContent::Variants(variants) => {
                    types.extend(
                        variants.iter().flat_map(|variant| variant.object.fields.values()).map(Field::ty),
                    );
                }
            }
        }
        if let Some(ResponseBody::Json(ty)) = &self.response {
            types.push(ty);
        }
        types
    }
}

fn ok() -> u16 {
    200
}

fn is_ok(status: &u16) -> bool {
    *status == ok()
}

/// The parameters of an operation by location and name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// Segments of the path.
    #[serde(skip_serializing_if = "is_default")]
    pub path: Fields,
    /// Parameters of the query.
    #[serde(skip_serializing_if = "is_default")]
    pub query: Fields,
    /// Headers.
    #[serde(skip_serializing_if = "is_default")]
    pub header: Fields,
    /// Cookies.
    #[serde(skip_serializing_if = "is_default")]
    pub cookie: Fields,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl Location {
    /// The name in OpenAPI's `in`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// The style of parameters that name none.
    #[must_use]
    pub fn default_style(self) -> Style {
        if self == Self::Query { Style::FormExploded } else { Style::Form }
    }
}

/// A parameter with its name and location.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'a> {
    /// Where it is sent.
    pub location: Location,
    /// Its name in the request.
    pub name: &'a str,
    /// Its type.
    pub field: &'a Field,
}

impl<'a> Parameter<'a> {
    /// The name in the request type, which is unique among parameters and the fields of the body.
    #[must_use]
    pub fn request_name(&self) -> &'a str {
        self.field.request_name.as_deref().unwrap_or(self.name)
    }

    /// How its value is serialized.
    #[must_use]
    pub fn style(&self) -> Style {
        self.field.style.unwrap_or_else(|| self.location.default_style())
    }
}

impl Parameters {
    /// All parameters: those of the path first, then query, headers and cookies.
    pub fn iter(&self) -> impl Iterator<Item = Parameter<'_>> {
        let locations = [Location::Path, Location::Query, Location::Header, Location::Cookie];
        locations.into_iter().flat_map(|location| {
            let fields = self.fields(location).iter();
            fields.map(move |(name, field)| Parameter { location, name, field })
        })
    }

    /// The parameters of a location.
    #[must_use]
    pub fn fields(&self, location: Location) -> &Fields {
        match location {
            Location::Path => &self.path,
            Location::Query => &self.query,
            Location::Header => &self.header,
            Location::Cookie => &self.cookie,
        }
    }

    /// The parameters of a location, to be changed.
    pub fn fields_mut(&mut self, location: Location) -> &mut Fields {
        match location {
            Location::Path => &mut self.path,
            Location::Query => &mut self.query,
            Location::Header => &mut self.header,
            Location::Cookie => &mut self.cookie,
        }
    }
}

/// A request body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// How it is encoded.
    pub encoding: Encoding,
    /// Whether a request must have it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: bool,
    /// The media type, if the encoding does not imply it. Can be a range such as `image/*`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub media_type: Option<String>,
    /// What it holds.
    pub content: BodyContent,
    /// The bodies of other media types, each with its media type, that a request may have in its place.
    #[serde(default, skip_serializing_if = "is_default")]
    pub alternatives: Vec<Body>,
}

/// How a request body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data`
    Multipart,
    /// JSON, or `multipart/form-data` if the request has a file.
    JsonOrMultipart,
    /// The bytes themselves.
    Raw,
}

/// What a request body holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyContent {
    /// An object: one of these variants.
    Variants(Vec<BodyVariant>),
    /// A value that is not an object with known fields.
    Value(Type),
}

/// A variant of a request body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyVariant {
    /// The name in messages; empty for the only variant.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// The fields.
    pub object: Object,
}

/// The body of a successful response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseBody {
    /// JSON of this type.
    Json(Type),
    /// Text of this media type.
    Text(String),
    /// Bytes of this media type.
    Binary(String),
}
