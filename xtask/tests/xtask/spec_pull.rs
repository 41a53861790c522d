//! `spec pull`: what is fetched, what is refused, and that nothing is written unless all is well.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use crate::support::{Checkout, DOCUMENT};

/// A server on this machine that gives one answer to whoever asks first.
fn serve(head: &str, body: &[u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/openapi", listener.local_addr().unwrap());
    let response = [head.as_bytes(), b"\r\n\r\n", body].concat();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(&response);
    });
    url
}

fn ok(body: &str) -> String {
    serve(&format!("HTTP/1.1 200 OK\r\ncontent-length: {}", body.len()), body.as_bytes())
}

fn changed() -> String {
    DOCUMENT.replace("available, sold", "available, sold, lost")
}

/// The pull is refused for this reason, and the checkout is what it was.
fn refused(checkout: &Checkout, args: &[&str], reason: &str) {
    let before = checkout.files("spec");
    let ran = checkout.run(&[&["spec", "pull"], args].concat());
    assert_eq!(ran.status, Some(1), "{}", ran.out);
    assert!(ran.err.starts_with(reason) && ran.err.contains("= help: "), "{}", ran.err);
    assert_eq!(checkout.files("spec"), before);
}

#[test]
fn a_document_is_fetched_judged_and_recorded() {
    let checkout = Checkout::new("pull-fetch");
    let url = ok(&changed());
    let ran = checkout.run(&["spec", "pull", "--url", &url]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.contains("the value `lost` is new [both]"), "{}", ran.out);
    assert!(ran.out.contains("(spec/whop.openapi.yaml:"), "{}", ran.out);
    let files = checkout.files("spec");
    let kept = String::from_utf8_lossy(&files["whop.openapi.yaml"]).into_owned();
    assert!(kept.starts_with("openapi: ") && kept.contains("- lost\n"), "{kept}");
    let record = String::from_utf8_lossy(&files["source.toml"]).into_owned();
    assert!(record.contains(&format!("url = \"{url}\"\ndate = \"20")), "{record}");
    assert_eq!(files.len(), 4, "{:?}", files.keys());
    // The record is what the generator asks for.
    checkout.ok(&["codegen"]);
    checkout.write("served.yaml", &changed());
    for same in ["spec/whop.openapi.yaml", "served.yaml"] {
        let said = checkout.ok(&["spec", "pull", "--file", same]);
        assert!(said.contains("the vendored document is up to date"), "{said}");
    }
}

#[test]
fn json_is_kept_as_yaml_with_both_digests() {
    let checkout = Checkout::new("pull-json");
    let json = r#"{"openapi": "3.1.0", "paths": {"/pets": {"delete":
        {"operationId": "deletePets", "tags": ["Pets"], "responses": {"204": {"description": "no"}}}}}, "info": {"version": "1e3", "title": "Pets"}}"#;
    checkout.write("new.txt", json);
    checkout.ok(&["spec", "pull", "--file", "new.txt"]);
    let names: Vec<_> = checkout.files("spec").into_keys().collect();
    assert_eq!(names, ["codegen.toml", "overlay.yaml", "source.toml", "whop.openapi.yaml"]);
    let kept = fs::read_to_string(checkout.root.join("spec/whop.openapi.yaml")).unwrap();
    let order =
        ["openapi: 3.1.0", "paths:", "'204':", "description: no", "info:", "version: '1e3'", "title: Pets"];
    let places: Vec<_> = order.iter().map(|text| kept.find(text).ok_or(text).unwrap()).collect();
    assert!(places.is_sorted(), "{kept}");
    let record = fs::read_to_string(checkout.root.join("spec/source.toml")).unwrap();
    assert!(record.contains("url = \"https://example.com/pets\"\n"), "{record}");
    checkout.ok(&["codegen"]);
    checkout.ok(&["codegen", "--check"]);
    let served = record.split("served-sha256 = \"").nth(1).unwrap().get(..64).unwrap().to_owned();
    let library = fs::read_to_string(checkout.root.join("generated/src/lib.rs")).unwrap();
    assert!(library.contains(&served), "{record}");
    checkout.write("spec/whop.openapi.yaml", &kept.replace("Pets", "Cats"));
    assert!(checkout.run(&["codegen"]).err.starts_with("error[digest]: "));

    checkout.write("spec/whop.openapi.json", json);
    let ran = checkout.run(&["codegen", "--check"]);
    assert!(ran.err.contains("error[two-documents]: "), "{}", ran.err);
}

#[test]
fn nothing_is_written_if_anything_fails() {
    let checkout = Checkout::new("pull-refused");
    refused(&checkout, &["--url", "http://example.com/openapi.json"], "error[insecure]: ");
    refused(&checkout, &["--url", "file:///etc/passwd"], "error[insecure]: ");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    refused(&checkout, &["--url", &format!("http://{closed}/")], "error[no-network]: ");
    refused(
        &checkout,
        &["--url", &serve("HTTP/1.1 404 Not Found\r\ncontent-length: 0", b"")],
        "error[status]: ",
    );
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://example.com/\r\ncontent-length: 0";
    refused(&checkout, &["--url", &serve(elsewhere, b"")], "error[redirect]: ");
    let long = "HTTP/1.1 200 OK\r\ncontent-length: 99999999999";
    refused(&checkout, &["--url", &serve(long, b"{")], "error[too-long]: ");
    let short = format!("HTTP/1.1 200 OK\r\ncontent-length: {}", DOCUMENT.len());
    refused(&checkout, &["--url", &serve(&short, &DOCUMENT.as_bytes()[..100])], "error[");
    refused(&checkout, &["--url", &ok("<html>Sorry.</html>")], "error[");
    refused(&checkout, &["--file", "no.yaml"], "error[no-such-file]: ");

    checkout.write("faulty.yaml", &DOCUMENT.replace("schemas/Pet'", "schemas/Cat'"));
    refused(&checkout, &["--file", "faulty.yaml"], "error[");
    checkout.write("latin.yaml", "");
    fs::write(checkout.root.join("latin.yaml"), b"openapi: \xe9").unwrap();
    refused(&checkout, &["--file", "latin.yaml"], "error[not-utf8]: ");
    assert_eq!(checkout.run(&["spec", "pull", "--file", "a", "--url", "b"]).status, Some(2));
}

#[test]
fn dead_actions_stop_a_pull_unless_they_are_allowed() {
    let checkout = Checkout::new("pull-dead");
    let overlay = fs::read_to_string(checkout.root.join("spec/overlay.yaml")).unwrap();
    checkout.write(
        "spec/overlay.yaml",
        &format!("{overlay}  - target: $.paths['/pets'].get\n    update: {{x-mark: true}}\n"),
    );
    checkout.write("new.yaml", &changed().replace("/pets:", "/animals:"));
    refused(&checkout, &["--file", "new.yaml"], "error[dead-action]: ");
    let ran = checkout.run(&["spec", "pull", "--file", "new.yaml", "--allow-dead-actions"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.err.contains("warning[dead-action]: "), "{}", ran.err);
}

#[test]
fn dead_actions_and_entries_are_pruned_and_texts_move() {
    let checkout = Checkout::new("pull-prune");
    let overlay = fs::read_to_string(checkout.root.join("spec/overlay.yaml")).unwrap();
    let overlay = format!(
        "{overlay}  # about pets\n  - target: $.paths['/pets'].get\n    update:\n      x-mark: true\n  - target: $.components.schemas.Pet.properties\n    \
         update:\n      name:\n        description: A name.\n      # the id\n      id:\n        description: An id.\n"
    );
    checkout.write("spec/overlay.yaml", &overlay);
    let config =
        "# kept\n\nsecrets = [\"gone\"]\n\n[crate]\nname = \"pets\" # kept\n\n[names.types]\nGone = \"X\"\n";
    checkout.write("spec/codegen.toml", config);
    let renamed =
        DOCUMENT.replace("        name: {", "        called: {").replace("[id, name]", "[id, called]");
    checkout.write("new.yaml", &renamed.replace("/pets:", "/animals:"));
    refused(&checkout, &["--file", "new.yaml"], "error[");
    let ran = checkout.run(&["spec", "pull", "--file", "new.yaml", "--prune"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let read = |name: &str| fs::read_to_string(checkout.root.join(name)).unwrap();
    assert_eq!(
        read("spec/overlay.yaml"),
        overlay
            .replace("      name:\n", "      called:\n")
            .replace("$.paths['/pets'].get", "$.paths['/animals'].get"),
        "{}",
        ran.err
    );
    let pruned = config.replace("secrets = [\"gone\"]\n\n", "").replace("Gone = \"X\"\n", "");
    assert_eq!(read("spec/codegen.toml"), pruned, "{}", ran.err);
    assert!(ran.err.contains("removed:\n\n- spec/codegen.toml:3: "), "{}", ran.err);
    assert!(ran.err.contains("; its text is now at `called`\n"), "{}", ran.err);
    checkout.ok(&["codegen"]);
}

#[test]
fn a_lenient_pull_gets_to_the_end_with_a_document_that_generates_nothing() {
    let checkout = Checkout::new("pull-faulty");
    checkout.write("faulty.yaml", &DOCUMENT.replace("schemas/Pet'", "schemas/Cat'"));
    let ran = checkout.run(&["spec", "pull", "--file", "faulty.yaml", "--prune"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(
        ran.err.contains("error[") && ran.err.contains("cannot be generated from this document yet"),
        "{}",
        ran.err
    );
    let kept = fs::read_to_string(checkout.root.join("spec/whop.openapi.yaml")).unwrap();
    assert!(kept.contains("schemas/Cat"), "{kept}");
    checkout.write("broken.yaml", "a: [");
    refused(&checkout, &["--file", "broken.yaml", "--prune"], "error[");
}
