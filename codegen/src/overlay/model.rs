//! Parses the overlay's tree into a list of actions.

use super::jsonpath::{self, Path};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use crate::document::pointer;
use serde_json::{Map, Value};

/// One action.
pub(super) struct Action<'a> {
    /// The pointer of the action in the list of overlays.
    pub(super) at: String,
    /// The target as written.
    pub(super) text: &'a str,
    pub(super) target: Path,
    pub(super) edit: Edit<'a>,
    pub(super) version: Version,
}

/// The version of the overlay format.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// 1.0: an update of a list adds one entry, and values other than objects and lists cannot be updated.
    V1_0,
    /// 1.1 and later: an update of a list by a list adds all its entries, other values are replaced, and nodes can be copied.
    V1_1,
}

/// The change that an action makes to each selected node.
pub(super) enum Edit<'a> {
    Update(&'a Value),
    /// The path of the node of the document to update with.
    Copy(Path),
    Remove,
}

const ACTION_HELP: &str = "an action has a `target: $.path`, and `update: {..}` or `remove: true`";
const COPY_HELP: &str =
    "an action has a `target: $.path`, and `update: {..}`, `copy: $.path` or `remove: true`";
const OVERLAY_HELP: &str = "an overlay has `overlay: 1.0.0`, `info` and a list of `actions`";
const PATH_HELP: &str = "a path starts with `$`, for example `$.paths['/users/{id}'].get`";

/// Parses the actions of an overlay, given its number in the list of overlays. Reports invalid actions and leaves them out.
pub(super) fn parse_actions<'a>(
    root: &'a Value,
    number: usize,
    diagnostics: &mut Diagnostics,
) -> Vec<Action<'a>> {
    let mut parser = ActionParser { diagnostics, version: Version::V1_0 };
    let at = format!("/{number}");
    let Some(map) = root.as_object() else {
        parser.report("an overlay must be an object", &at, OVERLAY_HELP);
        return Vec::new();
    };
    match map.get("overlay") {
        Some(Value::String(version)) if version.starts_with("1.0") => {}
        Some(Value::String(version)) if version.starts_with("1.") => parser.version = Version::V1_1,
        Some(version) => {
            let message = format!("version {version} of the overlay format is not supported");
            parser.report(message, &format!("{at}/overlay"), "write `overlay: 1.0.0` or `overlay: 1.1.0`");
        }
        None => parser.report("the overlay has no version", &at, "add `overlay: 1.0.0`"),
    }
    parser.check_keys(map, &["overlay", "info", "extends", "actions"], &at, OVERLAY_HELP);
    let Some(Value::Array(list)) = map.get("actions") else {
        parser.report("the overlay has no list of `actions`", &at, OVERLAY_HELP);
        return Vec::new();
    };
    let numbered = list.iter().enumerate();
    numbered
        .filter_map(|(index, value)| parser.parse_action(value, format!("{at}/actions/{index}")))
        .collect()
}

struct ActionParser<'d> {
    diagnostics: &'d mut Diagnostics,
    version: Version,
}

impl ActionParser<'_> {
    fn report(&mut self, message: impl Into<String>, at: &str, help: &str) {
        let diagnostic = Diagnostic::error(Code::BROKEN_OVERLAY, message).help(help);
        self.diagnostics.push(diagnostic.at_source(SourceId::Overlay, at));
    }

    fn check_keys(&mut self, map: &Map<String, Value>, known: &[&str], at: &str, help: &str) {
        for key in map.keys() {
            if !known.contains(&key.as_str()) && !key.starts_with("x-") {
                let message = format!("unknown key `{key}`; expected `{}`", known.join("`, `"));
                self.report(message, &pointer::join(at, key), help);
            }
        }
    }

    fn parse_action<'a>(&mut self, value: &'a Value, at: String) -> Option<Action<'a>> {
        let Some(map) = value.as_object() else {
            self.report("an action must be an object", &at, ACTION_HELP);
            return None;
        };
        let (keys, help): (&[&str], _) = match self.version {
            Version::V1_0 => (&["target", "description", "update", "remove"], ACTION_HELP),
            Version::V1_1 => (&["target", "description", "update", "copy", "remove"], COPY_HELP),
        };
        self.check_keys(map, keys, &at, help);
        let Some(Value::String(text)) = map.get("target") else {
            self.report("the action has no `target`", &at, help);
            return None;
        };
        let target = self.parse_path(text, format!("{at}/target"))?;
        let copy = map.get("copy").filter(|_| self.version == Version::V1_1);
        let edit = match (map.get("remove"), map.get("update"), copy) {
            // The specification says that `update` and `copy` have no effect beside `remove: true`.
            (Some(Value::Bool(true)), ..) => Edit::Remove,
            (None | Some(Value::Bool(false)), Some(update), None) => Edit::Update(update),
            (None | Some(Value::Bool(false)), None, Some(Value::String(path))) => {
                Edit::Copy(self.parse_path(path, format!("{at}/copy"))?)
            }
            // The specification gives neither an effect beside the other.
            (_, Some(_), Some(_)) => {
                self.report("the action has both `update` and `copy`", &at, "make two actions of it");
                return None;
            }
            (_, _, Some(_)) => {
                self.report("`copy` must be a path", &format!("{at}/copy"), help);
                return None;
            }
            _ => {
                self.report("the action has neither `update` nor `remove: true`", &at, help);
                return None;
            }
        };
        Some(Action { at, text, target, edit, version: self.version })
    }

    fn parse_path(&mut self, text: &str, at: String) -> Option<Path> {
        match jsonpath::parse_path(text) {
            Ok(path) => Some(path),
            Err(error) => {
                let message = format!("`{text}` is not a valid JSONPath: {error}");
                let diagnostic = Diagnostic::error(Code::BROKEN_PATH, message).help(PATH_HELP);
                self.diagnostics.push(diagnostic.at_source(SourceId::Overlay, at));
                None
            }
        }
    }
}
