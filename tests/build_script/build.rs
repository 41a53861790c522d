//! Generates the client from `openapi.yaml`.

use openapi_client_generator::{BuildScript, Failure};

fn main() -> Result<(), Failure> {
    BuildScript::new("openapi.yaml").overlay("corrections.yaml").config("codegen.toml").run()
}
