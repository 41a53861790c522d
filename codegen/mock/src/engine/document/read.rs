//! The table that the generator makes of a document, read. What is wrong with it is a fault of the generator.

use std::collections::HashMap;

#[cfg(feature = "webhooks")]
use super::Event;
use super::{
    Body, Content, Document, Encoding, Form, Member, Minting, Object, Operation, PageNames, Parameter, Place,
    Shape, Style, Success, Type, Upload, Variant,
};
use crate::engine::limits::Limits;
use crate::engine::path::Template;
use crate::engine::tree::Json;

impl Document {
    /// Reads the table. What is wrong with it is a fault of the generator.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let table = Json::parse(text).map_err(|error| format!("the table of the document: {error:?}"))?;
        let list = |name: &str| table.get(name).map(Json::items).unwrap_or_default();
        let object = |name: &str| table.get(name).map(Json::members).unwrap_or_default();
        let names = Names::of(object("types"), object("ids"));
        let prefix =
            |prefixes: &Json| prefixes.items().first().and_then(Json::as_str).unwrap_or("").to_owned();
        let word = |name: &str| {
            let pages = table.get("pages").and_then(|pages| pages.get(name));
            pages.and_then(Json::as_str).unwrap_or(name).to_owned()
        };
        let part = |name: &str| table.get(name).cloned().unwrap_or(Json::Object(Vec::new()));
        Ok(Self {
            operations: list("operations")
                .iter()
                .map(|one| names.operation(one))
                .collect::<Result<_, _>>()?,
            types: object("types").iter().map(|(_, shape)| names.shape(shape)).collect::<Result<_, _>>()?,
            ids: object("ids").iter().map(|(_, prefixes)| prefix(prefixes)).collect(),
            #[cfg(feature = "webhooks")]
            events: list("events").iter().map(|one| names.event(one)).collect::<Result<_, _>>()?,
            faults: part("faults"),
            examples: part("examples"),
            pages: PageNames { data: word("data"), info: word("info") },
            uploads: list("uploads").iter().map(Upload::read).collect::<Result<_, _>>()?,
            tokens: list("tokens").iter().map(Minting::read).collect::<Result<_, _>>()?,
        })
    }
}

/// Names to places, while the table is read.
struct Names<'a> {
    types: HashMap<&'a str, usize>,
    ids: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    fn of(types: &'a [(String, Json)], ids: &'a [(String, Json)]) -> Self {
        let places = |all: &'a [(String, Json)]| {
            all.iter().enumerate().map(|(index, (name, _))| (name.as_str(), index)).collect()
        };
        Self { types: places(types), ids: places(ids) }
    }

    fn operation(&self, json: &Json) -> Result<Operation, String> {
        let id = word(json, "id")?.to_owned();
        let mut parameters = Vec::new();
        let places = [
            ("arguments", Place::Path),
            ("query", Place::Query),
            ("headers", Place::Header),
            ("cookies", Place::Cookie),
        ];
        for (name, place) in places {
            for (name, json) in json.get(name).map(Json::members).unwrap_or_default() {
                let text = |part: &str| json.get(part).and_then(Json::as_str);
                parameters.push(Parameter {
                    place,
                    key: text("key").unwrap_or(name).to_owned(),
                    style: style(text("style"), place),
                    member: self.member(name, json)?,
                });
            }
        }
        let text = |name: &str| json.get(name).and_then(Json::as_str);
        let success = match (text("answer"), text("text"), text("octets")) {
            (Some(ty), ..) => Success::Json(self.ty(ty)?),
            (_, Some(media), _) => Success::Text(media.to_owned()),
            (_, _, Some(media)) => Success::Octets(media.to_owned()),
            _ => Success::Empty,
        };
        Ok(Operation {
            method: word(json, "method")?.to_owned(),
            template: Template::of(word(json, "path")?),
            public: flag(json, "public"),
            body: json.get("body").map(|body| self.body(body)).transpose()?,
            status: json.get("status").and_then(Json::as_number).unwrap_or(200),
            page: flag(json, "page"),
            parameters,
            success,
            id,
        })
    }

    fn body(&self, json: &Json) -> Result<Body, String> {
        let encoding = match word(json, "as")? {
            "json" => Encoding::Json,
            "form" => Encoding::Form,
            "multipart" => Encoding::Multipart,
            "json_or_multipart" => Encoding::JsonOrMultipart,
            _ => Encoding::Raw,
        };
        let content = match json.get("type").and_then(Json::as_str) {
            Some(ty) => Content::Whole(self.ty(ty)?),
            None => {
                let forms = json.get("forms").map(Json::items).unwrap_or_default().iter();
                let forms = forms.map(|form| {
                    let name = form.get("name").and_then(Json::as_str).unwrap_or_default().to_owned();
                    Ok(Form { name, object: self.object(form)? })
                });
                Content::Forms(forms.collect::<Result<_, String>>()?)
            }
        };
        let media = json.get("media").and_then(Json::as_str).map(str::to_owned);
        Ok(Body { encoding, required: flag(json, "required"), media, content })
    }

    #[cfg(feature = "webhooks")]
    fn event(&self, json: &Json) -> Result<Event, String> {
        let name = word(json, "name")?.to_owned();
        let event = json.get("event").and_then(Json::as_str).unwrap_or(&name).to_owned();
        let payload = json.get("payload").and_then(Json::as_str).map(|ty| self.ty(ty)).transpose()?;
        Ok(Event { name, event, payload })
    }

    fn shape(&self, json: &Json) -> Result<Shape, String> {
        if json.get("object").is_some() {
            return Ok(Shape::Object(self.object(json)?));
        }
        if let Some(values) = json.get("enum") {
            let values = values.items().iter().filter_map(Json::as_str).map(str::to_owned);
            return Ok(Shape::Enum(values.collect()));
        }
        if let Some(variants) = json.get("union") {
            return variants
                .items()
                .iter()
                .map(|json| self.variant(json))
                .collect::<Result<_, _>>()
                .map(Shape::Union);
        }
        let ty = word(json, "is")?;
        Ok(Shape::Alias(Box::new(self.described("", ty, json)?)))
    }

    fn variant(&self, json: &Json) -> Result<Variant, String> {
        let constants = json.get("constants").map(Json::members).unwrap_or_default().iter();
        let constants = constants.map(|(name, values)| {
            (name.clone(), values.items().iter().filter_map(Json::as_str).map(str::to_owned).collect())
        });
        Ok(Variant {
            name: word(json, "name")?.to_owned(),
            ty: self.ty(word(json, "type")?)?,
            constants: constants.collect(),
        })
    }

    fn object(&self, json: &Json) -> Result<Object, String> {
        let members = json.get("object").map(Json::members).unwrap_or_default().iter();
        let members = members.map(|(name, member)| self.member(name, member));
        Ok(Object { members: members.collect::<Result<_, _>>()?, open: flag(json, "open") })
    }

    fn member(&self, name: &str, json: &Json) -> Result<Member, String> {
        match json {
            Json::String(ty) => self.described(name, ty, &Json::Null),
            json => self.described(name, word(json, "type")?, json),
        }
    }

    fn described(&self, name: &str, ty: &str, json: &Json) -> Result<Member, String> {
        let (ty, required) = ty.strip_suffix('!').map_or((ty, false), |ty| (ty, true));
        Ok(Member {
            name: name.to_owned(),
            ty: self.ty(ty)?,
            required,
            read_only: flag(json, "read_only"),
            write_only: flag(json, "write_only"),
            constant: json.get("constant").cloned(),
            example: json.get("example").cloned(),
            limits: Limits::read(json),
        })
    }

    fn ty(&self, text: &str) -> Result<Type, String> {
        let unknown = || format!("the table of the document: there is no type `{text}`");
        if let Some(inner) = text.strip_suffix('?') {
            return Ok(Type::Nullable(Box::new(self.ty(inner)?)));
        }
        if let Some(name) = text.strip_prefix('#') {
            return self.types.get(name).copied().map(Type::Named).ok_or_else(unknown);
        }
        if let Some(name) = text.strip_prefix('@') {
            return self.ids.get(name).copied().map(Type::Id).ok_or_else(unknown);
        }
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Ok(Type::List(Box::new(self.ty(inner)?)));
        }
        if let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            return Ok(Type::Map(Box::new(self.ty(inner)?)));
        }
        Ok(match text {
            "string" => Type::String,
            "secret" => Type::Secret,
            "integer" => Type::Integer,
            "decimal" => Type::Decimal,
            "float" => Type::Float,
            "boolean" => Type::Boolean,
            "datetime" => Type::DateTime,
            "date" => Type::Date,
            "binary" => Type::Binary,
            "json" => Type::Json,
            "object" => Type::Object,
            _ => return Err(unknown()),
        })
    }
}

fn style(name: Option<&str>, place: Place) -> Style {
    match name {
        Some("form") => Style::Commas,
        Some("space") => Style::Spaces,
        Some("pipe") => Style::Pipes,
        Some("deep") => Style::Deep,
        Some("brackets") => Style::Brackets,
        Some("json") => Style::Json,
        _ if place == Place::Query => Style::Repeated,
        _ => Style::Commas,
    }
}

pub(crate) fn word<'j>(json: &'j Json, name: &str) -> Result<&'j str, String> {
    let text = json.get(name).and_then(Json::as_str);
    text.ok_or_else(|| format!("the table of the document: `{name}` is missing in {json}"))
}

fn flag(json: &Json, name: &str) -> bool {
    json.get(name).is_some_and(Json::is_true)
}
