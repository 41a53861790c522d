//! The document as a table that the engine of the mock reads: JSON, one line for each operation, type and event, and no
//! words but names.
//!
//! A type is a short text: `string`, `[decimal]` (a list), `{integer}` (a map), `#Name` (a type of the table), `@Kind` (an
//! identifier), with `?` behind it where it may be null. A member is its type, with `!` behind it where it must be there,
//! or an object with that type and its limits.

use std::collections::BTreeMap;

use super::super::{Context, NamedOperation};
use super::flows::{tokens, uploads};
use super::limits::limits;
use super::line::{Line, list, text};
use super::words::{examples, faults};
use crate::ir::{Body, BodyEncoding, Field, Location, Root, Shape, Style, Success, TypeId, TypeRef};

/// The table, if there is anything to call.
pub(crate) fn table(cx: &Context<'_>) -> Option<String> {
    if cx.api.operations.is_empty() {
        return None;
    }
    let mut types = Types { cx, names: BTreeMap::new(), open: Vec::new() };
    let operations: Vec<String> = cx.operations().map(|named| self::operation(&mut types, named)).collect();
    let events: Vec<String> = cx
        .api
        .webhooks
        .iter()
        .map(|webhook| {
            let mut line = Line::default();
            line.text("name", &webhook.name);
            if webhook.event != webhook.name {
                line.text("event", &webhook.event);
            }
            if let Some(payload) = &webhook.payload {
                line.text("payload", &types.text(payload));
            }
            line.json()
        })
        .collect();
    let written = types.written();
    let ids = cx.api.ids.iter().map(|id| {
        let prefixes = list(id.prefixes.iter().map(|prefix| text(prefix)));
        format!("{}:{prefixes}", text(&id.name))
    });
    let ids: Vec<String> = ids.collect();
    let pages = &cx.config.pages;
    let mut pages_line = Line::default();
    pages_line.text("data", &pages.data).text("info", &pages.info);
    let block = |lines: &[String]| {
        if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join(",\n")) }
    };
    Some(format!(
        "{{\"faults\":{},\n\"examples\":{},\n\"pages\":{},\n\"uploads\":[{}],\n\"tokens\":[{}],\n\"ids\":{{{}}},\n\"operations\":[{}],\n\"types\":{{{}}},\n\"events\":[{}]}}\n",
        faults(cx).json(),
        examples(cx).json(),
        pages_line.json(),
        block(&uploads(cx)),
        block(&tokens(cx)),
        block(&ids),
        block(&operations),
        block(&written),
        block(&events),
    ))
}

/// The types that the table needs, as they are met.
struct Types<'a> {
    cx: &'a Context<'a>,
    names: BTreeMap<TypeId, String>,
    open: Vec<TypeId>,
}

impl Types<'_> {
    /// A type as the table writes it.
    fn text(&mut self, ty: &TypeRef) -> String {
        let plain = match ty {
            TypeRef::Named(id) => return format!("#{}", self.name(*id)),
            TypeRef::Id(index) => {
                return self.cx.api.ids.get(*index).map_or("string".to_owned(), |id| format!("@{}", id.name));
            }
            TypeRef::List(inner) => return format!("[{}]", self.text(inner)),
            TypeRef::Map(inner) => return format!("{{{}}}", self.text(inner)),
            TypeRef::Nullable(inner) => return format!("{}?", self.text(inner)),
            TypeRef::String => "string",
            TypeRef::Secret => "secret",
            TypeRef::Integer => "integer",
            TypeRef::Decimal => "decimal",
            TypeRef::Float => "float",
            TypeRef::Boolean => "boolean",
            TypeRef::DateTime => "datetime",
            TypeRef::Date => "date",
            TypeRef::Binary => "binary",
            TypeRef::Json => "json",
            TypeRef::JsonObject => "object",
        };
        plain.to_owned()
    }

    /// The name of a type: its own, or that of the call which alone has it.
    fn name(&mut self, id: TypeId) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let own = self.cx.names.ty(id);
        let name = if own.is_empty() {
            let call = self.cx.api.get(id).roots.iter().find_map(|root| match root {
                Root::Operation(index) => self.cx.api.operations.get(*index),
                _ => None,
            });
            let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
            let stem: String = call.map_or("", |operation| &operation.id).chars().map(plain).collect();
            let stem = format!("~{stem}");
            let taken = |name: &String| self.names.values().any(|other| other == name);
            let numbered = (2..).map(|number| format!("{stem} {number}"));
            std::iter::once(stem.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
        } else {
            own.to_owned()
        };
        self.names.insert(id, name.clone());
        self.open.push(id);
        name
    }

    /// All types that were named, and those that they name, by name.
    fn written(&mut self) -> Vec<String> {
        let mut lines = BTreeMap::new();
        while let Some(id) = self.open.pop() {
            let line = self.shape(id);
            lines.insert(self.name(id), line);
        }
        lines.into_iter().map(|(name, line)| format!("{}:{line}", text(&name))).collect()
    }

    fn shape(&mut self, id: TypeId) -> String {
        let def = self.cx.api.get(id);
        let mut line = Line::default();
        match &def.shape {
            Shape::Object(object) => {
                let members = self.members(&object.fields);
                line.raw("object", &members.json()).flag("open", object.open);
            }
            Shape::StringEnum(set) => {
                line.raw("enum", &list(set.values.iter().map(|value| text(&value.value))));
            }
            Shape::Union(union) => {
                let variants: Vec<String> = union
                    .variants
                    .iter()
                    .map(|variant| {
                        let mut own = Line::default();
                        own.text("name", &variant.name).text("type", &self.text(&variant.ty));
                        let mut constants = Line::default();
                        for (name, values) in &variant.constants {
                            constants.raw(name, &list(values.iter().map(|value| text(value))));
                        }
                        own.object("constants", &constants);
                        own.json()
                    })
                    .collect();
                line.raw("union", &list(variants));
            }
            Shape::Alias(ty) => {
                line.text("is", &self.text(ty));
                if let Some(constant) = &def.constant {
                    line.value("constant", constant);
                }
                limits(&mut line, &def.details);
            }
            Shape::Pending => {
                line.text("is", "json");
            }
        }
        line.json()
    }

    fn members(&mut self, fields: &[Field]) -> Line {
        let mut line = Line::default();
        for field in fields {
            line.raw(&field.name, &self.member(field, Line::default()));
        }
        line
    }

    /// A member: its type alone, or with what is known of it besides.
    fn member(&mut self, field: &Field, mut more: Line) -> String {
        let ty = format!("{}{}", self.text(&field.ty), if field.required { "!" } else { "" });
        more.flag("read_only", field.read_only).flag("write_only", field.write_only);
        if let Some(constant) = &field.constant {
            more.value("constant", constant);
        }
        limits(&mut more, &field.details);
        if more.is_empty() {
            return text(&ty);
        }
        let more = more.json();
        format!("{{\"type\":{},{}", text(&ty), more.trim_start_matches('{'))
    }
}

fn operation(types: &mut Types<'_>, named: NamedOperation<'_>) -> String {
    let operation = named.operation;
    let mut line = Line::default();
    line.text("id", &operation.id).text("method", operation.verb.as_str()).text("path", &operation.path);
    if operation.server > 0 {
        line.raw("server", &operation.server.to_string());
    }
    line.flag("public", operation.unauthenticated).flag("deprecated", operation.deprecated);
    parameters(types, &mut line, named);
    if let Some(own) = &operation.body {
        line.raw("body", &body(types, own));
    }
    if operation.status != 200 {
        line.raw("status", &operation.status.to_string());
    }
    match &operation.success {
        Success::Empty => {}
        Success::Json(ty) => {
            line.text("answer", &types.text(ty));
        }
        Success::Optional(ty) => {
            line.text("answer", &types.text(ty)).flag("optional", true);
        }
        Success::Text(media) => {
            line.text("text", media);
        }
        Success::Binary(media) => {
            line.text("octets", media);
        }
    }
    line.flag("page", operation.page.is_some());
    line.json()
}

/// The parameters of each place.
fn parameters(types: &mut Types<'_>, line: &mut Line, named: NamedOperation<'_>) {
    let places = [
        (Location::Path, "arguments"),
        (Location::Query, "query"),
        (Location::Header, "headers"),
        (Location::Cookie, "cookies"),
    ];
    for (location, word) in places {
        let mut own = Line::default();
        // Parameters are the first members of a request, in their order.
        let all = named.operation.parameters.iter().zip(&named.names.request_members);
        for (parameter, names) in all.filter(|(parameter, _)| parameter.location == location) {
            let mut more = Line::default();
            if names.key != parameter.field.name {
                more.text("key", &names.key);
            }
            if let Some(style) = style(parameter.style, location) {
                more.text("style", style);
            }
            own.raw(&parameter.field.name, &types.member(&parameter.field, more));
        }
        line.object(word, &own);
    }
}

/// The style of a parameter, unless it is the usual one of its place.
fn style(style: Style, location: Location) -> Option<&'static str> {
    let name = match style {
        Style::Form if location != Location::Query => return None,
        Style::FormExplode => return None,
        Style::Form => "form",
        Style::SpaceDelimited => "space",
        Style::PipeDelimited => "pipe",
        Style::DeepObject => "deep",
        Style::Brackets => "brackets",
        Style::Json => "json",
    };
    Some(name)
}

fn body(types: &mut Types<'_>, body: &Body) -> String {
    let mut line = Line::default();
    let encoding = match &body.encoding {
        BodyEncoding::Json => "json",
        BodyEncoding::Form => "form",
        BodyEncoding::Multipart => "multipart",
        BodyEncoding::JsonOrMultipart => "json_or_multipart",
        BodyEncoding::Raw(_) => "raw",
    };
    line.text("as", encoding).flag("required", body.required);
    let media = match &body.encoding {
        BodyEncoding::Raw(media) => Some(media),
        _ => body.media.as_ref(),
    };
    if let Some(media) = media {
        line.text("media", media);
    }
    if let Some(whole) = &body.whole {
        line.text("type", &types.text(whole));
        return line.json();
    }
    let forms = body.variants.iter().map(|variant| {
        let mut own = Line::default();
        if !variant.name.is_empty() {
            own.text("name", &variant.name);
        }
        let members = types.members(&variant.fields);
        own.raw("object", &members.json()).flag("open", variant.open);
        own.json()
    });
    let forms: Vec<String> = forms.collect();
    line.raw("forms", &list(forms));
    line.json()
}
