//! Emits the files by which agents learn to use the crate: `llms.txt` and `SKILL.md`, beside the manifest.

use openapi_client_description::{
    Description, Docs,
    guide::{GuideFacts, write_llms_txt, write_skill},
};

use super::{Context, command_line::program_name, manifest};

/// The files; none for a crate without a program.
pub(crate) fn agent_files(
    cx: &Context<'_>,
    banner: &str,
    description: &Description,
    docs: &Docs,
) -> Vec<(&'static str, String)> {
    let Some(program) = program_name(cx) else { return Vec::new() };
    let package = &cx.config.package;
    let facts = GuideFacts {
        package: &cx.names.package,
        library: &cx.names.library,
        program,
        documentation: package.documentation_url.as_deref(),
        repository: package.repository.as_deref(),
        key_variable: cx.config.variables.api_key.as_deref().unwrap_or("API_KEY"),
        environments: cx.names.environments.iter().map(|names| names.value.as_str()).collect(),
        has_idempotency: cx.config.idempotency.header.is_some(),
        has_webhooks: manifest::has_verification(cx),
    };
    let texts = (description, docs);
    // Both formats have their title first, so the banner is at the end.
    let end = format!("\n<!-- {banner} -->\n");
    vec![("llms.txt", write_llms_txt(&facts, texts) + &end), ("SKILL.md", write_skill(&facts, texts) + &end)]
}
