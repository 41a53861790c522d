//! Reading the configuration: TOML, and whether every word in it is one that the generator knows.

use super::Config;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Position};
use crate::ident::type_name;

impl Config {
    /// Reads the configuration.
    pub fn parse(name: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        match toml::from_str(text) {
            Ok(config) => {
                let config: Self = config;
                config.check(name, diagnostics).then_some(config)
            }
            Err(error) => {
                let position = position(name, text, error.span().map_or(0, |span| span.start));
                diagnostics.push(
                    Diagnostic::error("configuration", error.message().to_owned())
                        .at_place(Place::Position(position))
                        .help("the keys are described in codegen/src/config/"),
                );
                None
            }
        }
    }

    /// Whether every word is one that the generator knows; each that is not is an error.
    fn check(&self, name: &str, diagnostics: &mut Diagnostics) -> bool {
        let methods = self.idempotency.methods.iter().chain(&self.retry.safe_methods);
        let methods =
            methods.filter(|method| !METHODS.iter().any(|known| known.eq_ignore_ascii_case(method)));
        let rules = self.keywords.iter().filter(|(_, rule)| !["ignore", "value"].contains(&rule.as_str()));
        let ids = self.ids.iter().filter(|id| type_name(&id.name) != id.name);
        let kinds = self.user_tokens.iter().flat_map(|tokens| tokens.user.iter().chain(&tokens.app));
        let kinds = kinds.filter(|kind| !self.ids.iter().any(|id| id.name == **kind));
        let faults = self.mock.faults().into_iter().filter_map(|(name, words)| Some((name, words?.status)));
        let faults = faults.filter(|(_, status)| !(400..600).contains(status));
        let messages: Vec<(String, String)> = methods
            .map(|method| {
                (format!("`{method}` is no HTTP method"), format!("write one of {}", METHODS.join(", ")))
            })
            .chain(rules.map(|(keyword, rule)| {
                let message = format!("`{rule}` is no rule for the keyword `{keyword}`");
                (message, "write `ignore` or `value`".to_owned())
            }))
            .chain(ids.map(|id| {
                let message = format!("`{}` is no name for a type of identifiers", id.name);
                (message, format!("write `{}`", type_name(&id.name)))
            }))
            .chain(kinds.map(|kind| {
                let message = format!("`{kind}` is no kind of identifiers");
                (message, "write the `name` of one of `[[ids]]`".to_owned())
            }))
            .chain(faults.map(|(name, status)| {
                let message =
                    format!("`{status}` is no status of an error, for `{}`", name.replace('_', "-"));
                (message, "write one from 400 to 599".to_owned())
            }))
            .collect();
        let fine = messages.is_empty();
        for (message, help) in messages {
            let place = Place::File { file: name.to_owned() };
            diagnostics.push(Diagnostic::error("configuration", message).at_place(place).help(help));
        }
        fine
    }
}

/// The methods of HTTP.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

/// The place of a byte offset, for whoever reads TOML.
#[must_use]
pub fn position(name: &str, text: &str, offset: usize) -> Position {
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

    fn messages(text: &str) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        let config = Config::parse("codegen.toml", text, &mut diagnostics);
        assert_eq!(config.is_none(), diagnostics.has_errors());
        diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect()
    }

    #[test]
    fn an_empty_configuration_is_neutral() {
        assert_eq!(messages(""), Vec::<String>::new());
    }

    #[test]
    fn unknown_words_are_errors() {
        assert_eq!(messages("[idempotency]\nmethods = [\"PSOT\"]"), ["`PSOT` is no HTTP method"]);
        assert_eq!(messages("[keywords]\nfoo = \"drop\""), ["`drop` is no rule for the keyword `foo`"]);
        assert_eq!(
            messages("[[ids]]\nname = \"user_id\""),
            ["`user_id` is no name for a type of identifiers"]
        );
        let users = "[user-tokens]\nheader = \"h\"\nissuer = \"i\"\nkeys-url = \"u\"\nkeys-seconds = 1\n\
                     cool-down-seconds = 1\ntimeout-seconds = 1\napp-variable = \"A\"\nkeys-url-variable = \"K\"\n";
        assert_eq!(messages(users), Vec::<String>::new());
        assert_eq!(messages(&format!("{users}user = \"UserId\"")), ["`UserId` is no kind of identifiers"]);
        assert!(messages("[webhooks]\nid-header = \"id\"").concat().contains("timestamp-header"));
        assert_eq!(
            messages("[mock]\nnot-found = { status = 200 }"),
            ["`200` is no status of an error, for `not-found`"]
        );
        assert!(messages("[mock]\nnot-fuond = { status = 404 }").concat().contains("not-fuond"));
        assert!(messages("[crate]\nnmae = \"x\"").concat().contains("nmae"));
    }
}
