//! User tokens: what the configuration says of them as constant data, and the runtime's types for it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::{doc, inner_doc};
use super::types::ident;
use super::{Context, Module};

/// The feature of user tokens.
pub(super) const FEATURE: &str = "user-token";

pub(super) fn module(cx: &Context<'_>) -> Option<Module> {
    let config = cx.config.user_tokens.as_ref()?;
    let (header, issuer, keys_url) = (&config.header, &config.issuer, &config.keys_url);
    let (app_variable, keys_url_variable) = (&config.app_variable, &config.keys_url_variable);
    let seconds = Literal::u64_unsuffixed;
    let (keys, cool_down) = (seconds(config.keys_seconds), seconds(config.cool_down_seconds));
    let timeout = seconds(config.timeout_seconds);
    let (user, app) = (id(config.user.as_deref()), id(config.app.as_deref()));
    let head = inner_doc(&[
        "Tokens of users, which the API's proxy passes on in a header.".to_owned(),
        format!("The header is `{}`; its tokens are verified, never only read.", header.replace('`', "'")),
    ]);
    let about = doc(&[
        "Verifies the tokens of users for one app.".to_owned(),
        format!("`from_env` takes the id of the app from `{app_variable}`."),
        example(cx),
    ]);
    let tokens = quote! {
        #head

        pub use openapi_client_runtime::user_token::{UserTokenScheme, UserTokenError};

        #about
        pub type UserTokenVerifier = openapi_client_runtime::user_token::UserTokenVerifier<Tokens>;

        #[doc = " A user, as a token says that was signed for this app."]
        pub type UserToken = openapi_client_runtime::user_token::UserToken<Tokens>;

        #[doc = " How tokens are carried and checked."]
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

        #[doc = " The tokens of this API."]
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

fn example(cx: &Context<'_>) -> String {
    let package = &cx.names.library;
    let lines = [
        "```no_run".to_owned(),
        format!("use {package}::user_token::UserTokenVerifier;"),
        String::new(),
        format!(
            "# async fn example(client: {package}::Client, headers: Vec<(String, String)>) -> {package}::Result<()> {{"
        ),
        "// Once, and shared: it keeps the keys that it fetches.".to_owned(),
        "let verifier = UserTokenVerifier::new(&client, \"app id\")?;".to_owned(),
        "let visitor = verifier.verify_headers(headers).await?;".to_owned(),
        "println!(\"{:?}\", visitor.user_id);".to_owned(),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ];
    lines.join("\n")
}

fn id(name: Option<&str>) -> TokenStream {
    match name {
        Some(name) => {
            let name = ident(name);
            quote!(crate::ids::#name)
        }
        None => quote!(String),
    }
}
