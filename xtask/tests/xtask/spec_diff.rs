//! `spec diff`: the report in three formats, and the exit status.

use crate::support::{Checkout, DOCUMENT};

fn changed() -> String {
    DOCUMENT.replace("available, sold", "available, lost")
}

#[test]
fn equal_documents_are_said_to_be_equal() {
    let checkout = Checkout::new("diff-equal");
    let said = checkout.ok(&[
        "spec",
        "diff",
        "spec/whop.openapi.yaml",
        "spec/whop.openapi.yaml",
        "--fail-on",
        "any",
    ]);
    assert_eq!(said, "verdict: patch: the two documents describe the same API\n");
}

#[test]
fn what_breaks_is_an_exit_status_if_that_is_asked_for() {
    let checkout = Checkout::new("diff-breaking");
    checkout.write("new.yaml", &changed());
    let args = ["spec", "diff", "spec/whop.openapi.yaml", "new.yaml"];
    let said = checkout.ok(&args);
    assert!(said.starts_with("breaking (1)\n") && said.contains("the value `sold` is gone"), "{said}");
    assert!(said.contains("(spec/whop.openapi.yaml:") && said.contains("(new.yaml:"), "{said}");
    assert!(
        said.ends_with("verdict: major (before 1.0: 0.x+1.0): 1 breaking, 1 compatible, 0 documentation\n"),
        "{said}"
    );

    let ran = checkout.run(&[&args[..], &["--fail-on", "breaking"]].concat());
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), said.as_str()));
    assert!(ran.err.starts_with("error[fail-on]: 1 breaking change\n"), "{}", ran.err);

    // A value more breaks nobody.
    checkout.write("more.yaml", &DOCUMENT.replace("available, sold", "available, sold, lost"));
    let more = ["spec", "diff", "spec/whop.openapi.yaml", "more.yaml", "--fail-on"];
    assert_eq!(checkout.run(&[&more[..], &["breaking"]].concat()).status, Some(0));
    assert_eq!(checkout.run(&[&more[..], &["any"]].concat()).status, Some(1));
    assert_eq!(checkout.run(&[&more[..], &["nothing"]].concat()).status, Some(2));
}

#[test]
fn the_report_has_three_formats() {
    let checkout = Checkout::new("diff-formats");
    checkout.write("new.yaml", &changed());
    let args = ["spec", "diff", "spec/whop.openapi.yaml", "new.yaml", "--format"];
    let markdown = checkout.ok(&[&args[..], &["markdown"]].concat());
    assert!(markdown.contains("### Breaking (1)\n\n- **"), "{markdown}");
    let json: serde_json::Value =
        serde_json::from_str(&checkout.ok(&[&args[..], &["json"]].concat())).unwrap();
    assert_eq!(json["verdict"], "major");
    let change = &json["changes"][0];
    assert_eq!(change["kind"], "value-removed");
    assert_eq!(change["impact"]["rust"], "breaking");
    assert!(
        change["old"]["line"].as_u64().is_some() && change["new"]["pointer"].as_str().is_some(),
        "{change}"
    );
}

#[test]
fn faulty_documents_are_told_from_changed_ones() {
    let checkout = Checkout::new("diff-faulty");
    // A reference to nothing is left out; what is no document is an error.
    checkout.write("faulty.yaml", &DOCUMENT.replace("schemas/Pet'", "schemas/Cat'"));
    let ran = checkout.run(&["spec", "diff", "spec/whop.openapi.yaml", "faulty.yaml"]);
    assert_eq!(ran.status, Some(0));
    assert!(ran.err.contains("warning[unread]") && ran.err.contains("faulty.yaml:"), "{}", ran.err);
    checkout.write("faulty.yaml", "openapi: [");
    let ran = checkout.run(&["spec", "diff", "spec/whop.openapi.yaml", "faulty.yaml"]);
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("faulty.yaml:"), "{}", ran.err);
    let ran = checkout.run(&["spec", "diff", "no.yaml", "none.yaml"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("--> no.yaml\n") && ran.err.contains("--> none.yaml\n"), "{}", ran.err);
    assert_eq!(checkout.run(&["spec", "diff", "spec/whop.openapi.yaml"]).status, Some(2));
}
