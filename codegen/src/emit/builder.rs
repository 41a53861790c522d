//! Builders: of the objects in requests, and the setters that they share with the builders of calls.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs::doc;
use super::models::{field_doc, presence};
use super::types::{argument, ident};
use super::{Context, marker};
use crate::ir::{Field, Object, TypeId};

/// The most fields that the type of a builder can keep account of; the server says so if one beyond them is missing.
pub(super) const PLACES: usize = 64;

/// The members that a caller has to set.
pub(super) fn required(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| settable(field) && field.required).take(PLACES)
}

/// Whether a caller sets the member: not if the server alone gives it, nor if it has one value only.
pub(super) fn settable(field: &Field) -> bool {
    let fixed = field.required && field.constant.is_some();
    !field.read_only && !fixed
}

/// Whether a member that a caller sets comes after the last place, so that only the server can say that it is missing.
pub(super) fn beyond(cx: &Context<'_>, id: TypeId, place: usize) -> bool {
    let crate::ir::Shape::Object(object) = &cx.api.get(id).shape else { return false };
    let before = object.fields.iter().take(place).filter(|field| field.required && settable(field)).count();
    before >= PLACES && object.fields.get(place).is_some_and(settable)
}

/// The state of a builder: a place for each required field.
pub(super) struct State {
    places: Vec<String>,
}

impl State {
    pub(super) fn new(places: impl IntoIterator<Item = String>) -> Self {
        Self { places: places.into_iter().collect() }
    }

    /// The state in which nothing is set: pairs in pairs, so that two impls of the runtime serve any number.
    pub(super) fn empty(&self) -> TokenStream {
        self.places.iter().rev().fold(quote!(()), |rest, place| {
            let name = ident(place);
            quote!((rt::Missing<fields::#name>, #rest))
        })
    }

    /// The state parameter of the builder's type, with its default.
    pub(super) fn parameter(&self) -> TokenStream {
        let empty = self.empty();
        quote!(<S = #empty>)
    }

    /// The generics, the state before and the state after the setter of the place at `index`.
    fn transition(&self, index: usize) -> (TokenStream, TokenStream, TokenStream) {
        let before: Vec<_> = (0..index).map(|place| format_ident!("S{place}")).collect();
        let name = ident(self.places.get(index).map_or("", String::as_str));
        let (rest, generic) = match self.places.len() - index {
            1 => (quote!(()), None),
            _ => (quote!(Rest), Some(quote!(Rest))),
        };
        let state = |own: TokenStream| {
            before.iter().rev().fold(quote!((#own, #rest)), |rest, place| quote!((#place, #rest)))
        };
        let generics: Vec<_> = before.iter().map(|place| quote!(#place)).chain(generic).collect();
        (quote!(<#(#generics),*>), state(quote!(rt::Missing<fields::#name>)), state(quote!(rt::Set)))
    }

    /// A setter of a required field, in an `impl` of its own, since it changes the type.
    pub(super) fn required_setter(&self, builder: &str, index: usize, setter: &Setter) -> TokenStream {
        let builder = ident(builder);
        let (generics, before, after) = self.transition(index);
        let Setter { docs, name, generics: own, ty, body } = setter;
        quote! {
            impl #generics #builder<#before> {
                #docs
                #[inline]
                pub fn #name #own(self, #name: #ty) -> #builder<#after> {
                    #builder(#body)
                }
            }
        }
    }
}

/// The parts of a setter.
pub(super) struct Setter {
    pub(super) docs: TokenStream,
    pub(super) name: proc_macro2::Ident,
    pub(super) generics: Option<TokenStream>,
    pub(super) ty: TokenStream,
    /// What becomes the builder's only field.
    pub(super) body: TokenStream,
}

impl Setter {
    /// A setter of an optional field.
    pub(super) fn optional(&self, builder: &str) -> TokenStream {
        let builder = ident(builder);
        let Self { docs, name, generics, ty, body } = self;
        quote! {
            #docs
            #[inline]
            pub fn #name #generics(self, #name: #ty) -> Self {
                #builder(#body)
            }
        }
    }
}

/// The builder of an object that goes into requests.
pub(super) fn model_builder(cx: &Context<'_>, id: TypeId, object: &Object) -> TokenStream {
    let model_name = cx.names.ty(id);
    let builder_name = format!("{model_name}Builder");
    let (model, builder) = (ident(model_name), ident(&builder_name));
    let state = State::new(required(&object.fields).map(|field| marker(&field.name)));
    let (parameter, empty) = (state.parameter(), state.empty());
    let names = cx.names.members.get(id.0).map_or(&[][..], Vec::as_slice);
    let mut place = 0;
    let mut optional = Vec::new();
    let mut needed = Vec::new();
    for (index, (field, name)) in object.fields.iter().zip(names).enumerate() {
        if !settable(field) {
            continue;
        }
        let setter = model_setter(cx, id, index, field, name);
        if field.required && place < PLACES {
            needed.push(state.required_setter(&builder_name, place, &setter));
            place += 1;
        } else {
            optional.push(setter.optional(&builder_name));
        }
    }
    let optional = (!optional.is_empty()).then(|| quote!(impl<S> #builder<S> { #(#optional)* }));
    let start = start(cx, id, object, &builder);
    let about = doc(&[format!("Builds [`{model_name}`].")]);
    let begin = doc(&["Starts with nothing set; `build` compiles once all required members are.".to_owned()]);
    quote! {
        #about
        #[derive(Clone, Debug)]
        #[must_use = "a builder does nothing until it is built"]
        pub struct #builder #parameter(rt::ModelBuilder<#model, S>);

        impl #model {
            #begin
            #[inline]
            pub fn builder() -> #builder<#empty> {
                #start
            }
        }

        #(#needed)*

        #optional

        rt::model_builder!(#builder => #model);
    }
}

/// The empty builder, with the members that have one value only.
fn start(cx: &Context<'_>, id: TypeId, object: &Object, builder: &proc_macro2::Ident) -> TokenStream {
    let names = cx.names.members.get(id.0).map_or(&[][..], Vec::as_slice);
    let fields = object.fields.iter().zip(names).enumerate();
    let constants = fields.filter(|(_, (field, _))| field.required && !field.read_only);
    let sets = constants.filter_map(|(index, (field, name))| {
        let value = constant(field)?;
        let name = ident(name);
        let value = if field.ty.split_null().1 { quote!(Some(#value)) } else { value };
        let value = if presence(cx, id, index, field) == "required" { value } else { quote!(Some(#value)) };
        Some(quote!((|model| model.#name = #value)))
    });
    let sets: Vec<TokenStream> = sets.collect();
    match sets.split_last() {
        None => quote!(#builder(rt::ModelBuilder::new())),
        // A closure wants to know the type of the model, and each call the state after it, before the whole does.
        Some((last, sets)) => {
            let model = ident(cx.names.ty(id));
            quote!(#builder(rt::ModelBuilder::<#model, ()>::new() #(.set::<()> #sets)* .set #last))
        }
    }
}

/// The one value of a member, as Rust.
pub(super) fn constant(field: &Field) -> Option<TokenStream> {
    use serde_json::Value;
    Some(match field.constant.as_ref()? {
        Value::String(text) => quote!(#text.into()),
        Value::Bool(value) => quote!(#value),
        Value::Number(number) => {
            let literal = proc_macro2::Literal::i64_unsuffixed(number.as_i64()?);
            quote!(#literal)
        }
        _ => return None,
    })
}

fn model_setter(cx: &Context<'_>, id: TypeId, index: usize, field: &Field, name: &str) -> Setter {
    let name = ident(name);
    let argument = argument(cx, &field.ty, &name);
    let mut value = argument.value;
    if cx.facts.boxed.contains(&(id, index)) {
        value = if field.ty.split_null().1 { quote!(#value.map(Box::new)) } else { quote!(Box::new(#value)) };
    }
    if presence(cx, id, index, field) != "required" {
        value = quote!(Some(#value));
    }
    // The argument of a member called `model` must not be shadowed.
    let target = ident(if name == "model" { "target" } else { "model" });
    Setter {
        docs: field_doc(cx, field),
        generics: argument.generics,
        ty: argument.ty,
        body: quote!(self.0.set(|#target| #target.#name = #value)),
        name,
    }
}
