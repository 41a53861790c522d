//! Resolves request bodies: their encoding, and their variants with the properties that become setters.

use openapiv3::{MediaType, Operation as Source, ReferenceOr, RequestBody, Schema};

use super::Resolver;
use super::constraints::read_details;
use super::media_type::{essence, is_json};
use super::site::Site;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{Body, BodyEncoding, BodyVariant, Details, Field, Object, Root, Shape, TypeRef};

impl<'a> Resolver<'a> {
    pub(super) fn resolve_body(&mut self, source: &'a Source, root: &Root, pointer: &str) -> Option<Body> {
        let body = source.request_body.as_ref()?.as_item()?;
        let (encoding, name, media) = self.select_media_type(body, pointer)?;
        let site = Site::new(schema_pointer(pointer, name), root.clone(), "");
        let (description, required) = (body.description.clone(), body.required);
        if let BodyEncoding::Raw(_) = encoding {
            let (variants, details) = (Vec::new(), Details::default());
            let whole = Some(TypeRef::Binary);
            return Some(Body { encoding, media: None, required, description, variants, whole, details });
        }
        let schema = media.schema.as_ref();
        let ty = schema.map_or(TypeRef::Json, |schema| self.resolve_type(schema, &site));
        let mut variants = self.resolve_variants(&ty, schema, &site);
        if encoding == BodyEncoding::JsonOrMultipart {
            self.add_json_properties(body, &mut variants, root, pointer);
        }
        let is_form =
            matches!(encoding, BodyEncoding::Form | BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart);
        if variants.is_empty() && is_form {
            self.warn(
                Code::FORM_WITHOUT_MEMBERS,
                "the schema of this form is not an object with properties, so the request has no setters for them",
                &site.pointer,
                "list the properties of the form, with an action in the overlay",
            );
        }
        let whole = variants.is_empty().then_some(ty);
        let is_plain_json = name == "*/*" || essence(name) == "application/json";
        let media = (encoding == BodyEncoding::Json && !is_plain_json).then(|| name.to_owned());
        let details = schema.and_then(ReferenceOr::as_item).filter(|_| whole.is_some()).map(read_details);
        let details = details.unwrap_or_default();
        Some(Body { encoding, media, required, description, variants, whole, details })
    }

    /// Adds the properties that the JSON schema of a body has and its multipart schema does not have.
    fn add_json_properties(
        &mut self,
        body: &'a RequestBody,
        variants: &mut [BodyVariant],
        root: &Root,
        pointer: &str,
    ) {
        let json = body.content.iter().find(|(name, _)| is_json(name));
        let Some((name, schema)) = json.and_then(|(name, media)| Some((name, media.schema.as_ref()?))) else {
            return;
        };
        let site = Site::new(schema_pointer(pointer, name), root.clone(), "");
        let ty = self.resolve_type(schema, &site);
        let mut differs = true;
        if let (Some(Properties { fields, open, .. }), [variant]) = (self.properties_of(&ty), variants) {
            variant.open |= open;
            let is_file = |ty: &TypeRef| match ty.split_null().0 {
                TypeRef::List(item) => **item == TypeRef::Binary,
                ty => *ty == TypeRef::Binary,
            };
            differs = fields.iter().any(|field| {
                let other = variant.fields.iter().find(|other| other.name == field.name);
                other.is_some_and(|other| other.ty != field.ty && !is_file(&other.ty))
            });
            for field in &mut variant.fields {
                field.required &= fields.iter().any(|other| other.name == field.name && other.required);
            }
            for field in fields {
                if !variant.fields.iter().any(|other| other.name == field.name) {
                    variant.fields.push(Field { required: false, ..field });
                }
            }
        }
        if differs {
            self.warn(
                Code::MEDIA_TYPES,
                "the JSON schema and the multipart schema of this body differ; the setters follow the multipart schema",
                &site.pointer,
                "make the two schemas equal, or remove one of them, with an action in the overlay",
            );
        }
    }

    /// Selects the media type that the client sends. JSON is preferred; if there is multipart as well, a call that sets a file
    /// is multipart.
    fn select_media_type(
        &mut self,
        body: &'a RequestBody,
        pointer: &str,
    ) -> Option<(BodyEncoding, &'a str, &'a MediaType)> {
        let find = |matches: fn(&str) -> bool| {
            let mut content = body.content.iter().map(|(name, media)| (name.as_str(), media));
            content.find(|(name, _)| matches(essence(name)))
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
                    self.warn(
                        Code::MEDIA_TYPES,
                        format!("the client sends the first of several media types, `{name}`"),
                        &format!("{pointer}/requestBody/content"),
                        "remove the others, or change their order, with an action in the overlay",
                    );
                }
                Some((BodyEncoding::Raw(name.to_owned()), name, media))
            }
        }
    }

    /// The variants of a body that is an object or a union of objects; none for other types.
    fn resolve_variants(
        &mut self,
        ty: &TypeRef,
        schema: Option<&'a ReferenceOr<Schema>>,
        site: &Site,
    ) -> Vec<BodyVariant> {
        if let Some(Properties { fields, open, details }) = self.properties_of(ty) {
            let item = schema.and_then(ReferenceOr::as_item);
            let description = item.and_then(|item| item.schema_data.description.clone());
            let pointer = site.pointer.clone();
            return vec![BodyVariant { name: String::new(), description, fields, open, details, pointer }];
        }
        let (TypeRef::Named(id), _) = ty.split_null() else { return Vec::new() };
        let Shape::Union(union) = &self.api.get(*id).shape else { return Vec::new() };
        let variants = union.variants.iter().map(|variant| {
            let Properties { mut fields, open, details } = self.properties_of(&variant.ty)?;
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
    fn properties_of(&self, ty: &TypeRef) -> Option<Properties> {
        let (TypeRef::Named(id), _) = ty.split_null() else { return None };
        let def = self.api.get(*id);
        match &def.shape {
            Shape::Object(Object { fields, open }) => {
                Some(Properties { fields: fields.clone(), open: *open, details: def.details.clone() })
            }
            Shape::Alias(ty) => self.properties_of(ty),
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

/// Makes the value by which a discriminator identifies a variant the only value of its property.
fn fix_constants(fields: &mut [Field], constants: &[(String, Vec<String>)]) {
    for (name, values) in constants {
        let field = fields.iter_mut().find(|field| field.name == *name && field.constant.is_none());
        if let ([value], Some(field)) = (values.as_slice(), field) {
            field.constant = Some(serde_json::Value::from(value.clone()));
        }
    }
}

fn schema_pointer(operation: &str, media_type: &str) -> String {
    let content = pointer::join(&format!("{operation}/requestBody/content"), media_type);
    format!("{content}/schema")
}
