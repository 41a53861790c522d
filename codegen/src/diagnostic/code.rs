//! The codes of messages.

use std::fmt;

/// A short name for a kind of message. It stays the same when the wording changes, so tests and tools compare codes.
///
/// The generator's codes are constants of this type. A tool that reports messages of its own makes codes with
/// [`Code::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// A code of a tool that uses this crate.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The code as it is printed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether the message is about a part of the overlays or of the configuration that does not fit the document.
    #[must_use]
    pub fn is_misfit(self) -> bool {
        [Self::API_VERSION, Self::BROUGHT_BACK, Self::DEAD_ACTION, Self::DEAD_ENTRY].contains(&self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// Declares the generator's codes.
macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $code:literal;)+) => {
        impl Code {
            $($(#[$doc])+ pub const $name: Self = Self($code);)+
        }

        #[cfg(test)]
        const CODES: &[Code] = &[$(Code::$name),+];
    };
}

codes! {
    /// A list or map contains itself without an object in between.
    ALIAS_CIRCLE = "alias-circle";
    /// The aliases of a YAML document expand to too many bytes.
    ALIAS_LIMIT = "alias-limit";
    /// A YAML alias is inside the node that it refers to.
    ALIAS_LOOP = "alias-loop";
    /// The branches of an `allOf` cannot be merged into one object.
    ALL_OF = "all-of";
    /// The version in the configuration differs from that of the document, or neither states one.
    API_VERSION = "api-version";
    /// A JSON document cannot be parsed.
    BROKEN_JSON = "broken-json";
    /// The overlay, or one of its actions, is not valid.
    BROKEN_OVERLAY = "broken-overlay";
    /// A parameter is not valid.
    BROKEN_PARAMETER = "broken-parameter";
    /// A path, or a JSONPath expression of the overlay, is not valid.
    BROKEN_PATH = "broken-path";
    /// The key of a response is not a status.
    BROKEN_STATUS = "broken-status";
    /// A YAML document cannot be parsed.
    BROKEN_YAML = "broken-yaml";
    /// An action of the overlay creates something that it only describes, because the document no longer has it.
    BROUGHT_BACK = "brought-back";
    /// An operation has callbacks, which generate no code.
    CALLBACKS = "callbacks";
    /// The key of a YAML mapping is a list, a mapping or an alias.
    COMPLEX_KEY = "complex-key";
    /// The configuration is not valid.
    CONFIGURATION = "configuration";
    /// A reference to something that does not exist.
    DANGLING_REF = "dangling-ref";
    /// An action of the overlay matches or changes nothing.
    DEAD_ACTION = "dead-action";
    /// An entry of the configuration matches nothing in the document.
    DEAD_ENTRY = "dead-entry";
    /// The new name of a rename does not exist.
    DEAD_RENAME = "dead-rename";
    /// A discriminator leads to no type.
    DISCRIMINATOR = "discriminator";
    /// The document is too long.
    DOCUMENT_TOO_LONG = "document-too-long";
    /// The document contains nothing.
    EMPTY_DOCUMENT = "empty-document";
    /// Every value of a type would contain another value of the same type.
    ENDLESS = "endless";
    /// The payload of a webhook has no constant that identifies the event.
    EVENT_WITHOUT_NAME = "event-without-name";
    /// Renames of a release whose old names are no longer supported.
    EXPIRED_RENAMES = "expired-renames";
    /// A part of `encoding` has no effect on how a field of a form is sent.
    FIELD_ENCODING = "field-encoding";
    /// An upload or a token source of the configuration does not match the document.
    FLOW = "flow";
    /// A reference to another file.
    FOREIGN_REF = "foreign-ref";
    /// The schema of a form is not an object with properties.
    FORM_WITHOUT_MEMBERS = "form-without-members";
    /// The example of a property does not have the format that the configuration assigns by its name.
    FORMAT_BY_NAME = "format-by-name";
    /// Generated code cannot be parsed: a bug of the generator.
    INTERNAL = "internal";
    /// Only one of several media types is supported.
    MEDIA_TYPES = "media-types";
    /// An object lacks a required key.
    MISSING_KEY = "missing-key";
    /// Two things would have the same Rust name.
    NAMES_COLLIDE = "names-collide";
    /// A part of the document has no effect on the generated types.
    NOT_REPRESENTED = "not-represented";
    /// The file is not UTF-8.
    NOT_UTF8 = "not-utf8";
    /// The version of OpenAPI is missing or not supported.
    OPENAPI_VERSION = "openapi-version";
    /// How the pages of a list are requested is not clear.
    PAGES = "pages";
    /// The style of a parameter is not supported.
    PARAMETER_STYLE = "parameter-style";
    /// A string looks like a credential, and the configuration does not say whether it is one.
    POSSIBLE_SECRET = "possible-secret";
    /// A tuple is treated as a list.
    PREFIX_ITEMS = "prefix-items";
    /// A reference in the lowered tree does not lead to a schema.
    REFERENCE = "reference";
    /// References expand to too many nodes.
    REFERENCE_LIMIT = "reference-limit";
    /// A chain of references is too long.
    REF_CHAIN = "ref-chain";
    /// A chain of references that never reaches a definition.
    REF_LOOP = "ref-loop";
    /// A key occurs twice in one object.
    REPEATED_KEY = "repeated-key";
    /// Two operations have the same id.
    REPEATED_OPERATION_ID = "repeated-operation-id";
    /// The file of renames, or one of its entries, is not valid.
    RENAME = "rename";
    /// Which properties are required together is not validated.
    REQUIRED_TOGETHER = "required-together";
    /// The document uses a name that is reserved for the generator.
    RESERVED_NAME = "reserved-name";
    /// A security scheme, or a requirement, that the client cannot meet as the document states it.
    SECURITY_SCHEME = "security-scheme";
    /// The selection of operations matches none.
    SELECTION = "selection";
    /// A server has no complete URL, or a variable whose values are unknown.
    SERVER = "server";
    /// A YAML file contains more than one document.
    SEVERAL_DOCUMENTS = "several-documents";
    /// The document is nested too deeply.
    TOO_DEEP = "too-deep";
    /// The document has too many nodes.
    TOO_LARGE = "too-large";
    /// A path has a parameter that the operation does not declare.
    UNDECLARED_PATH_PARAMETER = "undeclared-path-parameter";
    /// The properties beside a union cannot be merged into its branches.
    UNION_MEMBERS = "union-members";
    /// A key that OpenAPI, or the generator, does not know.
    UNKNOWN_KEY = "unknown-key";
    /// An operation declares a path parameter that the path does not have.
    UNUSED_PATH_PARAMETER = "unused-path-parameter";
    /// Two values of an enum would have the same Rust name.
    VALUES_COLLIDE = "values-collide";
    /// A value has the wrong type.
    WRONG_KIND = "wrong-kind";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut codes = CODES.to_vec();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
    }
}
