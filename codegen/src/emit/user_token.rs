//! Emits user tokens: their scheme, from the configuration, and the types of the runtime for it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::aliases::type_aliases;
use super::docs::{code_span, inner_doc};
use super::example::example_id;
use super::types::ident;
use super::{Context, Module};
use crate::names::USER_TOKEN_TYPES;

/// The feature of user tokens.
pub(super) const FEATURE: &str = "user-token";

pub(super) fn emit_module(cx: &Context<'_>) -> Option<Module> {
    let config = cx.config.user_tokens.as_ref()?;
    let (header, issuer, keys_url) = (&config.header, &config.issuer, &config.keys_url);
    let (app_variable, keys_url_variable) = (&config.app_variable, &config.keys_url_variable);
    let seconds = Literal::u64_unsuffixed;
    let (keys, cool_down) = (seconds(config.keys_seconds), seconds(config.cool_down_seconds));
    let timeout = seconds(config.timeout_seconds);
    let (user, app) = (id_type(config.user.as_deref()), id_type(config.app.as_deref()));
    let head = inner_doc(&[
        "The verification of user tokens, which the proxy of the API sends in a header.".to_owned(),
        format!("The header is {}.", code_span(header)),
    ]);
    let about = cx.docs.add(&[
        "Verifies the tokens of the users of one app.".to_owned(),
        format!(
            "`from_env` reads the id of the app from `{app_variable}`. The methods are those of [`generic::UserTokenVerifier`]."
        ),
        example_code(cx),
    ]);
    let aliases =
        USER_TOKEN_TYPES.iter().map(|name| type_aliases(cx, &cx.names.user_token_path(name), name, None));
    let tokens = quote! {
        #head

        pub use openapi_client_runtime::user_token::{UserTokenScheme, UserTokenError};

        #about
        pub type UserTokenVerifier = openapi_client_runtime::user_token::UserTokenVerifier<Tokens>;

        #[doc = " The user that a verified token identifies. Its fields are those of [`generic::UserToken`]."]
        pub type UserToken = openapi_client_runtime::user_token::UserToken<Tokens>;

        #[doc = " The types behind the aliases of this module, with their methods."]
        pub mod generic {
            #[doc(inline)]
            pub use openapi_client_runtime::user_token::{UserToken, UserTokenVerifier};
        }

        #(#aliases)*

        #[doc = " The scheme of the tokens."]
        pub static SCHEME: UserTokenScheme = UserTokenScheme {
            header: #header,
            issuer: #issuer,
            keys_url: #keys_url,
            keys_seconds: #keys,
            cool_down_seconds: #cool_down,
            timeout_seconds: #timeout,
            app_variable: #app_variable,
            keys_url_variable: #keys_url_variable,
        };

        #[doc = " The types of the tokens of this API."]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct Tokens;

        impl openapi_client_runtime::user_token::UserTokens for Tokens {
            const SCHEME: &'static UserTokenScheme = &SCHEME;

            type UserId = #user;
            type AppId = #app;
        }
    };
    Some(Module::new("user_token.rs", tokens))
}

fn example_code(cx: &Context<'_>) -> String {
    let package = &cx.names.library;
    let app = cx.config.user_tokens.as_ref().and_then(|config| config.app.as_ref());
    let kind = cx.api.ids.iter().find(|kind| Some(&kind.name) == app);
    let app = kind.map_or_else(|| "my-app".to_owned(), example_id);
    let lines = [
        "```no_run".to_owned(),
        format!("use {package}::user_token::UserTokenVerifier;"),
        String::new(),
        format!(
            "# async fn example(client: {package}::Client, headers: Vec<(String, String)>) -> {package}::Result<()> {{"
        ),
        "// Create one verifier and share it: it caches the public keys.".to_owned(),
        format!("let verifier = UserTokenVerifier::new(&client, \"{app}\")?;"),
        "let visitor = verifier.verify_headers(headers).await?;".to_owned(),
        "println!(\"{:?}\", visitor.user_id);".to_owned(),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ];
    lines.join("\n")
}

fn id_type(name: Option<&str>) -> TokenStream {
    match name {
        Some(name) => {
            let name = ident(name);
            quote!(crate::ids::#name)
        }
        None => quote!(String),
    }
}
