//! A crate written from any document builds where it stands, without a network.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Checkout;

const DOCUMENT: &str = r##"{
  "openapi": "3.0.3",
  "info": {"title": "Tiny API", "version": "2.1"},
  "servers": [{"url": "https://tiny.example.com"}],
  "paths": {
    "/notes": {
      "get": {
        "operationId": "list_notes", "tags": ["notes"],
        "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "nullable": true}}],
        "responses": {"200": {"description": "Notes.", "content": {"application/json": {"schema":
          {"type": "array", "items": {"$ref": "#/components/schemas/Note"}}}}}}
      },
      "post": {
        "operationId": "create_note", "tags": ["notes"],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}},
        "responses": {"201": {"description": "Made.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}}}
      }
    }
  },
  "components": {"schemas": {"Note": {
    "type": "object", "required": ["text"],
    "properties": {
      "text": {"type": "string"},
      "color": {"type": "string", "enum": ["red", "blue"], "nullable": true},
      "at": {"type": "string", "format": "date-time"},
      "response": {"$ref": "#/components/schemas/Note"}
    }
  }}}
}"##;

#[test]
fn a_crate_from_a_small_document_builds_outside_the_workspace() {
    let checkout = Checkout::new("crates-tiny");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    checkout.write("tiny.json", DOCUMENT);
    let crate_folder = checkout.root.join("tiny");
    // From the real checkout, so that the runtime is found.
    let written = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--spec", "tiny.json", "--out", "tiny"])
        .current_dir(&checkout.root)
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let said = String::from_utf8_lossy(&written.stdout);
    assert!(said.starts_with("2 operations, 1 model, 1 enum, 0 unions, 0 webhooks\ntiny: "), "{said}");

    // The versions that are there already.
    fs::copy(workspace.join("Cargo.lock"), crate_folder.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    // TLS is the runtime's business, and takes a minute to build.
    let checked = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--no-default-features", "--features", "full"])
        .current_dir(&crate_folder)
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{printed}");
    assert!(!printed.contains("warning"), "{printed}");

    // What cargo adds is not in the way of the next run.
    let again = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--check", "--spec", "tiny.json", "--out", "tiny"])
        .current_dir(&checkout.root)
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
}
