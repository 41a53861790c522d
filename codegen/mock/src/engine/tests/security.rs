//! What operations require of several credentials, and paths that have a query of their own.

use super::*;
use openapi_client_runtime::__private::SecurityScheme;

const fn scheme(name: &'static str, authentication: Authentication) -> SecurityScheme {
    SecurityScheme { name, authentication }
}

static SEVERAL: Service = Service {
    credentials: &[
        scheme("key", Authentication::Query("key")),
        scheme("token", Authentication::Query("token")),
        scheme("session", Authentication::Cookie("sid")),
        scheme("device", Authentication::Http("DPoP")),
    ],
    security: &[&[&[0, 1], &[2]], &[&[3]], &[&[], &[2]]],
    ..SERVICE
};

const OPERATIONS: &str = r#"{"operations":[
{"id":"list","method":"GET","path":"/list"},
{"id":"device","method":"GET","path":"/device","security":1},
{"id":"open","method":"GET","path":"/open","security":2},
{"id":"start","method":"POST","path":"/rpc?action=Start","unauthenticated":true},
{"id":"stop","method":"POST","path":"/rpc?action=Stop","unauthenticated":true}
]}"#;

#[test]
fn requests_need_all_credentials_of_one_alternative() {
    let engine = Engine::new(&SEVERAL, OPERATIONS, test_options()).unwrap();
    let read = |line, headers: &[(&'static str, &'static str)]| {
        TestRequest { line, headers, body: "" }
            .read(&engine)
            .map_err(|rejection| rejection.violations.join("; "))
    };
    assert!(read("GET /list?key=a&token=b", &[]).is_ok());
    assert!(read("GET /list", &[("cookie", "a=b; sid=c")]).is_ok());
    let missing = read("GET /list?key=a", &[]).unwrap_err();
    assert!(missing.contains("query token") && missing.contains("`token`"), "{missing}");
    assert!(read("GET /list?key=a", &[("cookie", "sid=")]).is_err());
    assert!(read("GET /device", &[("authorization", "dpop x y")]).is_ok());
    assert!(read("GET /device?key=a&token=b", &[]).unwrap_err().contains("`DPoP`"));
    assert!(read("GET /open", &[]).is_ok());
}

#[test]
fn a_query_of_the_path_selects_the_operation() {
    let engine = Engine::new(&SEVERAL, OPERATIONS, test_options()).unwrap();
    let route =
        |path| engine.route(&Method::POST, path).map(|route| engine.operation_id(route.operation).to_owned());
    assert_eq!(route("/rpc?action=Start&x=y").unwrap(), "start");
    assert_eq!(route("/rpc?x=y&action=Stop").unwrap(), "stop");
    assert!(route("/rpc").is_err() && route("/rpc?action=Other").is_err());
    let read = |line| TestRequest { line, headers: &[], body: "" }.read(&engine);
    assert!(read("POST /rpc?action=Start").is_ok());
    assert!(read("POST /rpc?action=Start&other=1").is_err(), "the operation has no other parameter");
}
