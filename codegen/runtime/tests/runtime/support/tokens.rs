//! The tokens of the small API, written by hand as the generator would emit them.

use openapi_client_runtime::__private as rt;

use super::{api::Client, scripted_transport::Reply};

/// A part of every token in all tests. No output may contain it.
pub(crate) const SECRET: &str = "MARKER_token";

static CREATE: rt::Operation =
    rt::Operation::new("createToken", rt::Method::Post, "/tokens").body(rt::BodyEncoding::Json);

static SOURCE: rt::TokenFlow =
    rt::TokenFlow { token: "token", expires: "expires_at", scopes: Some("scopes"), margin_ms: 300_000 };

/// The request builder of a token.
pub(crate) struct CreateToken<S = ()>(rt::Builder<S>);

impl<S> CreateToken<S> {
    pub(crate) fn account(self, account: impl Into<String>) -> Self {
        Self(self.0.body("account", account.into()))
    }
}

impl Client {
    pub(crate) fn create_token(&self) -> CreateToken {
        CreateToken(rt::Builder::new(&self.0, &CREATE))
    }

    pub(crate) fn token_source<S: rt::Complete>(
        &self,
        scopes: impl IntoIterator<Item = impl Into<String>>,
        request: impl Fn(CreateToken) -> CreateToken<S> + Send + Sync + 'static,
    ) -> rt::TokenSource {
        let client = self.clone();
        rt::TokenSource::new(&SOURCE, rt::list(scopes), move || request(client.create_token()).0)
    }

    pub(crate) fn token_sources<K: rt::TokenKey, S: rt::Complete>(
        &self,
        scopes: impl IntoIterator<Item = impl Into<String>>,
        request: impl Fn(CreateToken, &K) -> CreateToken<S> + Send + Sync + 'static,
    ) -> rt::TokenSourceMap<K> {
        let client = self.clone();
        rt::TokenSourceMap::new(&SOURCE, rt::list(scopes), move |key| request(client.create_token(), key).0)
    }
}

/// A response at this minute after 12:00, with a token that is valid for one hour.
pub(crate) fn issued(name: &str, minute: u32) -> Reply {
    let date = |hour: u32| format!("Fri, 20 Nov 2026 {:02}:{:02}:00 GMT", hour + minute / 60, minute % 60);
    let body = format!(
        r#"{{"token":"{SECRET}_{name}","expires_at":"2026-11-20T{:02}:{:02}:00Z"}}"#,
        13 + minute / 60,
        minute % 60
    );
    Reply::Response(200, vec![("date", date(12))], body)
}
