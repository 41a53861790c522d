//! Tests of the edits: what goes, what moves, and that the rest keeps its bytes.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use whop_codegen::diagnostic::Position;
use whop_codegen::document::Source;

use super::{Documents, Misfit, Moves, Pruned, Texts, prune};

fn misfit(file: &str, pointer: &str, message: &str, created: Option<&str>) -> Misfit {
    let pointer = Some(pointer.to_owned());
    let position =
        Position { file: file.to_owned(), line: 1, column: 1, text: String::new(), caret: 0, pointer };
    Misfit { message: message.to_owned(), position, created: created.map(str::to_owned) }
}

fn dead_action(index: usize) -> Misfit {
    misfit("o.yaml", &format!("/actions/{index}/target"), "the action matches nothing: x", None)
}

fn brought_back(at: &str, created: &str) -> Misfit {
    misfit("o.yaml", at, "the action describes", Some(created))
}

/// The overlay after one round.
fn edit(
    overlay: &str,
    misfits: &[Misfit],
    (old, new): (Value, Value),
    moves: &[(&str, &str)],
) -> (String, Pruned) {
    let source = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned() };
    let mut texts = Texts { overlays: vec![source("o.yaml", overlay)], config: source("c.toml", "") };
    let mut pruned = Pruned::default();
    let moves = Moves::from_pairs(moves);
    prune(&mut texts, misfits, Documents { old: &old, new: &new, moves: &moves }, &mut pruned);
    (texts.overlays.remove(0).text, pruned)
}

const HEAD: &str = "overlay: 1.0.0\ninfo: {title: T, version: '1'} # kept\nactions:\n";

#[test]
fn actions_are_cut_with_their_lines_only() {
    let actions = [
        "  # Tags\n\n",
        "  - target: $.a\n    update:\n      description: |\n        text\n        # not a comment\n\n",
        "  # about b\n",
        "  - target: $.b\n    remove: true\n",
        "  - # c\n    target: $.c\n    remove: true\n",
    ];
    let overlay = format!("{HEAD}{}", actions.concat());
    let empty = || (json!({}), json!({}));
    for (dead, kept) in
        [(vec![0], vec![0, 2, 3, 4]), (vec![1], vec![0, 1, 2, 4]), (vec![0, 1], vec![0, 2, 4])]
    {
        let misfits: Vec<Misfit> = dead.iter().map(|index| dead_action(*index)).collect();
        let (text, pruned) = edit(&overlay, &misfits, empty(), &[]);
        let parts: String = kept.iter().map(|index| actions[*index]).collect();
        let blank = if dead.contains(&0) { parts.replacen("\n\n", "\n\n\n", 1) } else { parts };
        assert_eq!(text, format!("{HEAD}{blank}"), "{dead:?}");
        assert_eq!((pruned.removed.len(), pruned.left.len()), (dead.len(), 0));
    }
    let (text, _) = edit(&format!("{HEAD}- target: $.a\n  remove: true\n"), &[dead_action(0)], empty(), &[]);
    assert_eq!(text, HEAD.replace("actions:", "actions: []"));
    let flow = format!(
        "{}actions: [{{target: $.a, remove: true}}, {{target: $.b, remove: true}}]\n",
        HEAD.replace("actions:\n", "")
    );
    let (text, pruned) = edit(&flow, &[dead_action(1)], empty(), &[]);
    assert_eq!((text, pruned.left.len()), (flow, 1));
}

#[test]
fn descriptions_of_what_is_gone_are_cut_or_moved() {
    let overlay = format!(
        "{HEAD}- target: $.s.A\n  update:\n    properties:\n      old:\n        description: d\n      kept:\n        description: k\n- target: $.s['A','B'].properties\n  update:\n    old:\n      description: d\n"
    );
    let new = json!({"s": {"A": {"properties": {"new": {}, "kept": {}}}, "B": {"properties": {}}}});
    let first = brought_back("/actions/0/update/properties/old", "/s/A/properties/old");
    let (text, pruned) = edit(&overlay, std::slice::from_ref(&first), (json!({}), new.clone()), &[]);
    assert_eq!(text, overlay.replacen("      old:\n        description: d\n", "", 1));
    assert_eq!(pruned.removed.len(), 1);
    // The diff knows where it went.
    let moves = [("/s/A/properties/old", "/s/A/properties/new")];
    let (text, pruned) = edit(&overlay, std::slice::from_ref(&first), (json!({}), new.clone()), &moves);
    assert_eq!(text, overlay.replacen("      old:", "      new:", 1));
    assert!(
        pruned.removed.is_empty() && pruned.moved[0].ends_with("; its text is now at `new`"),
        "{:?}",
        pruned.moved
    );
    // The last part of an update takes the action with it.
    let second = brought_back("/actions/1/update/old", "/s/A/properties/old");
    let (text, _) = edit(&overlay, std::slice::from_ref(&second), (json!({}), new), &[]);
    assert_eq!(text, overlay.split("- target: $.s['A'").next().unwrap());
    // Where another target still has the property, a person decides.
    let still = json!({"s": {"A": {"properties": {}}, "B": {"properties": {"old": {}}}}});
    let (text, pruned) = edit(&overlay, &[second], (json!({}), still), &moves);
    assert_eq!((text, pruned.left.len()), (overlay, 1));
}

#[test]
fn targets_follow_what_moved() {
    let old = json!({"paths": {"/a": {"get": {"parameters": [{"name": "x"}, {"name": "y"}]}}}});
    let new = json!({"paths": {"/b": {"get": {"parameters": [{"name": "z"}]}}}});
    let moves = [
        ("/paths/~1a/get", "/paths/~1b/get"),
        ("/paths/~1a/get/parameters/1", "/paths/~1b/get/parameters/0"),
    ];
    for (target, expected) in [
        ("$.paths['/a'].get", "$.paths['/b'].get"),
        ("$.paths['/a'].get.parameters[?@.name=='y']", "$.paths['/b'].get.parameters[?@.name=='z']"),
    ] {
        let overlay = format!("{HEAD}- target: {target} # c\n  update: {{description: d}}\n");
        let (text, pruned) = edit(&overlay, &[dead_action(0)], (old.clone(), new.clone()), &moves);
        assert_eq!(text, overlay.replace(target, expected));
        assert_eq!(pruned.moved.len(), 1);
    }
}

#[test]
fn entries_are_removed_and_the_rest_keeps_its_bytes() {
    let config = "# top\nsecrets = [\"a\", \"b\"] # s\n\n[version]\nheader = \"V\"\nvalue = \"1\"\n\n[[environments]]\nservers = { \"x\" = \"1\", \"y\" = \"2\" }\n\n# one\n[[ids]]\nname   = \"A\"\nproperties = [\"p\"]\nobjects = [\n  \"q\", # q\n  \"r\",\n]\n\n# two\n[[uploads]]\ncreate = \"c\"\nsize = \"s\"\n\n[webhooks]\nid = \"i\"\n\n# history\n[webhooks.history]\ndeliveries = \"d\"\nevent = \"e\"\n\n[names.types]\nOld = \"X\"\n\"/a/b\" = \"Y\"\n";
    for (pointers, from, to) in [
        (&["/secrets/0"][..], "[\"a\", \"b\"]", "[\"b\"]"),
        (&["/secrets/1"], "[\"a\", \"b\"]", "[\"a\"]"),
        (&["/secrets/0", "/secrets/1"], "# top\nsecrets = [\"a\", \"b\"] # s\n", ""),
        (&["/version/value"], "value = \"1\"\n", ""),
        (&["/environments/0/servers/y"], ", \"y\" = \"2\" }", " }"),
        (&["/environments/0/servers/x"], " \"x\" = \"1\",", ""),
        (&["/ids/0/properties/0"], "properties = [\"p\"]\n", ""),
        (&["/uploads/0/size"], "size = \"s\"\n", ""),
        (&["/uploads/0/create"], "\n# two\n[[uploads]]\ncreate = \"c\"\nsize = \"s\"\n", ""),
        (&["/webhooks/history/event"], "event = \"e\"\n", ""),
        (
            &["/webhooks/history/deliveries"],
            "\n# history\n[webhooks.history]\ndeliveries = \"d\"\nevent = \"e\"\n",
            "",
        ),
        (&["/names/types/Old"], "Old = \"X\"\n", ""),
        (&["/names/types/~1a~1b"], "\"/a/b\" = \"Y\"\n", ""),
    ] {
        let misfits: Vec<Misfit> =
            pointers.iter().map(|pointer| misfit("c.toml", pointer, "dead", None)).collect();
        let borrowed: Vec<&Misfit> = misfits.iter().collect();
        let mut pruned = Pruned::default();
        let text = super::config::prune_config(config, &borrowed, &mut pruned);
        assert_eq!(text, config.replacen(from, to, 1), "{pointers:?}");
    }
    let unstated = misfit("c.toml", "/version", "none", None);
    let mut pruned = Pruned::default();
    assert_eq!(super::config::prune_config(config, &[&unstated], &mut pruned), config);
    assert_eq!(pruned.left.len(), 1);
}
