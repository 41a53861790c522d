//! Emits the builders of models, and the setters that they share with the builders of requests.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Context;
use super::aliases::{mark_deprecated, model_path, type_aliases};
use super::arguments::{Argument, setter_argument};
use super::field_docs::field_doc;
use super::pages::shorten_page;
use super::types::{box_path, ident};
use crate::analyze::{FieldFacts, Presence, Setter};
use crate::ir::{Field, Object, TypeId};
use crate::names::Alias;
use crate::names::generics::{REST, STATE, field_state};

/// The state in the type of a builder: which tracked fields are set.
pub(super) struct State {
    markers: Vec<String>,
}

impl State {
    /// The state of a builder whose tracked fields have these markers.
    pub(super) fn new(markers: impl IntoIterator<Item = String>) -> Self {
        Self { markers: markers.into_iter().collect() }
    }

    /// The state in which no field is set. It is a nested pair list, so that two impls of the runtime cover any length; the
    /// macro keeps the list on one line.
    pub(super) fn empty(&self) -> TokenStream {
        if self.markers.is_empty() {
            return quote!(());
        }
        let markers = self.markers.iter().map(|marker| ident(marker));
        quote!(rt::missing!(#(#markers),*))
    }

    /// The state parameter of the builder's type, with its default.
    pub(super) fn parameter(&self) -> TokenStream {
        let (state, empty) = (ident(STATE), self.empty());
        quote!(<#state = #empty>)
    }

    /// The state parameter as an argument.
    pub(super) fn argument(&self) -> TokenStream {
        let state = ident(STATE);
        quote!(<#state>)
    }

    /// The generics and the arguments of a method that takes the place of the last setters, and the arguments of the builder that
    /// it returns. None of these setters may be called before or after it.
    pub(super) fn without_last(&self, count: usize) -> (TokenStream, TokenStream, TokenStream) {
        let (first, last) = self.markers.split_at(self.markers.len().saturating_sub(count));
        if last.is_empty() {
            let state = self.argument();
            return (state.clone(), state.clone(), state);
        }
        let first: Vec<_> = (0..first.len()).map(|index| ident(&field_state(index))).collect();
        let list = |rest: TokenStream| first.iter().rev().fold(rest, |rest, state| quote!((#state, #rest)));
        let generics = (!first.is_empty()).then(|| quote!(<#(#first),*>));
        let missing = list(State::new(last.iter().cloned()).empty());
        let filled = list(quote!(()));
        (quote!(#generics), quote!(<#missing>), quote!(<#filled>))
    }

    /// The generics of the setter of the tracked field at `index`, and the state before and after it.
    fn transition(&self, index: usize) -> (TokenStream, TokenStream, TokenStream) {
        let before: Vec<_> = (0..index).map(|other| ident(&field_state(other))).collect();
        let marker = ident(self.markers.get(index).map_or("", String::as_str));
        let (rest, generic) = match self.markers.len() - index {
            1 => (quote!(()), None),
            _ => {
                let rest = ident(REST);
                (quote!(#rest), Some(quote!(#rest)))
            }
        };
        let state = |field: TokenStream| {
            before.iter().rev().fold(quote!((#field, #rest)), |rest, other| quote!((#other, #rest)))
        };
        let generics: Vec<_> = before.iter().map(|other| quote!(#other)).chain(generic).collect();
        (quote!(<#(#generics),*>), state(quote!(rt::Missing<fields::#marker>)), state(quote!(rt::Set)))
    }

    /// The setter of a tracked field, in an `impl` of its own, since it changes the type.
    fn required_setter(&self, builder: &str, index: usize, setter: &SetterParts) -> TokenStream {
        let builder = ident(builder);
        let (generics, before, after) = self.transition(index);
        let SetterParts { docs, name, generics: own, .. } = setter;
        let parameter = setter.parameter();
        let body = setter.body(&quote!(#builder));
        let aliases = setter.emit_aliases(&quote!(#builder<#after>));
        quote! {
            impl #generics #builder<#before> {
                #docs
                #[inline]
                pub fn #name #own(self #parameter) -> #builder<#after> {
                    #body
                }

                #aliases
            }
        }
    }
}

/// A longer expression would be broken within `self.0`.
const MAX_EXPRESSION: usize = 76;

/// The parts of a setter.
pub(super) struct SetterParts {
    pub(super) docs: TokenStream,
    pub(super) name: Ident,
    pub(super) generics: Option<TokenStream>,
    /// The type of the argument, if it has one.
    pub(super) ty: Option<TokenStream>,
    /// The value, computed from the argument.
    pub(super) value: TokenStream,
    pub(super) storage: Storage,
    /// Its old names.
    pub(super) aliases: Vec<Alias>,
}

/// Where a setter stores its value.
pub(super) enum Storage {
    /// In a request, by a method of its builder. The arguments before the value are followed by a comma.
    Request { method: Ident, arguments: TokenStream },
    /// In a field of a model, which the closure calls by this name.
    Model(Ident),
    /// In the box that such a field has.
    Boxed(Ident),
}

impl SetterParts {
    /// Adds the old names of a setter of the builder with this path.
    pub(super) fn with_aliases(mut self, cx: &Context<'_>, builder: &str) -> Self {
        if !cx.names.aliases.is_empty() {
            self.aliases = cx.names.aliases.find_item(&format!("{builder}.{}", self.name)).to_vec();
        }
        self
    }

    /// The parameter of the method after `self`.
    fn parameter(&self) -> Option<TokenStream> {
        let (name, ty) = (&self.name, self.ty.as_ref()?);
        Some(quote!(, #name: #ty))
    }

    /// The setters with the old names, which return `output` as the setter itself does.
    fn emit_aliases(&self, output: &TokenStream) -> TokenStream {
        let Self { name, generics, ty, .. } = self;
        let (parameter, argument) = (self.parameter(), ty.as_ref().map(|_| name));
        let aliases = self.aliases.iter().map(|alias| {
            let (attributes, old) = (mark_deprecated(alias, &name.to_string()), ident(&alias.name));
            quote! {
                #attributes
                #[inline]
                pub fn #old #generics(self #parameter) -> #output {
                    self.#name(#argument)
                }
            }
        });
        quote!(#(#aliases)*)
    }

    /// A setter that does not change the type of the builder.
    pub(super) fn untracked(&self) -> TokenStream {
        let Self { docs, name, generics, .. } = self;
        let parameter = self.parameter();
        let body = self.body(&quote!(Self));
        let aliases = self.emit_aliases(&quote!(Self));
        quote! {
            #docs
            #[inline]
            pub fn #name #generics(self #parameter) -> Self {
                #body
            }

            #aliases
        }
    }

    /// The body of the setter, which returns the builder that `constructor` creates.
    fn body(&self, constructor: &TokenStream) -> TokenStream {
        let Self { name, value, .. } = self;
        let expression = self.store(constructor, value);
        let length = expression.to_string().chars().filter(|c| !c.is_whitespace()).count();
        if length <= MAX_EXPRESSION || *name == value.to_string() {
            return expression;
        }
        let expression = self.store(constructor, &quote!(value));
        quote!(let value = #value; #expression)
    }

    fn store(&self, constructor: &TokenStream, value: &TokenStream) -> TokenStream {
        let name = &self.name;
        match &self.storage {
            Storage::Request { method, arguments } => quote!(#constructor(self.0.#method(#arguments #value))),
            Storage::Model(model) => quote!(#constructor(self.0.set(|#model| #model.#name = #value))),
            Storage::Boxed(model) => quote!(#constructor(self.0.set(|#model| *#model.#name = #value))),
        }
    }
}

/// All setters of a builder, with the marker of each tracked field.
pub(super) struct Setters(pub(super) Vec<(Option<String>, SetterParts)>);

impl Setters {
    /// The state of the builder.
    pub(super) fn state(&self) -> State {
        State::new(self.0.iter().filter_map(|(marker, _)| marker.clone()))
    }

    /// The `impl`s that hold the setters.
    pub(super) fn emit(&self, builder: &str) -> TokenStream {
        let state = self.state();
        let (tracked, untracked): (Vec<_>, Vec<_>) = self.0.iter().partition(|(marker, _)| marker.is_some());
        let tracked = tracked.into_iter().enumerate();
        let tracked = tracked.map(|(index, (_, setter))| state.required_setter(builder, index, setter));
        let untracked: Vec<_> = untracked.into_iter().map(|(_, setter)| setter.untracked()).collect();
        let (name, generic) = (ident(builder), ident(STATE));
        let untracked =
            (!untracked.is_empty()).then(|| quote!(impl<#generic> #name<#generic> { #(#untracked)* }));
        quote!(#(#tracked)* #untracked)
    }
}

/// The marker of a field if its setter is tracked; nothing for a field without a setter.
#[allow(clippy::option_option, reason = "a setter without a marker is not the same as no setter")]
pub(super) fn marker(cx: &Context<'_>, wire: &str, setter: Setter) -> Option<Option<String>> {
    match setter {
        Setter::Required => Some(Some(cx.names.marker(wire).to_owned())),
        Setter::Untracked | Setter::Optional | Setter::OnlyValue => Some(None),
        Setter::Argument | Setter::Fixed | Setter::None => None,
    }
}

/// The builder of an object that goes into requests.
pub(super) fn emit_model_builder(cx: &Context<'_>, id: TypeId, object: &Object) -> TokenStream {
    let (model_name, builder_name) = (cx.names.ty(id), cx.names.builder(id));
    let (model, builder) = (ident(model_name), ident(builder_name));
    let setters = named_fields(cx, id, object).filter_map(|(index, field, name, facts)| {
        let marker = marker(cx, &field.name, facts.setter)?;
        let setter = model_setter(cx, (id, index), field, name, facts);
        Some((marker, setter.with_aliases(cx, &model_path(cx, id, model_name))))
    });
    let setters = Setters(setters.collect());
    let state = setters.state();
    let aliases = type_aliases(
        cx,
        &model_path(cx, id, builder_name),
        builder_name,
        Some((&state.parameter(), state.argument())),
    );
    let (parameter, empty, setters) = (state.parameter(), state.empty(), setters.emit(builder_name));
    let start = initial_builder(cx, id, object, &builder);
    let (about, page) = (cx.docs.add(&[format!("Builds [`{model_name}`].")]), shorten_page());
    let begin = cx.docs.add(&[
        "Starts without any field set. `build` compiles once every required field is set.".to_owned(),
    ]);
    quote! {
        #about
        #page
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

        #setters

        rt::model_builder!(#builder => #model);

        #aliases
    }
}

/// The fields of an object with their indices, names and facts.
fn named_fields<'a>(
    cx: &Context<'a>,
    id: TypeId,
    object: &'a Object,
) -> impl Iterator<Item = (usize, &'a Field, &'a str, FieldFacts)> {
    let names = cx.names.members_of(id).iter().map(String::as_str);
    let fields = object.fields.iter().zip(names).zip(cx.facts.fields_of(id)).enumerate();
    fields.map(|(index, ((field, name), facts))| (index, field, name, *facts))
}

/// The initial builder, in which the fields with only one value are set.
fn initial_builder(cx: &Context<'_>, id: TypeId, object: &Object, builder: &Ident) -> TokenStream {
    let sets = named_fields(cx, id, object).filter_map(|(_, field, name, facts)| {
        let value = constant_value(field).filter(|_| facts.setter == Setter::Fixed)?;
        let name = ident(name);
        let value = if field.ty.split_null().1 { quote!(Some(#value)) } else { value };
        let value = if facts.presence.is_optional() { quote!(Some(#value)) } else { value };
        Some(quote!((|model| model.#name = #value)))
    });
    let sets: Vec<TokenStream> = sets.collect();
    match sets.split_last() {
        None => quote!(#builder(rt::ModelBuilder::new())),
        // The closures need the type of the model, and each call the next state, before inference has found them.
        Some((last, sets)) => {
            let model = ident(cx.names.ty(id));
            quote!(#builder(rt::ModelBuilder::<#model, ()>::new() #(.set::<()> #sets)* .set #last))
        }
    }
}

/// The only value of a field, as an expression.
pub(super) fn constant_value(field: &Field) -> Option<TokenStream> {
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

fn model_setter(
    cx: &Context<'_>,
    place: (TypeId, usize),
    field: &Field,
    name: &str,
    facts: FieldFacts,
) -> SetterParts {
    let name = ident(name);
    let only = constant_value(field).filter(|_| facts.setter == Setter::OnlyValue);
    let Argument { generics, ty, mut value } =
        only.map_or_else(|| setter_argument(cx, &field.ty, &name), Argument::only_value);
    let path = box_path(cx, place.0, place.1, &quote!(crate));
    // The box of a field that is always present is filled in place.
    let fills_box = path.is_some() && facts.presence == Presence::Required;
    if let Some(path) = path.filter(|_| !fills_box) {
        let is_nullable = field.ty.split_null().1;
        value = if is_nullable { quote!(#value.map(#path::new)) } else { quote!(#path::new(#value)) };
    }
    if facts.presence.is_optional() {
        value = quote!(Some(#value));
    }
    // The closure must not shadow the argument of a field called `model`.
    let model = ident(if name == "model" { "target" } else { "model" });
    SetterParts {
        docs: field_doc(cx, field),
        generics,
        ty,
        value,
        storage: if fills_box { Storage::Boxed(model) } else { Storage::Model(model) },
        aliases: Vec::new(),
        name,
    }
}
