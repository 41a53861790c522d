//! Emits the command line: what its program states, and `main`.

use proc_macro2::TokenStream;
use quote::quote;

use super::client::option_literal;
use super::docs::{inner_doc, sanitize_markdown};
use super::package_files::Layout;
use super::types::ident;
use super::{Context, Module, manifest};

/// The feature of the program.
pub(super) const FEATURE: &str = "cli";

/// The name of the program, if the crate has one: if it is configured, and there are operations. A package that is written by hand
/// has its own programs.
pub(super) fn program_name<'a>(cx: &Context<'a>) -> Option<&'a str> {
    let config = cx.config.cli.as_ref()?;
    let exists = !cx.api.operations.is_empty() && cx.layout != Layout::Included;
    exists.then(|| config.name.as_deref().unwrap_or(&cx.names.package))
}

/// The path of the program below the folder of the crate.
pub(super) fn program_path(name: &str) -> String {
    format!("src/bin/{name}.rs")
}

/// The program.
pub(super) fn emit_program(cx: &Context<'_>) -> Option<Module> {
    let config = cx.config.cli.as_ref()?;
    let name = program_name(cx)?;
    let title = sanitize_markdown(&cx.api.title);
    let head = inner_doc(&[format!("The command line of {title}. `{name} --help` lists its commands.")]);
    let library = ident(&cx.names.library);
    let run = if manifest::has_verification(cx) { quote!(run_with_webhooks) } else { quote!(run) };
    let texts = |texts: &[String]| -> TokenStream { quote!(&[#(#texts),*]) };
    let key_page = option_literal(config.key_page.as_deref());
    let home_page = option_literal(config.home_page.as_deref());
    let identity = option_literal(config.identity.as_deref());
    let (account_parameters, columns) = (texts(&config.account_parameters), texts(&config.columns));
    let tokens = quote! {
        #head

        #![forbid(unsafe_code)]

        use openapi_client_cli::{Program, Settings};

        struct CommandLine;

        impl Program for CommandLine {
            type Api = #library::mock::Api;

            const DOCS: &'static str = include_str!("../docs.json");

            const SETTINGS: Settings = Settings {
                name: #name,
                key_page: #key_page,
                home_page: #home_page,
                identity: #identity,
                account_parameters: #account_parameters,
                columns: #columns,
            };
        }

        fn main() -> std::process::ExitCode {
            openapi_client_cli::#run::<CommandLine>()
        }
    };
    let path = program_path(name);
    Some(Module::new(path.trim_start_matches("src/"), tokens))
}
