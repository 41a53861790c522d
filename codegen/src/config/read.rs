//! Parses and validates the configuration.

use super::{Config, Reference};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Position};
use crate::ident::type_name;

impl Config {
    /// Parses the configuration. Returns `None`, and reports why, if it is not valid.
    pub fn parse(name: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        match toml::from_str(text) {
            Ok(config) => {
                let config: Self = config;
                config.validate(name, diagnostics).then_some(config)
            }
            Err(error) => {
                let position = position_at(name, text, error.span().map_or(0, |span| span.start));
                diagnostics.push(
                    Diagnostic::error(Code::CONFIGURATION, error.message().to_owned())
                        .at_place(Place::Position(position))
                        .help("docs/configuration.md documents the keys"),
                );
                None
            }
        }
    }

    /// The kinds of identifiers that tokens of users have.
    pub(crate) fn user_token_ids(&self) -> impl Iterator<Item = &String> {
        self.user_tokens.iter().flat_map(|tokens| tokens.user.iter().chain(&tokens.app))
    }

    /// Validates the values, and reports each invalid one. Returns whether all are valid.
    fn validate(&self, name: &str, diagnostics: &mut Diagnostics) -> bool {
        let methods = self.idempotency.methods.iter().chain(&self.retry.safe_methods);
        let methods =
            methods.filter(|method| !METHODS.iter().any(|known| known.eq_ignore_ascii_case(method)));
        let rules = self.keywords.iter().filter(|(_, rule)| !["ignore", "value"].contains(&rule.as_str()));
        let ids = self.ids.iter().filter(|id| type_name(&id.name) != id.name);
        let kinds = self.user_token_ids().filter(|kind| !self.ids.iter().any(|id| id.name == **kind));
        let errors = self.mock.error_templates().into_iter();
        let errors = errors.filter_map(|(name, template)| Some((name, template?.status)));
        let errors = errors.filter(|(_, status)| !(400..600).contains(status));
        let webhooks = self.webhooks.iter().flat_map(|webhooks| webhooks.messages(self.version.is_some()));
        let messages: Vec<(String, String)> = methods
            .map(|method| {
                (format!("`{method}` is not an HTTP method"), format!("use one of {}", METHODS.join(", ")))
            })
            .chain(rules.map(|(keyword, rule)| {
                let message =
                    format!("the keyword `{keyword}`: expected `ignore` or `value`, found `{rule}`");
                (
                    message,
                    "`ignore` ignores the keyword; `value` treats the schema as any JSON value".to_owned(),
                )
            }))
            .chain(ids.map(|id| {
                let message = format!("`{}` is not a valid name of a type", id.name);
                (message, format!("use `{}`", type_name(&id.name)))
            }))
            .chain(kinds.map(|kind| {
                let message = format!("`{kind}` is not a type of identifiers");
                (message, "use the `name` of one of `[[ids]]`".to_owned())
            }))
            .chain(errors.map(|(name, status)| {
                let name = name.replace('_', "-");
                let message = format!("`{name}`: `{status}` is not an error status");
                (message, "use a status from 400 to 599".to_owned())
            }))
            .chain(webhooks)
            .chain(self.reference.iter().flat_map(Reference::url_messages))
            .collect();
        let is_valid = messages.is_empty();
        for (message, help) in messages {
            let place = Place::File { file: name.to_owned() };
            diagnostics.push(Diagnostic::error(Code::CONFIGURATION, message).at_place(place).help(help));
        }
        is_valid
    }
}

const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

/// The position of a byte offset, for errors of the TOML parser.
#[must_use]
pub fn position_at(name: &str, text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let caret = before.rsplit('\n').next().unwrap_or_default().chars().count();
    Position {
        file: name.to_owned(),
        line,
        column: caret + 1,
        caret,
        text: text.lines().nth(line - 1).unwrap_or_default().to_owned(),
        pointer: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_messages(text: &str) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        let config = Config::parse("codegen.toml", text, &mut diagnostics);
        assert_eq!(config.is_none(), diagnostics.has_errors());
        diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect()
    }

    #[test]
    fn an_empty_configuration_is_valid() {
        assert_eq!(parse_messages(""), Vec::<String>::new());
    }

    #[test]
    fn unknown_keys_and_invalid_values_are_errors() {
        assert_eq!(parse_messages("[idempotency]\nmethods = [\"PSOT\"]"), ["`PSOT` is not an HTTP method"]);
        assert_eq!(
            parse_messages("[keywords]\nfoo = \"drop\""),
            ["the keyword `foo`: expected `ignore` or `value`, found `drop`"]
        );
        assert_eq!(
            parse_messages("[[ids]]\nname = \"user_id\""),
            ["`user_id` is not a valid name of a type"]
        );
        let users = "[user-tokens]\nheader = \"h\"\nissuer = \"i\"\nkeys-url = \"u\"\nkeys-seconds = 1\n\
                     cool-down-seconds = 1\ntimeout-seconds = 1\napp-variable = \"A\"\nkeys-url-variable = \"K\"\n";
        assert_eq!(parse_messages(users), Vec::<String>::new());
        assert_eq!(
            parse_messages(&format!("{users}user = \"UserId\"")),
            ["`UserId` is not a type of identifiers"]
        );
        assert!(parse_messages("[webhooks]\nid-header = \"id\"").concat().contains("timestamp-header"));
        assert_eq!(
            parse_messages("[mock]\nnot-found = { status = 200 }"),
            ["`not-found`: `200` is not an error status"]
        );
        for (lines, message) in [
            ("version-property = \"v\"", "`version-property` needs the table `[version]`"),
            ("version-field = \"v\"", "`version-field` needs `version-operations`"),
            ("version-operations = [\"createHook\"]", "`version-operations` needs `version-field`"),
            (
                "[webhooks.history]\ndeliveries = \"list\"\nsent-at = \"at\"\nmessage-id = \"id\"",
                "`message-id`: `id` is not a JSON Pointer",
            ),
        ] {
            let webhooks = "[webhooks]\nid-header = \"i\"\ntimestamp-header = \"t\"\nsignature-header = \"s\"\n\
                            signature-version = \"v1\"\ntolerance-seconds = 1\nsecret-variable = \"S\"\n";
            assert_eq!(parse_messages(webhooks), Vec::<String>::new());
            assert_eq!(
                parse_messages(&format!("{webhooks}{lines}")).first().map(String::as_str),
                Some(message)
            );
        }
        assert!(parse_messages("[mock]\nnot-fuond = { status = 404 }").concat().contains("not-fuond"));
        assert!(parse_messages("[crate]\nnmae = \"x\"").concat().contains("nmae"));
    }
}
