//! Tests with tokens that are signed by generated keys.

mod key_cache;

use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer as _},
    elliptic_curve::rand_core::OsRng,
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Error, ErrorKind};

static SCHEME: UserTokenScheme = UserTokenScheme {
    header: "x-user",
    issuer: "urn:issuer",
    keys_url: "https://keys.test/jwks.json",
    keys_seconds: 43_200,
    cool_down_seconds: 30,
    timeout_seconds: 10,
    app_variable: "SHOP_TEST_UNSET_APP",
    keys_url_variable: "SHOP_TEST_UNSET_URL",
};

#[derive(Clone, Debug, PartialEq)]
struct TestTokens;

impl UserTokens for TestTokens {
    const SCHEME: &'static UserTokenScheme = &SCHEME;
    type UserId = String;
    type AppId = String;
}

struct Issuer(SigningKey);

impl Issuer {
    fn new() -> Self {
        Self(SigningKey::random(&mut OsRng))
    }

    fn jwk(&self, id: &str) -> Value {
        let point = self.0.verifying_key().to_encoded_point(false);
        let point = point.as_bytes();
        json!({"kty": "EC", "crv": "P-256", "kid": id, "x": B64.encode(&point[1..33]), "y": B64.encode(&point[33..])})
    }

    fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
        let signature: Signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", B64.encode(signature.to_bytes()))
    }

    fn sign(&self, id: Option<&str>) -> String {
        let mut header = json!({"alg": "ES256"});
        if let Some(id) = id {
            header["kid"] = json!(id);
        }
        self.sign_with(&header, &claims())
    }
}

fn claims() -> Value {
    json!({"iss": "urn:issuer", "aud": "app_1", "sub": "user_1", "iat": 1_000, "exp": 2_000})
}

fn jwk_set(keys: &[Value]) -> String {
    json!({"keys": keys}).to_string()
}

fn at_1000(verifier: Result<UserTokenVerifier<TestTokens>, UserTokenError>) -> UserTokenVerifier<TestTokens> {
    verifier.unwrap().clock(|| UNIX_EPOCH + Duration::from_secs(1_000))
}

#[tokio::test]
async fn each_claim_is_checked() {
    let issuer = Issuer::new();
    let verifier = at_1000(UserTokenVerifier::with_keys("app_1", issuer.jwk("k1").to_string()));
    let outcome = async |verifier: &UserTokenVerifier<TestTokens>, name: &str, value: Value| {
        let mut claims = claims();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        match verifier.verify(&issuer.sign_with(&json!({"alg": "ES256"}), &claims)).await {
            Ok(_) => "valid",
            Err(UserTokenError::Invalid { .. }) => "invalid",
            Err(UserTokenError::WrongApp) => "wrong app",
            Err(UserTokenError::Expired) => "expired",
            Err(_) => "other",
        }
    };
    for (name, value, expected) in [
        ("iss", json!("urn:other"), "invalid"),
        ("iss", Value::Null, "invalid"),
        ("aud", json!("app_2"), "wrong app"),
        ("aud", json!(["app_1"]), "invalid"),
        ("aud", json!(""), "invalid"),
        ("aud", Value::Null, "invalid"),
        ("sub", Value::Null, "invalid"),
        ("sub", json!(""), "invalid"),
        ("sub", json!(7), "invalid"),
        ("exp", json!(1_000), "expired"),
        ("exp", json!(1_001), "valid"),
        ("exp", json!(1_001.5), "valid"),
        ("exp", Value::Null, "valid"),
        ("exp", json!("2000"), "invalid"),
        ("exp", json!(-1), "invalid"),
        ("exp", json!(1e300), "invalid"),
        ("nbf", json!(1_000), "valid"),
        ("nbf", json!(1_001), "invalid"),
        ("iat", json!(1_010), "valid"),
        ("iat", json!(1_011), "invalid"),
        ("iat", Value::Null, "valid"),
        ("email", json!("a@b.test"), "valid"),
    ] {
        assert_eq!(outcome(&verifier, name, value.clone()).await, expected, "{name} {value}");
    }
    let lenient = verifier.clone().leeway(Duration::from_secs(5));
    for (name, value, expected) in [
        ("exp", 996, "valid"),
        ("exp", 995, "expired"),
        ("nbf", 1_005, "valid"),
        ("nbf", 1_006, "invalid"),
        ("iat", 1_010, "valid"),
        ("iat", 1_011, "invalid"),
    ] {
        assert_eq!(outcome(&lenient, name, json!(value)).await, expected, "{name} {value}");
    }
    let lenient = lenient.leeway(Duration::from_secs(20));
    assert_eq!(outcome(&lenient, "iat", json!(1_020)).await, "valid");
}

#[tokio::test]
async fn only_es256_is_accepted() {
    let issuer = Issuer::new();
    let verifier = at_1000(UserTokenVerifier::with_keys("app_1", issuer.jwk("k1").to_string()));
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "HS256"}),
        json!({"alg": "es256"}),
        json!({"alg": ["ES256"]}),
        json!({}),
        json!({"alg": "ES256", "kid": 7}),
        json!({"alg": "ES256", "crit": ["b64"], "b64": false}),
    ] {
        let error = verifier.verify(&issuer.sign_with(&header, &claims())).await.unwrap_err();
        assert!(matches!(error, UserTokenError::Invalid { .. }), "{header}: {error}");
    }
    let token = issuer.sign(None);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    for token in [
        format!("{signed}."),
        signed.to_owned(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}="),
        format!("{signed}x.{signature}"),
    ] {
        assert!(matches!(verifier.verify(&token).await, Err(UserTokenError::Invalid { .. })), "{token}");
    }
}

#[tokio::test]
async fn keys_may_be_pem_a_jwk_or_a_jwk_set() {
    let (one, two) = (Issuer::new(), Issuer::new());
    let pem = one.0.verifying_key().to_public_key_pem(LineEnding::CRLF).unwrap();
    for key in [pem.clone(), one.jwk("k1").to_string()] {
        let verifier = at_1000(UserTokenVerifier::with_keys("app_1", key));
        assert!(verifier.verify(&one.sign(Some("whatever"))).await.is_ok());
        assert!(matches!(verifier.verify(&two.sign(Some("k1"))).await, Err(UserTokenError::Invalid { .. })));
    }
    let both = at_1000(UserTokenVerifier::with_keys("app_1", jwk_set(&[one.jwk("k1"), two.jwk("k2")])));
    assert!(both.verify(&two.sign(Some("k2"))).await.is_ok());
    assert_eq!(both.verify(&two.sign(Some("k3"))).await, Err(UserTokenError::NoMatchingKey));
    let mut encryption = one.jwk("k1");
    encryption["use"] = json!("enc");
    let mut short = one.jwk("k1");
    short["x"] = json!("AQAB");
    let mut off_the_curve = one.jwk("k1");
    off_the_curve["x"] = json!(B64.encode([1; 32]));
    let private = one.0.to_pkcs8_pem(LineEnding::LF).unwrap().to_string();
    for key in [
        "",
        "{}",
        "[]",
        &jwk_set(&[]),
        &encryption.to_string(),
        &short.to_string(),
        &off_the_curve.to_string(),
        &private,
        &pem.replace('M', "N"),
    ] {
        assert!(
            matches!(
                UserTokenVerifier::<TestTokens>::with_keys("app_1", key),
                Err(UserTokenError::Config { .. })
            ),
            "{key}"
        );
    }
}

#[tokio::test]
async fn the_token_is_read_from_the_headers_and_the_app_id_is_required() {
    let issuer = Issuer::new();
    let key = issuer.jwk("k1").to_string();
    let verifier = at_1000(UserTokenVerifier::with_keys("app_1", &key));
    let mut headers = http::HeaderMap::new();
    let missing = UserTokenError::NoToken { header: "x-user" };
    assert_eq!(verifier.verify_headers(&headers).await, Err(missing.clone()));
    assert_eq!(verifier.verify("").await, Err(missing.clone()));
    headers.insert("x-user", issuer.sign(None).parse().unwrap());
    assert!(verifier.verify_headers(&headers).await.is_ok());
    assert!(verifier.verify_headers([("X-USER", issuer.sign(None))]).await.is_ok());
    for blank in ["", " \n", "\u{feff}"] {
        let result = UserTokenVerifier::<TestTokens>::with_keys(blank, &key);
        assert!(matches!(result, Err(UserTokenError::Config { .. })), "{blank:?}");
    }
    let error = Error::from(missing);
    assert_eq!(error.kind(), ErrorKind::UserToken);
    assert!(std::error::Error::source(&error).unwrap().is::<UserTokenError>());
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn the_extractor_rejects_invalid_tokens() {
    use ::axum::{Router, body::Body as AxumBody, routing::get};
    use tower::ServiceExt as _;

    let issuer = Issuer::new();
    let verifier = at_1000(UserTokenVerifier::with_keys("app_1", issuer.jwk("k1").to_string()));
    let app =
        Router::new().route("/", get(async |user: UserToken<TestTokens>| user.user_id)).with_state(verifier);
    for (token, status) in [(Some(issuer.sign(None)), 200), (Some("a.b.c".to_owned()), 401), (None, 401)] {
        let mut request = http::Request::get("/");
        if let Some(token) = token {
            request = request.header("x-user", token);
        }
        let response = app.clone().oneshot(request.body(AxumBody::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), status);
    }
}

proptest! {
    #[test]
    fn arbitrary_text_is_rejected_without_panic(
        token in prop_oneof![".*", "[A-Za-z0-9_-]{0,30}\\.[A-Za-z0-9_-]{0,30}\\.[A-Za-z0-9_-]{0,90}"],
        header in ".*", payload in ".*", key in ".*",
    ) {
        let _ = key_set::KeySet::parse(&key);
        static ISSUER: std::sync::LazyLock<Issuer> = std::sync::LazyLock::new(Issuer::new);
        let keys = key_set::KeySet::parse(&ISSUER.jwk("k1").to_string()).unwrap();
        let structured = format!("{}.{}.{}", B64.encode(header), B64.encode(payload), B64.encode([7; 64]));
        for token in [token, structured] {
            if let Ok(token) = jws::Jws::parse(&token) {
                prop_assert!(keys.verify(&token).is_err());
                let _ = token.claims().map(|claims| UserToken::<TestTokens>::from_claims(&claims, "app_1", 0, 0));
            }
        }
    }
}
