//! The rules by which data fit each other, on a small shop.

use std::time::{Duration, SystemTime};

use super::*;

const SHOP: &str = r#"{
"rules":{
"amount":"value",
"inherited":{"currency":["usd_total"]},
"changed":["changed_at"],
"types":{
"Sale":{"dates":{"due":86400,"ordered_at":-3600},"values":{"total":"net + tax","tax":"0.2 * net","usd_total":"total"}},
"Line":{"values":{"price":"outer.net"}}
},
"effects":{
"createSale":[
{"set":{"net":"request.price or offer_id -> price"}},
{"target":{"other":{"collection":"/wallets","id":"request.wallet"}},"item":{"list":"balances","key":{"currency":"outer.currency"}},"set":{"amount":"amount + outer.total"}}
],
"refundSale":[
{"target":{"new":{"collection":"/refunds"}},"set":{"sale_id":"id","amount":"request.amount or total - refunded"}},
{"set":{"refunded":"refunded + request.amount or total","state":"'partly'"}},
{"condition":"refunded >= total","set":{"state":"'refunded'"}}
],
"closeSale":[
{"target":{"other":{"collection":"/wallets","id":"id -> wallet"}},"item":{"list":"balances","key":{"currency":"outer.currency"}},"set":{"amount":"amount - outer.total"}},
{"set":{"state":"'closed'"}}
],
"createOffer":[{"target":{"new":{"collection":"/sales","is_hidden":true}},"set":{"offer_id":"id","net":"price"}}]
},
"events":{"sale.closed":{"property":"data","collection":"/sales","set":{"state":"'closed'"}}}
},
"operations":[
{"id":"listSales","method":"GET","path":"/sales","response":{"json":{"list":"Sale"}}},
{"id":"createSale","method":"POST","path":"/sales","body":{"encoding":"json","content":{"variants":[{"object":{"fields":{"price":{"optional":"decimal"},"currency":{"optional":"string"},"wallet":{"optional":"string"},"offer_id":{"optional":"string"},"lines":{"optional":{"list":"LineInput"}}}}}]}},"response":{"json":"Sale"}},
{"id":"retrieveSale","method":"GET","path":"/sales/{id}","parameters":{"path":{"id":"string"}},"response":{"json":"Sale"}},
{"id":"updateSale","method":"PATCH","path":"/sales/{id}","parameters":{"path":{"id":"string"}},"body":{"encoding":"json","content":{"variants":[{"object":{"fields":{"net":{"optional":"decimal"}}}}]}},"response":{"json":"Sale"}},
{"id":"refundSale","method":"POST","path":"/sales/{id}/refund","parameters":{"path":{"id":"string"}},"body":{"encoding":"json","content":{"variants":[{"object":{"fields":{"amount":{"optional":"decimal"}}}}]}},"response":{"json":"Sale"}},
{"id":"closeSale","method":"POST","path":"/sales/{id}/close","parameters":{"path":{"id":"string"}},"response":{"json":"boolean"}},
{"id":"listRefunds","method":"GET","path":"/refunds","response":{"json":{"list":"Refund"}}},
{"id":"retrieveWallet","method":"GET","path":"/wallets/{id}","parameters":{"path":{"id":"string"}},"response":{"json":"Wallet"}},
{"id":"createOffer","method":"POST","path":"/offers","body":{"encoding":"json","content":{"variants":[{"object":{"fields":{"price":"decimal"}}}]}},"response":{"json":"Offer"}}
],
"types":{
"Balance":{"object":{"fields":{"amount":"decimal","currency":"Currency"}}},
"Currency":{"enum":["usd","eur"]},
"Line":{"object":{"fields":{"label":"string","price":"Money"}}},
"LineInput":{"object":{"fields":{"label":"string"}}},
"Money":{"object":{"fields":{"value":{"type":"string","example":"1.00"},"currency":{"type":"string","example":"usd"}}}},
"Offer":{"object":{"fields":{"id":"string","price":"decimal"}}},
"Refund":{"object":{"fields":{"id":"string","sale_id":"string","amount":{"type":"string","example":"1.00"}}}},
"Sale":{"object":{"fields":{"id":"string","net":"Money","tax":"Money","total":"Money","usd_total":"Money","refunded":{"type":{"nullable":"Money"},"example":null},"currency":"Currency","state":{"type":"string","example":"open"},"lines":{"list":"Line"},"offer_id":{"nullable":"string"},"ordered_at":"date_time","made_at":{"type":"date_time","example":"2001-01-01T00:00:00Z"},"changed_at":"date_time","due":"date"}}},
"SaleClosed":{"object":{"fields":{"id":"string","data":"Sale"}}},
"Wallet":{"object":{"fields":{"id":"string","balances":{"list":"Balance"}}}}
},
"events":[{"name":"sale.closed","payload":"SaleClosed"}]
}"#;

/// 2026-03-01T12:00:00Z
const NOW: Duration = Duration::from_secs(1_772_366_400);

fn shop() -> Engine {
    let time = Some(SystemTime::UNIX_EPOCH + NOW);
    Engine::new(&SERVICE, SHOP, Options { time, ..test_options() }).unwrap()
}

fn send(engine: &Engine, line: &str, body: &str) -> JsonValue {
    JsonValue::parse(&request(line, body).respond(engine).unwrap()).unwrap()
}

/// The text of a value within another, by the names and positions that lead to it.
fn text(value: &JsonValue, path: &str) -> String {
    let value = path.split('.').try_fold(value, |value, name| match name.parse::<usize>() {
        Ok(index) => value.items().get(index),
        Err(_) => value.get(name),
    });
    value.map(JsonValue::to_text).unwrap_or_default()
}

const SALE_OF_WALLET: &str = r#"{"price":10,"currency":"eur","wallet":"w"}"#;

/// The balance of the wallet `w` in euros.
fn euros(engine: &Engine) -> f64 {
    let wallet = send(engine, "GET /wallets/w", "");
    let mut balances = wallet.get("balances").unwrap().items().iter();
    let found = balances.find(|balance| text(balance, "currency") == "eur");
    found.map_or(0.0, |balance| text(balance, "amount").parse::<f64>().unwrap())
}

#[test]
fn what_a_request_states_comes_back_and_the_rest_follows() {
    let engine = shop();
    let body = r#"{"price":50,"currency":"EUR","lines":[{"label":"A"},{"label":"B"}]}"#;
    let sale = send(&engine, "POST /sales", body);
    for (path, expected) in [
        ("net.value", "50.00"),
        ("net.currency", "eur"),
        ("tax.value", "10.00"),
        ("total.value", "60.00"),
        ("usd_total.value", "60.00"),
        ("usd_total.currency", "usd"),
        ("currency", "eur"),
        ("lines.0.label", "A"),
        ("lines.1.label", "B"),
        ("lines.1.price.value", "50.00"),
        ("made_at", "2026-03-01T12:00:00Z"),
        ("changed_at", "2026-03-01T12:00:00Z"),
        ("ordered_at", "2026-03-01T11:00:00Z"),
        ("due", "2026-03-02"),
    ] {
        assert_eq!(text(&sale, path), expected, "{path}");
    }
    let id = text(&sale, "id");
    assert_eq!(send(&engine, &format!("GET /sales/{id}"), ""), sale);
    assert_eq!(send(&engine, "GET /sales", "").items().first(), Some(&sale));
    let updated = send(&engine, &format!("PATCH /sales/{id}"), r#"{"net":20}"#);
    assert_eq!(
        (text(&updated, "net.value"), text(&updated, "total.value")),
        ("20.00".into(), "24.00".into())
    );
}

#[test]
fn what_nobody_made_is_older_and_consistent() {
    let engine = shop();
    let list = send(&engine, "GET /sales", "");
    let times: Vec<String> = list.items().iter().map(|sale| text(sale, "made_at")).collect();
    assert!(times.is_sorted_by(|newer, older| newer > older), "{times:?}");
    for sale in list.items() {
        assert!(text(sale, "made_at").as_str() < "2026-03-01T12:00:00Z" && text(sale, "due") == "2026-03-02");
        let amount = |path: &str| text(sale, path).parse::<f64>().unwrap();
        assert!((amount("net.value") + amount("tax.value") - amount("total.value")).abs() < 0.001);
    }
    let other = shop();
    assert_eq!(send(&other, "GET /sales", ""), list, "the same seed and time");
}

#[test]
fn effects_change_and_make_other_objects() {
    let engine = shop();
    send(&engine, "POST /sales", SALE_OF_WALLET);
    let before = euros(&engine);
    let sale = send(&engine, "POST /sales", SALE_OF_WALLET);
    assert!((euros(&engine) - before - 12.0).abs() < 0.001, "the balance has the total of the sale");

    let id = text(&sale, "id");
    let partly = send(&engine, &format!("POST /sales/{id}/refund"), r#"{"amount":5}"#);
    assert_eq!((text(&partly, "refunded.value"), text(&partly, "state")), ("5.00".into(), "partly".into()));
    let refunded = send(&engine, &format!("POST /sales/{id}/refund"), "");
    assert_eq!(
        (text(&refunded, "refunded.value"), text(&refunded, "state")),
        ("12.00".into(), "refunded".into())
    );
    let refunds = send(&engine, "GET /refunds", "");
    assert_eq!((text(&refunds, "0.amount"), text(&refunds, "1.amount")), ("7.00".into(), "5.00".into()));
    assert_eq!(text(&refunds, "0.sale_id"), id);

    assert_eq!(send(&engine, &format!("POST /sales/{id}/close"), ""), JsonValue::Bool(true));
    assert_eq!(text(&send(&engine, &format!("GET /sales/{id}"), ""), "state"), "closed");
    assert!((euros(&engine) - before).abs() < 0.001, "the balance does not have it any more");
}

/// The payload of the event `sale.closed`.
#[cfg(feature = "webhooks")]
fn sale_closed(engine: &Engine, about: Option<&str>) -> JsonValue {
    use openapi_client_runtime::webhooks::WebhookScheme;

    const SCHEME: WebhookScheme = WebhookScheme {
        id_header: "id",
        timestamp_header: "time",
        signature_header: "signature",
        signature_version: "v1",
        tolerance_seconds: 1,
        secret_variable: "SECRET",
        retry_seconds: &[],
        id_prefix: "msg_",
        version_property: None,
        api_version: None,
    };
    engine.make_event("sale.closed", about, &SCHEME).unwrap()
}

#[cfg(feature = "webhooks")]
#[test]
fn events_are_about_what_was_made() {
    let engine = shop();
    let event = |about: Option<&str>| sale_closed(&engine, about);
    // The object of an event that follows from no call is found later.
    let unknown = event(None);
    let id = text(&unknown, "data.id");
    assert_eq!(Some(&send(&engine, &format!("GET /sales/{id}"), "")), unknown.get("data"));

    let first = send(&engine, "POST /sales", r#"{"price":1}"#);
    let offer = send(&engine, "POST /offers", r#"{"price":7}"#);
    let count = send(&engine, "GET /sales", "").items().len();
    let followed = event(None);
    assert_eq!(text(&followed, "data.offer_id"), text(&offer, "id"));
    assert_eq!(
        (text(&followed, "data.net.value"), text(&followed, "data.state")),
        ("7.00".into(), "closed".into())
    );
    let listed = send(&engine, "GET /sales", "");
    assert_eq!(listed.items().len(), count + 1, "it happened");
    assert_eq!(
        (text(&listed, "0.id"), text(&listed, "1.id")),
        (text(&followed, "data.id"), text(&first, "id"))
    );

    let about = event(Some(&text(&first, "id")));
    assert_eq!(
        (text(&about, "data.id"), text(&about, "data.net.value")),
        (text(&first, "id"), "1.00".into())
    );
    assert_ne!(text(&about, "id"), text(&followed, "id"), "messages about different objects differ");
    let linked = send(&engine, "POST /sales", &format!(r#"{{"offer_id":"{}"}}"#, text(&offer, "id")));
    assert_eq!(text(&linked, "net.value"), "7.00");
}

#[cfg(feature = "webhooks")]
#[test]
fn events_are_about_what_stubs_made_and_changed() {
    let engine = shop();
    let store_stub = |line: &str, sale: &JsonValue| {
        let (route, _) = request(line, "").read(&engine).unwrap();
        engine.store_stub_response(&route, sale);
    };
    let made = send(&engine, "POST /sales", r#"{"price":1}"#);
    let mut stubbed = engine.sample_response(engine.find_operation("createSale").unwrap());
    stubbed.set("id", JsonValue::string("stubbed"));
    store_stub("POST /sales", &stubbed);
    assert_eq!(text(&sale_closed(&engine, None), "data.id"), "stubbed");
    // Nothing has changed.
    store_stub(&format!("GET /sales/{}", text(&made, "id")), &made);
    assert_eq!(text(&sale_closed(&engine, None), "data.id"), "stubbed");
    store_stub(&format!("POST /sales/{}/refund", text(&made, "id")), &made);
    assert_eq!(text(&sale_closed(&engine, None), "data.id"), text(&made, "id"));
}

#[cfg(feature = "webhooks")]
#[test]
fn what_only_a_request_states_is_known_after_an_event() {
    let engine = shop();
    send(&engine, "POST /sales", SALE_OF_WALLET);
    let before = euros(&engine);
    let sale = send(&engine, "POST /sales", SALE_OF_WALLET);
    let id = text(&sale, "id");
    assert_eq!(text(&sale_closed(&engine, Some(&id)), "data.wallet"), "", "events do not state it");
    send(&engine, &format!("POST /sales/{id}/close"), "");
    assert!((euros(&engine) - before).abs() < 0.001, "the wallet of the sale is known");
}
