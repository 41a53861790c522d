//! Emits the values of contract calls, by type.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::analyze::Setter;
use crate::emit::{Context, box_path, ident, is_constrained, is_payload};
use crate::ir::{Field, Parameter, ParameterLocation, Shape, TypeId, TypeRef};

/// Which alternative to use where there are several.
#[derive(Clone, Copy)]
pub(super) struct Round {
    /// The index of the variant of each union, modulo the number of variants.
    pub(super) pick: usize,
    /// The depth at which nullable fields are `null`.
    pub(super) null_at: Option<usize>,
}

/// Emits values and records which alternatives exist.
pub(super) struct ValueEmitter<'a> {
    pub(super) cx: &'a Context<'a>,
    /// The depths at which there are nullable fields.
    pub(super) nullable_depths: BTreeSet<usize>,
    /// The largest number of variants of a union.
    pub(super) variants: usize,
    /// Whether the body is a form whose fields may be files.
    pub(super) takes_files: bool,
    round: Round,
    depth: usize,
    /// The types that contain the current value, to detect recursion.
    enclosing: Vec<TypeId>,
}

impl<'a> ValueEmitter<'a> {
    pub(super) fn new(cx: &'a Context<'a>, round: Round) -> Self {
        Self {
            cx,
            nullable_depths: BTreeSet::new(),
            variants: 1,
            takes_files: false,
            round,
            depth: 0,
            enclosing: Vec::new(),
        }
    }

    /// The value of a parameter. Strings in paths and queries contain characters that must be escaped.
    pub(super) fn emit_parameter(&mut self, parameter: &Parameter) -> TokenStream {
        let field = &parameter.field;
        let escaped = match parameter.location {
            ParameterLocation::Path | ParameterLocation::Query => format!("{} /?#%&=+é", field.name),
            ParameterLocation::Header | ParameterLocation::Cookie => field.name.clone(),
        };
        let (inner, _) = field.ty.split_null();
        match inner {
            TypeRef::String | TypeRef::Id(_) | TypeRef::Secret => quote!(#escaped),
            TypeRef::List(item) if matches!(**item, TypeRef::String | TypeRef::Id(_)) => {
                let second = format!("{escaped},2");
                quote!([#escaped, #second])
            }
            other => self.emit_convertible(other, &field.name, Some(field)),
        }
    }

    /// The call of a field's setter; `None` for a field without a setter, and for an optional one of a recursive type.
    pub(super) fn emit_setter_call(
        &mut self,
        field: &Field,
        name: &str,
        setter: Setter,
    ) -> Option<TokenStream> {
        if matches!(setter, Setter::Fixed | Setter::None) || (!field.required && self.is_recursive(&field.ty))
        {
            return None;
        }
        let name = ident(name);
        if setter == Setter::OnlyValue {
            return Some(quote!(.#name()));
        }
        let (inner, nullable) = field.ty.split_null();
        if nullable {
            self.nullable_depths.insert(self.depth);
        }
        let value = match constant_value(field) {
            _ if nullable && self.round.null_at == Some(self.depth) => {
                let package = self.package();
                quote!(#package::Null)
            }
            Some(value) => value,
            None => self.emit_convertible(inner, &field.name, Some(field)),
        };
        Some(quote!(.#name(#value)))
    }

    fn is_recursive(&self, ty: &TypeRef) -> bool {
        let mut recursive = false;
        ty.for_each_named(true, &mut |id, _| recursive |= self.enclosing.contains(&id));
        recursive
    }

    fn package(&self) -> proc_macro2::Ident {
        ident(&self.cx.names.library)
    }

    /// A value that relies on the conversion of a setter, as a user would write it.
    fn emit_convertible(&mut self, ty: &TypeRef, name: &str, field: Option<&Field>) -> TokenStream {
        match ty {
            // Files are parts of a form; inside an object they are text.
            TypeRef::Binary if self.takes_files && self.depth == 0 => {
                let bytes = Literal::byte_string(name.as_bytes());
                quote!(#bytes.as_slice())
            }
            TypeRef::File => self.emit_exact(ty, name, field),
            TypeRef::String | TypeRef::Secret | TypeRef::Id(_) | TypeRef::Binary => {
                let text = string_value(name, field);
                quote!(#text)
            }
            TypeRef::List(inner) => {
                let items = self.emit_items(inner, name);
                quote!([#(#items),*])
            }
            TypeRef::JsonObject | TypeRef::SecretObject => {
                let package = self.package();
                quote!([(#name, #package::Value::from(#name))])
            }
            TypeRef::Map(inner) => {
                let value = self.emit_map_value(inner, name);
                quote!([(#name, #value)])
            }
            other => self.emit_exact(other, name, field),
        }
    }

    /// The items of a list: two if they are strings or enum values, otherwise one.
    fn emit_items(&mut self, inner: &TypeRef, name: &str) -> Vec<TokenStream> {
        match inner {
            other if self.is_recursive(other) => Vec::new(),
            TypeRef::String | TypeRef::Id(_) => {
                let second = format!("{name} 2");
                vec![quote!(#name), quote!(#second)]
            }
            TypeRef::Named(id) if matches!(self.cx.api.get(*id).shape, Shape::OpenEnum(_)) => {
                let first = self.emit_exact(inner, name, None);
                self.round.pick += 1;
                let second = self.emit_exact(inner, name, None);
                self.round.pick -= 1;
                vec![first, second]
            }
            other => vec![self.emit_exact(other, name, None)],
        }
    }

    /// A value of exactly this type.
    pub(super) fn emit_exact(&mut self, ty: &TypeRef, name: &str, field: Option<&Field>) -> TokenStream {
        let package = self.package();
        match ty {
            TypeRef::Nullable(inner) => {
                let value = self.emit_exact(inner, name, field);
                quote!(Some(#value))
            }
            TypeRef::Named(id) => self.emit_named(*id, name),
            TypeRef::Id(index) => {
                let id = ident(self.cx.api.ids.get(*index).map_or("String", |id| id.name.as_str()));
                let text = string_value(name, field);
                quote!(#package::ids::#id::from(#text))
            }
            TypeRef::Secret => quote!(#package::Secret::from(#name)),
            TypeRef::String | TypeRef::Binary => {
                let text = string_value(name, field);
                quote!(String::from(#text))
            }
            // A text, so that a body that may be JSON is.
            TypeRef::File => {
                let text = string_value(name, field);
                quote!(#package::FilePart::text(#text))
            }
            TypeRef::Integer => integer_value(name, field),
            TypeRef::Unsigned => quote!(18_446_744_073_709_551_615_u64),
            TypeRef::Decimal => {
                let text = decimal_value(name, field);
                quote!(parse_decimal(#text))
            }
            TypeRef::Float => quote!(1.5),
            TypeRef::Boolean => quote!(true),
            TypeRef::DateTime => quote!(parse_date_time("2026-01-31T09:30:00.123456+05:30")),
            TypeRef::Date => quote!(parse_date("2026-01-31")),
            TypeRef::Json => quote!(#package::Value::from(#name)),
            TypeRef::SecretObject => {
                let object = self.emit_exact(&TypeRef::JsonObject, name, field);
                quote!(#package::SecretObject::from(#object))
            }
            TypeRef::JsonObject => {
                quote!(#package::Map::from_iter([(String::from(#name), #package::Value::from(#name))]))
            }
            TypeRef::List(inner) => {
                let value = self.emit_exact(inner, name, None);
                quote!(vec![#value])
            }
            TypeRef::Map(inner) => {
                let value = self.emit_map_value(inner, name);
                quote!(#package::Map::from_iter([(String::from(#name), #value)]))
            }
        }
    }

    /// A value of a map. It is one level below the map, which may be `null` itself.
    fn emit_map_value(&mut self, ty: &TypeRef, name: &str) -> TokenStream {
        self.depth += 1;
        let value = self.emit_exact(ty, name, None);
        let is_nullable = ty.split_null().1;
        if is_nullable {
            self.nullable_depths.insert(self.depth);
        }
        let is_null = is_nullable && self.round.null_at == Some(self.depth);
        self.depth -= 1;
        // `None` alone would have no type.
        if is_null { quote!(#value.filter(|_| false)) } else { value }
    }

    fn emit_named(&mut self, id: TypeId, name: &str) -> TokenStream {
        let cx = self.cx;
        let (package, type_name) = (self.package(), ident(cx.names.ty(id)));
        let module = ident(if is_payload(cx, id) { "webhooks" } else { "models" });
        let members = cx.names.members.get(id.0).map_or(&[][..], Vec::as_slice);
        match &cx.api.get(id).shape {
            Shape::OpenEnum(_) => {
                let member = members.iter().cycle().nth(self.round.pick).map(|member| ident(member));
                quote!(#package::#module::#type_name::#member)
            }
            Shape::Object(object) => {
                self.enclosing.push(id);
                self.depth += 1;
                let fields = object.fields.iter().zip(members).zip(cx.facts.fields_of(id));
                let sets = fields
                    .filter_map(|((field, name), facts)| self.emit_setter_call(field, name, facts.setter));
                let sets: Vec<_> = sets.collect();
                self.depth -= 1;
                self.enclosing.pop();
                quote!(#package::#module::#type_name::builder() #(#sets)* .build())
            }
            Shape::Union(union) => {
                self.variants = self.variants.max(union.variants.len());
                let index = self.round.pick % union.variants.len().max(1);
                let Some((variant, member)) = union.variants.get(index).zip(members.get(index)) else {
                    return TokenStream::new();
                };
                let member = ident(member);
                let value = self.emit_exact(&variant.ty, name, None);
                let value = match box_path(cx, id, index, &quote!(#package)) {
                    Some(path) => quote!(#path::new(#value)),
                    None => value,
                };
                quote!(#package::#module::#type_name::#member(#value))
            }
            Shape::Alias(ty) => match cx.api.get(id).constant.as_ref().and_then(serde_json::Value::as_str) {
                Some(only) => quote!(String::from(#only)),
                None => self.emit_exact(ty, name, None),
            },
            Shape::Pending => TokenStream::new(),
        }
    }
}

/// Whether the document limits the values of a field. The rules for values ignore limits, so a fixed value is used.
fn is_limited(field: Option<&Field>) -> bool {
    field.is_some_and(|field| is_constrained(&field.details))
}

fn string_value(name: &str, field: Option<&Field>) -> String {
    match field.and_then(|field| field.details.constraints.format.as_deref()) {
        Some("email") => "bounded@example.com".to_owned(),
        _ if is_limited(field) => "bounded".to_owned(),
        _ => name.to_owned(),
    }
}

fn integer_value(name: &str, field: Option<&Field>) -> TokenStream {
    let number = if is_limited(field) {
        7
    } else {
        9_007_199_254_740_993 + i64::try_from(name.len()).unwrap_or_default()
    };
    let literal = Literal::i64_suffixed(number);
    quote!(#literal)
}

fn decimal_value(name: &str, field: Option<&Field>) -> String {
    if is_limited(field) { "0.1".to_owned() } else { format!("12345678901234{}.89", 100 + name.len()) }
}

/// The constant of a field, if there is one.
fn constant_value(field: &Field) -> Option<TokenStream> {
    match field.constant.as_ref()? {
        serde_json::Value::String(text) => Some(quote!(#text)),
        serde_json::Value::Bool(value) => Some(quote!(#value)),
        serde_json::Value::Number(number) => {
            let literal = Literal::i64_unsuffixed(number.as_i64()?);
            Some(quote!(#literal))
        }
        _ => None,
    }
}
