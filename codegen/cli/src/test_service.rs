//! What the small APIs of the tests have in common: the parts that a test does not look at.

use openapi_client_runtime::__private as rt;

/// A service to which an API adds its name, environments and variables.
pub(crate) const SERVICE: rt::Service = rt::Service {
    name: "test",
    version: "1.2.3",
    environments: &[],
    api_key_variable: "TEST_API_KEY",
    base_url_variable: None,
    environment_variable: None,
    credentials: &[rt::SecurityScheme { name: "apiKey", authentication: rt::Authentication::Bearer }],
    security: &[&[&[0]]],
    headers: &[],
    version_header: None,
    version_variable: None,
    idempotency: rt::Idempotency {
        header: Some("Idempotency-Key"),
        methods: &[rt::Method::Post],
        max_length: 255,
        in_use_codes: &[],
    },
    idempotent_methods: &[rt::Method::Delete],
    retry: rt::RetryDefaults {
        attempts: 1,
        total_ms: 10_000,
        initial_backoff_ms: 1,
        max_backoff_ms: 1,
        statuses: &[],
        wait_patterns: &[],
    },
    request_id_headers: &["x-request-id"],
    replayed_header: Some("Idempotent-Replayed"),
    error: rt::ErrorEnvelope {
        root: &["error"],
        r#type: Some("type"),
        code: Some("code"),
        message: Some("message"),
        param: Some("param"),
    },
    rate_limit: None,
    log: rt::LogDefaults { variable: None, secrets: &[] },
};
