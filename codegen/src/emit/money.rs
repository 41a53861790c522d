//! Emits what structs with amounts of money have besides their fields: methods and conversions.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Context;
use super::types::ident;
use crate::analyze::Presence;
use crate::ir::TypeId;
use crate::money::MoneyCurrency;

/// The feature of the runtime with the type for money. The macros of the runtime are empty without it.
pub(super) const FEATURE: &str = "money";

/// The methods of a struct for its amounts, or its conversions if it is an amount.
pub(super) fn emit_money(cx: &Context<'_>, id: TypeId) -> Option<TokenStream> {
    let name = ident(cx.names.ty(id));
    let members = cx.names.members_of(id);
    let member = |index: usize| members.get(index).map(|name| ident(name));
    if let Some(object) = cx.amounts.objects.get(&id) {
        let (amount, currency) = (member(object.amount)?, member(object.currency)?);
        let decimals = object.decimals.iter().map(|index| member(*index)).collect::<Option<Vec<_>>>()?;
        return Some(quote!(rt::money_object!(#name { #amount, #currency } [#(#decimals),*]);));
    }
    let rows = cx.amounts.fields.get(&id)?.iter().filter_map(|field| {
        let (amount, presence) = (member(field.field)?, presence_word(cx, id, field.field)?);
        let method = format_ident!("{}_money", amount.to_string().trim_start_matches("r#"));
        let currency = match &field.currency {
            MoneyCurrency::Object => quote!([object]),
            MoneyCurrency::Code(code) => quote!([code #code]),
            MoneyCurrency::Field(at) => {
                let (name, presence) = (member(*at)?, presence_word(cx, id, *at)?);
                quote!([field #presence #name])
            }
        };
        Some(quote!(#method: #presence(#amount) #currency))
    });
    Some(quote!(rt::money_methods!(#name { #(#rows,)* });))
}

/// The function of the runtime that reads a field with this presence.
fn presence_word(cx: &Context<'_>, id: TypeId, index: usize) -> Option<Ident> {
    Some(ident(match cx.facts.fields_of(id).get(index)?.presence {
        Presence::Required => "required_field",
        Presence::RequiredNullable | Presence::Optional => "optional_field",
        Presence::OptionalNullable => "nullable_field",
    }))
}
