//! Resolves request bodies: their encoding, and their variants with the properties that become setters.

use openapiv3::{Operation as Source, ReferenceOr, RequestBody, Schema};

use super::Resolver;
use super::constraints::read_details;
use super::encoding::Form;
use super::request_media::{Offer, Selected, Sent, content_pointer};
use super::site::Site;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{
    AlternativeBody, Body, BodyEncoding, BodyVariant, Details, Field, Object, Root, Shape, TypeId, TypeRef,
    Verb,
};

impl<'a> Resolver<'a> {
    /// The body of a request. `chosen` is the media type that the configuration chooses.
    pub(super) fn resolve_body(
        &mut self,
        source: &'a Source,
        verb: &Verb,
        root: &Root,
        pointer: &str,
        chosen: Option<&str>,
    ) -> Option<Body> {
        let body = source.request_body.as_ref()?.as_item()?;
        let Selected { sent, others, raw } = self.select_media_type(body, verb, pointer, chosen)?;
        let (mut main, _) = self.resolve_content(&sent, body, root, pointer);
        if raw.len() > 1 {
            main.media = Some(raw.join("`, `"));
        }
        for other in others {
            let (content, ty) = self.resolve_content(&other, body, root, pointer);
            let body = Body { variants: Vec::new(), whole: Some(ty), description: None, ..content };
            main.alternatives.push(AlternativeBody { media_type: other.sent_name, body });
        }
        Some(main)
    }

    /// The body of one media type, and its type as a whole.
    fn resolve_content(
        &mut self,
        sent: &Sent<'a>,
        body: &'a RequestBody,
        root: &Root,
        pointer: &str,
    ) -> (Body, TypeRef) {
        let Sent { encoding, name, media, json, .. } = sent;
        let site = Site::new(schema_pointer(pointer, name), root.clone(), "");
        let mut content = Body {
            encoding: encoding.clone(),
            fields: Vec::new(),
            media: None,
            required: body.required,
            description: body.description.clone(),
            variants: Vec::new(),
            whole: None,
            details: Details::default(),
            alternatives: Vec::new(),
        };
        if let BodyEncoding::Raw(_) = encoding {
            content.whole = Some(TypeRef::Binary);
            return (content, TypeRef::Binary);
        }
        let schema = media.schema.as_ref();
        let is_multipart = matches!(encoding, BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart);
        let is_form = is_multipart || *encoding == BodyEncoding::Form;
        let mut ty = schema.map_or(TypeRef::Json, |schema| self.resolve_type(schema, &site));
        let mut variants = self.resolve_variants(&ty, schema, &site);
        if let Some(schema) = schema.filter(|_| is_multipart) {
            self.mark_files(schema, &mut variants);
            ty = self.map_of_files(schema).filter(|_| variants.is_empty()).unwrap_or(ty);
        }
        if let Some(json) = json {
            self.add_json_properties(json, schema, &mut variants, root, pointer);
        }
        // The text of a URL-encoded form is sent as it is.
        let is_text = *encoding == BodyEncoding::Form && *ty.split_null().0 == TypeRef::String;
        if variants.is_empty() && is_form && !is_text && !self.is_object(&ty) {
            self.warn(
                Code::FORM_WITHOUT_MEMBERS,
                "the schema of this form is not an object, so its values have no names: a request fails unless its body is an \
                 object",
                &site.pointer,
                "list the properties of the form, with an action in the overlay",
            );
        }
        let whole = variants.is_empty().then(|| ty.clone());
        let media_pointer = pointer::parent(&site.pointer).map_or("", |(parent, _)| parent);
        content.fields = if is_form {
            let form =
                Form { is_multipart, variants: &variants, whole: whole.as_ref(), pointer: media_pointer };
            self.resolve_encodings(media, &form)
        } else {
            if !media.encoding.is_empty() {
                self.warn(
                    Code::FIELD_ENCODING,
                    format!("`encoding` has no effect: `{name}` is not a form"),
                    &format!("{media_pointer}/encoding"),
                    "remove it, or describe the body as a form, with an action in the overlay",
                );
            }
            Vec::new()
        };
        let json = json.map(|json| json.name).or((*encoding == BodyEncoding::Json).then_some(*name));
        content.media = json.and_then(|name| self.name_json(name, pointer));
        let details = schema.and_then(ReferenceOr::as_item).filter(|_| whole.is_some()).map(read_details);
        content.details = details.unwrap_or_default();
        (Body { variants, whole, ..content }, ty)
    }

    /// Whether the values of a type are objects.
    fn is_object(&self, ty: &TypeRef) -> bool {
        match ty.split_null().0 {
            TypeRef::JsonObject | TypeRef::SecretObject | TypeRef::Map(_) => true,
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::Object(_) => true,
                Shape::Union(union) => union.variants.iter().all(|variant| self.is_object(&variant.ty)),
                Shape::Alias(ty) => self.is_object(ty),
                Shape::OpenEnum(_) | Shape::Pending => false,
            },
            _ => false,
        }
    }

    /// Adds the properties that the JSON schema of a body has and its multipart schema does not have.
    fn add_json_properties(
        &mut self,
        json: &Offer<'a>,
        of_multipart: Option<&'a ReferenceOr<Schema>>,
        variants: &mut [BodyVariant],
        root: &Root,
        pointer: &str,
    ) {
        let Some(schema) = &json.media.schema else { return };
        let site = Site::new(schema_pointer(pointer, json.name), root.clone(), "");
        let ty = self.resolve_type(schema, &site);
        let mut differs = of_multipart != Some(schema);
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

    /// The variants of a body that is an object or a union of objects; none for other types.
    fn resolve_variants(
        &mut self,
        ty: &TypeRef,
        schema: Option<&'a ReferenceOr<Schema>>,
        site: &Site,
    ) -> Vec<BodyVariant> {
        if let Some(Properties { ty, fields, open, details }) = self.properties_of(ty) {
            let item = schema.and_then(ReferenceOr::as_item);
            let description = item.and_then(|item| item.schema_data.description.clone());
            let pointer = site.pointer.clone();
            return vec![BodyVariant {
                name: String::new(),
                ty,
                description,
                fields,
                open,
                details,
                pointer,
            }];
        }
        let (TypeRef::Named(id), _) = ty.split_null() else { return Vec::new() };
        let Shape::Union(union) = &self.api.get(*id).shape else { return Vec::new() };
        let variants = union.variants.iter().map(|variant| {
            let Properties { ty, mut fields, open, details } = self.properties_of(&variant.ty)?;
            fix_constants(&mut fields, &variant.constants);
            Some(BodyVariant {
                name: variant.name.clone(),
                ty,
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
            Shape::Object(Object { fields, open }) => Some(Properties {
                ty: *id,
                fields: fields.clone(),
                open: *open,
                details: def.details.clone(),
            }),
            Shape::Alias(ty) => self.properties_of(ty),
            _ => None,
        }
    }
}

/// The properties of an object type.
struct Properties {
    ty: TypeId,
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
    format!("{}/schema", content_pointer(operation, media_type))
}
