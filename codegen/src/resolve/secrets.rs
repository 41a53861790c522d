//! Decides which strings and free objects are secrets, and warns of those that look like one and that the configuration does not decide.

use openapiv3::{Schema, SchemaKind, Type};

use super::Resolver;
use super::schema::{Resolved, resolve_string};
use crate::config::matches_pattern;
use crate::diagnostic::Code;
use crate::ident::split_words;
use crate::ir::{Field, Shape, TypeOrigin, TypeRef};

/// The keys of the two lists of the configuration.
const SECRETS: &str = "secrets";
const NOT_SECRETS: &str = "not-secrets";

impl Resolver<'_> {
    /// Whether the configuration makes a string secret. The more specific entry of the two lists decides; between equal ones,
    /// `not-secrets` does.
    pub(super) fn is_secret(&self, path: &str, name: &str) -> bool {
        let secret = self.match_entries(SECRETS, path, name);
        secret.is_some() && secret > self.match_entries(NOT_SECRETS, path, name)
    }

    /// How specific the best entry of a list is that matches a property: by its path or only by its name, exactly or as a
    /// pattern. Remembers all that match.
    fn match_entries(&self, list: &'static str, path: &str, name: &str) -> Option<(bool, bool)> {
        let entries = if list == SECRETS { &self.config.secrets } else { &self.config.not_secrets };
        let mut matched = self.matched_secrets.borrow_mut();
        let mut best = None;
        for (index, entry) in entries.iter().enumerate() {
            let by_name = matches_pattern(entry, name);
            // A name alone is not compared to paths: the pattern `*_key` would match any owner.
            if by_name || (entry.contains('.') && matches_pattern(entry, path)) {
                matched.insert((list, index));
                best = best.max(Some((!by_name, !entry.contains('*'))));
            }
        }
        best
    }

    /// Whether a type is a string without a format, also behind a component.
    pub(super) fn is_plain_string(&self, ty: &TypeRef) -> bool {
        let TypeRef::Named(id) = ty else { return *ty == TypeRef::String };
        let def = self.api.get(*id);
        match (&def.shape, &def.origin) {
            (Shape::Alias(ty), _) => *ty == TypeRef::String,
            (Shape::Pending, TypeOrigin::Component(name)) => {
                let schema = self.schemas.and_then(|schemas| schemas.get(name)?.as_item());
                schema.is_some_and(is_plain_string_schema)
            }
            _ => false,
        }
    }

    /// Warns of a property that looks like a credential, if the configuration lists it neither as secret nor as harmless. Parameters
    /// are not printed in any case.
    pub(super) fn warn_of_credential(&mut self, field: &Field, owner: &str) {
        let ty = field.ty.innermost();
        let is_password = field.details.constraints.format.as_deref() == Some("password");
        let is_candidate =
            *ty == TypeRef::JsonObject || (field.constant.is_none() && self.is_plain_string(ty));
        if !is_candidate || !(is_password || looks_like_credential(&field.name)) {
            return;
        }
        let (name, path) = (&field.name, format!("{owner}.{}", field.name));
        if self.match_entries(NOT_SECRETS, &path, name).is_some() {
            return;
        }
        let entries = match owner {
            "" => format!("`{name}`"),
            _ => format!("`{path}`, or `{name}` for every schema,"),
        };
        self.warn(
            Code::POSSIBLE_SECRET,
            format!("`{name}` looks like a credential, but its value is printed in logs"),
            &field.pointer,
            &format!(
                "add {entries} to `secrets` in the configuration, or to `not-secrets` if it is harmless"
            ),
        );
    }

    /// The entries of the two lists that matched no string: their pointers and messages.
    pub(super) fn dead_secrets(&self) -> Vec<(String, String)> {
        let matched = self.matched_secrets.borrow();
        let lists = [
            (SECRETS, &self.config.secrets, "no string is called `{}`, which the configuration makes secret"),
            (
                NOT_SECRETS,
                &self.config.not_secrets,
                "no string that looks like a credential, or that `secrets` lists, is called `{}`",
            ),
        ];
        let dead = lists.into_iter().flat_map(|(list, entries, words)| {
            let dead = entries.iter().enumerate().filter(|(index, _)| !matched.contains(&(list, *index)));
            let describe = move |(index, name): (usize, &String)| {
                (format!("/{list}/{index}"), words.replace("{}", name))
            };
            dead.map(describe).collect::<Vec<_>>()
        });
        dead.collect()
    }
}

fn is_plain_string_schema(schema: &Schema) -> bool {
    let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return false };
    string.enumeration.is_empty()
        && matches!(resolve_string(string, &schema.schema_data), Resolved::Type(TypeRef::String))
}

/// Words that name a credential at the end of a name: `secret_key`, `accessTokens`.
const CREDENTIALS: &[&str] = &[
    "apikey",
    "credential",
    "cvc",
    "cvv",
    "jwt",
    "key",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "pin",
    "secret",
    "ssn",
    "token",
    "totp",
];

/// Words that name a credential anywhere in a name: `client_secret_value`.
const STRONG_CREDENTIALS: &[&str] = &["passphrase", "passwd", "password", "secret", "token", "totp"];

/// The last two words of other names of credentials.
const CREDENTIAL_PAIRS: &[[&str; 2]] = &[
    ["access", "code"],
    ["authorization", "code"],
    ["backup", "code"],
    ["card", "number"],
    ["recovery", "code"],
    ["security", "code"],
    ["verification", "code"],
];

/// Last words of names that say something about a credential: `token_type`, `secret_id`.
const ABOUT_CREDENTIALS: &[&str] = &[
    "at",
    "balance",
    "count",
    "description",
    "expiration",
    "expiry",
    "field",
    "hint",
    "id",
    "kind",
    "label",
    "length",
    "name",
    "policy",
    "prefix",
    "scope",
    "status",
    "symbol",
    "type",
    "uri",
    "url",
    "usage",
    "version",
];

/// Words that make a credential harmless: `public_key`, `masked_api_key`.
const HARMLESS: &[&str] = &[
    "fingerprint",
    "idempotence",
    "idempotency",
    "masked",
    "obfuscated",
    "public",
    "publishable",
    "redacted",
];

/// Whether a value with this name is likely to be a credential.
fn looks_like_credential(name: &str) -> bool {
    let words: Vec<String> = split_words(name).iter().map(|word| word.to_lowercase()).collect();
    // Not the general rule of plurals, which would change `access` or `address`.
    let words: Vec<&str> = words
        .iter()
        .map(|word| match word.strip_suffix('s') {
            Some(one) if CREDENTIALS.contains(&one) || ["code", "id", "number"].contains(&one) => one,
            _ => word.as_str(),
        })
        .collect();
    let Some(last) = words.last() else { return false };
    if words.iter().any(|word| HARMLESS.contains(word)) || ABOUT_CREDENTIALS.contains(last) {
        return false;
    }
    CREDENTIALS.contains(last)
        || words.iter().any(|word| STRONG_CREDENTIALS.contains(word))
        || CREDENTIAL_PAIRS.iter().any(|pair| words.ends_with(pair))
}

#[cfg(test)]
mod tests {
    use super::looks_like_credential;

    #[test]
    fn names_of_credentials_are_recognised() {
        for name in [
            "token",
            "accessToken",
            "refresh_tokens",
            "secret",
            "client_secret",
            "clientSecretValue",
            "password",
            "api-key",
            "apiKey",
            "apiKeys",
            "APIKey",
            "private_key",
            "card_number",
            "cvc",
            "pin",
            "ssn",
            "totp_code",
            "backup_codes",
            "key",
        ] {
            assert!(looks_like_credential(name), "{name}");
        }
        for name in [
            "",
            "id",
            "token_type",
            "tokenIds",
            "secret_id",
            "public_key",
            "masked_api_key",
            "idempotency_key",
            "keyword",
            "keys_count",
            "monkey",
            "shipping",
            "pinned",
            "country_code",
            "account_number",
            "cursor",
            "password_expires_at",
            "token_url",
        ] {
            assert!(!looks_like_credential(name), "{name}");
        }
    }
}
