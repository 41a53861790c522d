//! Writes the contract calls of the vendored document to standard output.

use std::io::Write as _;

use whop_codegen::document::Source;
use whop_codegen::{Inputs, generate_with_contract};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let read = |path: &str| std::fs::read_to_string(path).map(|text| Source { name: path.to_owned(), text });
    let generated = generate_with_contract(Inputs {
        document: read("spec/whop.openapi.yaml").or_else(|_| read("spec/whop.openapi.json"))?,
        overlay: Some(read("spec/overlay.yaml")?),
        config: Some(read("spec/codegen.toml")?),
        origin: whop_codegen::emit::Origin::default(),
        runtime: String::new(),
        standalone: false,
    });
    match generated.contract {
        Some(text) => Ok(std::io::stdout().write_all(text.as_bytes())?),
        None => Err(generated.messages.into()),
    }
}
