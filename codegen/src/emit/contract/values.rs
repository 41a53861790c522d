//! Values for contract calls, by the type of what they are for.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::Context;
use super::super::constraint_docs::is_constrained;
use super::super::types::{ident, is_payload};
use crate::analyze::Setter;
use crate::ir::{Field, Location, Parameter, Shape, TypeId, TypeRef};

/// What is chosen where there is a choice.
#[derive(Clone, Copy)]
pub(super) struct Round {
    /// Which variant of each union, counted round.
    pub(super) pick: usize,
    /// The depth at which members that may be `null` are.
    pub(super) null_at: Option<usize>,
}

/// Makes values, and notes what there was to choose.
pub(super) struct Filling<'a> {
    pub(super) cx: &'a Context<'a>,
    /// The depths at which there are members that may be `null`.
    pub(super) nullable_depths: BTreeSet<usize>,
    /// The most variants that a union had.
    pub(super) variants: usize,
    round: Round,
    depth: usize,
    /// The types inside which the value stands.
    open: Vec<TypeId>,
}

impl<'a> Filling<'a> {
    pub(super) fn new(cx: &'a Context<'a>, round: Round) -> Self {
        Self { cx, nullable_depths: BTreeSet::new(), variants: 1, round, depth: 0, open: Vec::new() }
    }

    /// The value of a parameter: texts are such as must be escaped where they stand.
    pub(super) fn parameter(&mut self, parameter: &Parameter) -> TokenStream {
        let field = &parameter.field;
        let escaped = match parameter.location {
            Location::Path | Location::Query => format!("{} /?#%&=+é", field.name),
            Location::Header | Location::Cookie => field.name.clone(),
        };
        let (inner, _) = field.ty.split_null();
        match inner {
            TypeRef::String | TypeRef::Id(_) | TypeRef::Secret => quote!(#escaped),
            TypeRef::List(item) if matches!(**item, TypeRef::String | TypeRef::Id(_)) => {
                let second = format!("{escaped},2");
                quote!([#escaped, #second])
            }
            other => self.setter_value(other, &field.name, Some(field)),
        }
    }

    /// The call of a member's setter; nothing for a member that nobody sets, or that leads back to where it stands.
    pub(super) fn member(&mut self, field: &Field, name: &str, setter: Setter) -> Option<TokenStream> {
        if matches!(setter, Setter::Fixed | Setter::None) || (!field.required && self.leads_back(&field.ty)) {
            return None;
        }
        let name = ident(name);
        let (inner, nullable) = field.ty.split_null();
        if nullable {
            self.nullable_depths.insert(self.depth);
        }
        let value = match constant(field) {
            Some(value) => value,
            None if nullable && self.round.null_at == Some(self.depth) => {
                let package = self.package();
                quote!(#package::Null)
            }
            None => self.setter_value(inner, &field.name, Some(field)),
        };
        Some(quote!(.#name(#value)))
    }

    fn leads_back(&self, ty: &TypeRef) -> bool {
        let mut back = false;
        ty.for_each_named(true, &mut |id, _| back |= self.open.contains(&id));
        back
    }

    fn package(&self) -> proc_macro2::Ident {
        ident(&self.cx.names.library)
    }

    /// A value that needs a setter's conversion, as a person would write it.
    fn setter_value(&mut self, ty: &TypeRef, name: &str, field: Option<&Field>) -> TokenStream {
        match ty {
            TypeRef::String | TypeRef::Secret | TypeRef::Id(_) => {
                let text = text(name, field);
                quote!(#text)
            }
            TypeRef::Binary => {
                let octets = Literal::byte_string(name.as_bytes());
                quote!(#octets.as_slice())
            }
            TypeRef::List(inner) => {
                let items = self.items(inner, name);
                quote!([#(#items),*])
            }
            TypeRef::JsonObject => {
                let package = self.package();
                quote!([(#name, #package::Value::from(#name))])
            }
            TypeRef::Map(inner) => {
                let value = self.exact(inner, name, None);
                quote!([(#name, #value)])
            }
            other => self.exact(other, name, field),
        }
    }

    /// The items of a list: two where they are short.
    fn items(&mut self, inner: &TypeRef, name: &str) -> Vec<TokenStream> {
        match inner {
            other if self.leads_back(other) => Vec::new(),
            TypeRef::String | TypeRef::Id(_) => {
                let second = format!("{name} 2");
                vec![quote!(#name), quote!(#second)]
            }
            TypeRef::Named(id) if matches!(self.cx.api.get(*id).shape, Shape::StringEnum(_)) => {
                let first = self.exact(inner, name, None);
                self.round.pick += 1;
                let second = self.exact(inner, name, None);
                self.round.pick -= 1;
                vec![first, second]
            }
            other => vec![self.exact(other, name, None)],
        }
    }

    /// A value of exactly this type.
    pub(super) fn exact(&mut self, ty: &TypeRef, name: &str, field: Option<&Field>) -> TokenStream {
        let package = self.package();
        match ty {
            TypeRef::Nullable(inner) => {
                let value = self.exact(inner, name, field);
                quote!(Some(#value))
            }
            TypeRef::Named(id) => self.named(*id, name),
            TypeRef::Id(index) => {
                let id = ident(self.cx.api.ids.get(*index).map_or("String", |id| id.name.as_str()));
                let text = text(name, field);
                quote!(#package::ids::#id::from(#text))
            }
            TypeRef::Secret => quote!(#package::Secret::from(#name)),
            TypeRef::String | TypeRef::Binary => {
                let text = text(name, field);
                quote!(String::from(#text))
            }
            TypeRef::Integer => integer(name, field),
            TypeRef::Decimal => {
                let text = number(name, field);
                quote!(decimal(#text))
            }
            TypeRef::Float => quote!(1.5),
            TypeRef::Boolean => quote!(true),
            TypeRef::DateTime => quote!(instant("2026-01-31T09:30:00.123456+05:30")),
            TypeRef::Date => quote!(date("2026-01-31")),
            TypeRef::Json => quote!(#package::Value::from(#name)),
            TypeRef::JsonObject => {
                quote!(#package::Object::from_iter([(String::from(#name), #package::Value::from(#name))]))
            }
            TypeRef::List(inner) => {
                let value = self.exact(inner, name, None);
                quote!(vec![#value])
            }
            TypeRef::Map(inner) => {
                let value = self.exact(inner, name, None);
                quote!(#package::Map::from_iter([(String::from(#name), #value)]))
            }
        }
    }

    fn named(&mut self, id: TypeId, name: &str) -> TokenStream {
        let cx = self.cx;
        let (package, own) = (self.package(), ident(cx.names.ty(id)));
        let module = ident(if is_payload(cx, id) { "webhooks" } else { "models" });
        let members = cx.names.members.get(id.0).map_or(&[][..], Vec::as_slice);
        match &cx.api.get(id).shape {
            Shape::StringEnum(_) => {
                let member = members.iter().cycle().nth(self.round.pick).map(|member| ident(member));
                quote!(#package::#module::#own::#member)
            }
            Shape::Object(object) => {
                self.open.push(id);
                self.depth += 1;
                let fields = object.fields.iter().zip(members).zip(cx.facts.fields_of(id));
                let sets = fields.filter_map(|((field, name), facts)| self.member(field, name, facts.setter));
                let sets: Vec<_> = sets.collect();
                self.depth -= 1;
                self.open.pop();
                quote!(#package::#module::#own::builder() #(#sets)* .build())
            }
            Shape::Union(union) => {
                self.variants = self.variants.max(union.variants.len());
                let place = self.round.pick % union.variants.len().max(1);
                let Some((variant, member)) = union.variants.get(place).zip(members.get(place)) else {
                    return TokenStream::new();
                };
                let member = ident(member);
                let value = self.exact(&variant.ty, name, None);
                let boxed = cx.facts.boxed.contains(&(id, place));
                let value = if boxed { quote!(Box::new(#value)) } else { value };
                quote!(#package::#module::#own::#member(#value))
            }
            Shape::Alias(ty) => match cx.api.get(id).constant.as_ref().and_then(serde_json::Value::as_str) {
                Some(only) => quote!(String::from(#only)),
                None => self.exact(ty, name, None),
            },
            Shape::Pending => TokenStream::new(),
        }
    }
}

/// Whether the document sets a bound to a member, which the rules for values do not know.
fn bounded(field: Option<&Field>) -> bool {
    field.is_some_and(|field| is_constrained(&field.details))
}

fn text(name: &str, field: Option<&Field>) -> String {
    if bounded(field) { "bounded".to_owned() } else { name.to_owned() }
}

fn integer(name: &str, field: Option<&Field>) -> TokenStream {
    let number = if bounded(field) {
        7
    } else {
        9_007_199_254_740_993 + i64::try_from(name.len()).unwrap_or_default()
    };
    let literal = Literal::i64_suffixed(number);
    quote!(#literal)
}

fn number(name: &str, field: Option<&Field>) -> String {
    if bounded(field) { "0.1".to_owned() } else { format!("12345678901234{}.89", 100 + name.len()) }
}

/// The one value of a member that may be left out.
fn constant(field: &Field) -> Option<TokenStream> {
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
