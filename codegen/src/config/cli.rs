//! The command line of the API.

use openapi_client_description::Risk;
use serde::Deserialize;

/// The command line of the API, which the feature `cli` of the crate has. Without this, there is none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cli {
    /// The name of the program; by default that of the crate.
    pub name: Option<String>,
    /// The page on which a person makes an API key.
    pub key_page: Option<String>,
    /// The page that the command `open` opens.
    pub home_page: Option<String>,
    /// The `operationId` of the operation that tells whose key it is. It has no required parameters.
    pub identity: Option<String>,
    /// The names of parameters and of properties of bodies that the account of a profile fills.
    pub account_parameters: Vec<String>,
    /// The properties that tables show first, in this order.
    pub columns: Vec<String>,
    /// What operations do; the first rule that matches decides. An operation that none matches is `read` if its method is `GET`,
    /// `HEAD` or `OPTIONS`, and `delete` if it is `DELETE`. Any other counts as dangerous: the program asks before it is sent.
    pub risks: Vec<RiskRule>,
}

/// What some operations do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RiskRule {
    /// What they do.
    pub risk: RiskName,
    /// Operations, each by its `operationId` or by method and path, such as `GET /v1/charges`. `*` stands for any characters.
    pub operations: Vec<String>,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RiskName {
    /// It changes nothing.
    Read,
    /// It creates or changes something, without more.
    Write,
    /// It deletes something or ends it. The program asks first.
    Delete,
    /// It moves money, or lets it be moved. The program asks first.
    Money,
    /// It makes or changes a credential, or who may do what. The program asks first.
    Credentials,
}

impl From<RiskName> for Risk {
    fn from(name: RiskName) -> Self {
        match name {
            RiskName::Read => Self::Read,
            RiskName::Write => Self::Write,
            RiskName::Delete => Self::Delete,
            RiskName::Money => Self::Money,
            RiskName::Credentials => Self::Credentials,
        }
    }
}
