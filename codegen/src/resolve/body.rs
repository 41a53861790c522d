//! Request bodies: their encoding, and their members as setters.

use openapiv3::{MediaType, Operation as Source, ReferenceOr, RequestBody, Schema};

use super::constraints::details;
use super::{Resolver, Site, escape};
use crate::ir::{Body, BodyEncoding, BodyVariant, Details, Field, Object, Root, Shape, TypeRef};

impl<'a> Resolver<'a> {
    pub(super) fn body(&mut self, source: &'a Source, root: &Root, pointer: &str) -> Option<Body> {
        let body = source.request_body.as_ref()?.as_item()?;
        let (encoding, name, media) = self.media(body, pointer)?;
        let place = format!("{pointer}/requestBody/content/{}/schema", escape(name));
        let site = Site::new(place, root.clone(), "");
        let description = body.description.clone();
        let required = body.required;
        if let BodyEncoding::Raw(_) = encoding {
            let whole = Some(TypeRef::Binary);
            let (variants, details) = (Vec::new(), Details::default());
            return Some(Body { encoding, media: None, required, description, variants, whole, details });
        }
        let schema = media.schema.as_ref();
        let ty = match schema {
            Some(schema) => self.type_ref(schema, &site),
            None => TypeRef::Json,
        };
        let mut variants = self.variants(&ty, schema, &site);
        if encoding == BodyEncoding::JsonOrMultipart {
            self.join_json(body, &mut variants, root, pointer);
        }
        if variants.is_empty()
            && matches!(
                encoding,
                BodyEncoding::Form | BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart
            )
        {
            self.warning(
                "form-without-members",
                "a form whose schema is no object with members has no setters".to_owned(),
                &site.pointer,
                "list the members of the form, with an action in the overlay",
            );
        }
        let whole = variants.is_empty().then_some(ty);
        let plain = name == "*/*" || essence(name) == "application/json" || encoding != BodyEncoding::Json;
        let media = (!plain).then(|| name.to_owned());
        let details = schema.and_then(ReferenceOr::as_item).filter(|_| whole.is_some()).map(details);
        let details = details.unwrap_or_default();
        Some(Body { encoding, media, required, description, variants, whole, details })
    }

    /// The members that the JSON form of a body has and its multipart form has not.
    fn join_json(&mut self, body: &'a RequestBody, variants: &mut [BodyVariant], root: &Root, pointer: &str) {
        let json = body.content.iter().find(|(name, _)| is_json(essence(name)));
        let Some((name, schema)) = json.and_then(|(name, media)| Some((name, media.schema.as_ref()?))) else {
            return;
        };
        let place = format!("{pointer}/requestBody/content/{}/schema", escape(name));
        let ty = self.type_ref(schema, &Site::new(place.clone(), root.clone(), ""));
        let mut differs = true;
        if let (Some(Properties { fields, open, .. }), [variant]) = (self.properties(&ty), variants) {
            variant.open |= open;
            let file = |ty: &TypeRef| match ty.split_null().0 {
                TypeRef::List(item) => **item == TypeRef::Binary,
                ty => *ty == TypeRef::Binary,
            };
            differs = fields.iter().any(|field| {
                let other = variant.fields.iter().find(|other| other.name == field.name);
                other.is_some_and(|other| other.ty != field.ty && !file(&other.ty))
            });
            for own in &mut variant.fields {
                own.required &= fields.iter().any(|field| field.name == own.name && field.required);
            }
            for field in fields {
                if !variant.fields.iter().any(|other| other.name == field.name) {
                    variant.fields.push(Field { required: false, ..field });
                }
            }
        }
        if differs {
            self.warning(
                "media-types",
                "the JSON form and the multipart form of this body differ; the setters are those of the latter".to_owned(),
                &place,
                "make the two forms equal, or remove one of them, with an action in the overlay",
            );
        }
    }

    /// The media type that is sent. JSON comes first; with multipart beside it, files decide.
    fn media(
        &mut self,
        body: &'a RequestBody,
        pointer: &str,
    ) -> Option<(BodyEncoding, &'a str, &'a MediaType)> {
        let find = |wanted: fn(&str) -> bool| {
            let mut all = body.content.iter().map(|(name, media)| (name.as_str(), media));
            all.find(|(name, _)| wanted(essence(name)))
        };
        let json = find(|name| name == "application/json").or_else(|| find(is_json));
        let multipart = find(|name| name == "multipart/form-data");
        let form = find(|name| name == "application/x-www-form-urlencoded");
        match (json, multipart, form) {
            (Some(_), Some((name, media)), _) => Some((BodyEncoding::JsonOrMultipart, name, media)),
            (Some((name, media)), None, _) => Some((BodyEncoding::Json, name, media)),
            (None, Some((name, media)), _) => Some((BodyEncoding::Multipart, name, media)),
            (None, None, Some((name, media))) => Some((BodyEncoding::Form, name, media)),
            (None, None, None) => {
                let (name, media) = body.content.first().map(|(name, media)| (name.as_str(), media))?;
                if body.content.len() > 1 {
                    self.warning(
                        "media-types",
                        format!("of several media types the client sends the first, `{name}`"),
                        &format!("{pointer}/requestBody/content"),
                        "remove the others, or change their order, with an action in the overlay",
                    );
                }
                Some((BodyEncoding::Raw(name.to_owned()), name, media))
            }
        }
    }

    /// The forms of a body that is an object, or a union of objects.
    fn variants(
        &mut self,
        ty: &TypeRef,
        schema: Option<&'a ReferenceOr<Schema>>,
        site: &Site,
    ) -> Vec<BodyVariant> {
        let description =
            schema.and_then(ReferenceOr::as_item).and_then(|item| item.schema_data.description.clone());
        if let Some(object) = self.properties(ty) {
            let pointer = site.pointer.clone();
            let Properties { fields, open, details } = object;
            return vec![BodyVariant { name: String::new(), description, fields, open, details, pointer }];
        }
        let (TypeRef::Named(id), _) = ty.split_null() else { return Vec::new() };
        let Shape::Union(union) = &self.api.get(*id).shape else { return Vec::new() };
        let variants = union.variants.iter().map(|variant| {
            let Properties { mut fields, open, details } = self.properties(&variant.ty)?;
            fix_constants(&mut fields, &variant.constants);
            Some(BodyVariant {
                name: variant.name.clone(),
                description: variant.description.clone(),
                fields,
                open,
                details,
                pointer: variant.pointer.clone(),
            })
        });
        variants.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    /// The properties of an object type; none for other types.
    fn properties(&self, ty: &TypeRef) -> Option<Properties> {
        let (TypeRef::Named(id), _) = ty.split_null() else { return None };
        let def = self.api.get(*id);
        match &def.shape {
            Shape::Object(Object { fields, open }) => {
                Some(Properties { fields: fields.clone(), open: *open, details: def.details.clone() })
            }
            Shape::Alias(ty) => self.properties(ty),
            _ => None,
        }
    }
}

/// The properties of an object type.
struct Properties {
    fields: Vec<Field>,
    /// Whether there may be others.
    open: bool,
    details: Details,
}

/// In a variant that a discriminator marks by one value, that value is the only one.
fn fix_constants(fields: &mut [Field], constants: &[(String, Vec<String>)]) {
    for (name, values) in constants {
        if let ([value], Some(field)) =
            (values.as_slice(), fields.iter_mut().find(|field| field.name == *name))
            && field.constant.is_none()
        {
            field.constant = Some(serde_json::Value::from(value.clone()));
        }
    }
}

/// A media type without its parameters.
pub(super) fn essence(name: &str) -> &str {
    name.split(';').next().unwrap_or(name).trim()
}

pub(super) fn is_json(name: &str) -> bool {
    name == "application/json" || name.ends_with("+json") || name == "*/*" || name == "text/json"
}
