//! The tokens that stand between the preview of a dangerous call and the call.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use openapi_client_description::JsonValue;
use sha2::Sha256;
use uuid::Uuid;

use crate::{call::Call, text::to_hex};

/// How long a token is valid.
pub(super) const LIFETIME: Duration = Duration::from_secs(600);

/// How many previews wait for their confirmation at most; the oldest is forgotten first.
const MAX_WAITING: usize = 100;

/// The calls that were previewed and not yet confirmed.
pub(super) struct Confirmations {
    /// Only this process knows it, so that nobody else can make a token.
    key: [u8; 32],
    waiting: VecDeque<Waiting>,
    /// The tokens that were used, for the message about it.
    used: VecDeque<String>,
}

struct Waiting {
    token: String,
    nonce: Uuid,
    confirmed: Confirmed,
    made_at: Instant,
}

/// What a token confirms.
#[derive(Clone, Debug)]
pub(super) struct Confirmed {
    pub(super) call: Call,
    /// The arguments as they were given for the preview; those of the call may also have the account of the profile.
    pub(super) given: JsonValue,
    /// The idempotency key that was given for the preview.
    pub(super) key: Option<String>,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unknown,
    Used,
    Expired,
    Changed,
}

impl Refusal {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Unknown => "this token is not one of this server",
            Self::Used => "this token was used already: each one confirms one call",
            Self::Expired => "this token has expired",
            Self::Changed => "this token is of another operation or of other arguments",
        }
    }
}

impl Confirmations {
    pub(super) fn new() -> Self {
        let mut key = [0; 32];
        let (first, second) = key.split_at_mut(16);
        first.copy_from_slice(Uuid::new_v4().as_bytes());
        second.copy_from_slice(Uuid::new_v4().as_bytes());
        Self { key, waiting: VecDeque::new(), used: VecDeque::new() }
    }

    /// Keeps a call, and makes the token that confirms it.
    pub(super) fn keep(&mut self, confirmed: Confirmed, target: &str, now: Instant) -> String {
        let nonce = Uuid::new_v4();
        let token = self.make_token(nonce, &confirmed, target);
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(Waiting { token: token.clone(), nonce, confirmed, made_at: now });
        token
    }

    /// Takes the call that the token confirms; the token is used up by it. `expected` is what the caller says the call is.
    pub(super) fn take(
        &mut self,
        token: &str,
        expected: &Expected,
        target: &str,
        now: Instant,
    ) -> Result<Confirmed, Refusal> {
        let Some(index) = self.waiting.iter().position(|waiting| is_equal(&waiting.token, token)) else {
            let was_used = self.used.iter().any(|used| is_equal(used, token));
            return Err(if was_used { Refusal::Used } else { Refusal::Unknown });
        };
        let Some(waiting) = self.waiting.get(index) else { return Err(Refusal::Unknown) };
        if now.duration_since(waiting.made_at) > LIFETIME {
            self.waiting.remove(index);
            return Err(Refusal::Expired);
        }
        // The token is computed again from what is sent now.
        let recomputed = self.make_token(waiting.nonce, &waiting.confirmed, target);
        if !is_equal(&recomputed, token) || !expected.fits(&waiting.confirmed) {
            return Err(Refusal::Changed);
        }
        let waiting = self.waiting.remove(index).ok_or(Refusal::Unknown)?;
        if self.used.len() >= MAX_WAITING {
            self.used.pop_front();
        }
        self.used.push_back(waiting.token);
        Ok(waiting.confirmed)
    }

    /// A keyed hash of the operation, its arguments, and where the request goes.
    fn make_token(&self, nonce: Uuid, confirmed: &Confirmed, target: &str) -> String {
        let call = &confirmed.call;
        let (nonce, arguments) = (nonce.to_string(), show_arguments(call).to_string());
        let key = confirmed.key.as_deref().unwrap_or_default();
        let parts = ["confirmation", &nonce, &call.loaded.operation.id, target, &arguments, key];
        format!("confirm-{}", self.hash_parts(&parts))
    }

    /// The idempotency key of the call that a token confirms.
    pub(super) fn derive_key(&self, token: &str) -> String {
        self.hash_parts(&["idempotency", token])
    }

    fn hash_parts(&self, parts: &[&str]) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        for part in parts {
            // With its length, so that no two lists of parts are the same bytes.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let hash = mac.finalize().into_bytes();
        to_hex(hash.get(..20).unwrap_or_default())
    }
}

/// What the caller of the second step says that it confirms, as far as it says so.
#[derive(Debug, Default)]
pub(super) struct Expected {
    pub(super) operation: Option<String>,
    pub(super) arguments: Option<JsonValue>,
}

impl Expected {
    /// The arguments may be those that were given for the preview, or those of the whole call, which the preview shows.
    fn fits(&self, confirmed: &Confirmed) -> bool {
        let call = &confirmed.call;
        let same_operation = self.operation.as_ref().is_none_or(|id| *id == call.loaded.operation.id);
        let same_arguments = self.arguments.as_ref().is_none_or(|arguments| {
            let sorted = sort_properties(arguments);
            sorted == sort_properties(&confirmed.given) || sorted == sort_properties(&show_arguments(call))
        });
        same_operation && same_arguments
    }
}

fn sort_properties(arguments: &JsonValue) -> BTreeMap<&str, &JsonValue> {
    arguments.properties().iter().map(|(name, value)| (name.as_str(), value)).collect()
}

/// The arguments of a call.
fn show_arguments(call: &Call) -> JsonValue {
    let arguments = call.arguments.iter().map(|(name, value)| (name.clone(), value.clone()));
    let body = call.body.iter().map(|body| (crate::call::WHOLE_BODY.to_owned(), body.clone()));
    let raw = call.raw_body.iter().map(|raw| {
        let text = String::from_utf8_lossy(&raw.content).into_owned();
        (crate::call::WHOLE_BODY.to_owned(), JsonValue::String(text))
    });
    let mut properties: Vec<(String, JsonValue)> = arguments.chain(body).chain(raw).collect();
    properties.sort_by(|(one, _), (other, _)| one.cmp(other));
    JsonValue::Object(properties)
}

/// Compares without telling by the time it takes how much of the text is right.
fn is_equal(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, test_shop::app};

    fn make_call(id: &str, arguments: &str) -> Confirmed {
        let catalog = Catalog::new(app()).unwrap();
        let mut call = Call::new(catalog.load(catalog.find_operation(id).unwrap()).unwrap());
        let arguments = JsonValue::parse(arguments).unwrap();
        call.arguments.extend(arguments.properties().iter().cloned());
        Confirmed { call, given: arguments, key: None }
    }

    #[test]
    fn a_token_confirms_one_call_once() {
        let mut confirmations = Confirmations::new();
        let (now, any) = (Instant::now(), Expected::default());
        let call = make_call("payOrder", r#"{"id":"ord_1","amount":12.50}"#);
        let token = confirmations.keep(call.clone(), "sandbox", now);
        let key = confirmations.derive_key(&token);
        assert!(!key.is_empty() && key != token && key == confirmations.derive_key(&token));
        let taken = confirmations.take(&token, &any, "sandbox", now + LIFETIME).unwrap();
        assert_eq!(taken.call.arguments, call.call.arguments);
        assert_eq!(confirmations.take(&token, &any, "sandbox", now).err(), Some(Refusal::Used));
        let second = confirmations.keep(call, "sandbox", now);
        assert_ne!(second, token);
    }

    #[test]
    fn a_token_that_is_not_of_this_call_is_refused() {
        let mut confirmations = Confirmations::new();
        let (now, any) = (Instant::now(), Expected::default());
        let call = make_call("payOrder", r#"{"id":"ord_1","amount":12.50}"#);
        let token = confirmations.keep(call.clone(), "sandbox", now);
        let arguments = |text: &str| Expected {
            operation: Some("payOrder".to_owned()),
            arguments: Some(JsonValue::parse(text).unwrap()),
        };
        let other_operation = Expected { operation: Some("createKey".to_owned()), arguments: None };
        for (text, expected, target, refusal) in [
            (format!("{token}0"), &any, "sandbox", Refusal::Unknown),
            (token.replacen("confirm", "confirn", 1), &any, "sandbox", Refusal::Unknown),
            (String::new(), &any, "sandbox", Refusal::Unknown),
            (token.clone(), &any, "production", Refusal::Changed),
            (token.clone(), &other_operation, "sandbox", Refusal::Changed),
            (token.clone(), &arguments(r#"{"id":"ord_1","amount":12.5}"#), "sandbox", Refusal::Changed),
            (token.clone(), &arguments(r#"{"id":"ord_1"}"#), "sandbox", Refusal::Changed),
        ] {
            assert_eq!(confirmations.take(&text, expected, target, now).err(), Some(refusal), "{text}");
        }
        let other = Confirmations::new().keep(call, "sandbox", now);
        assert_eq!(confirmations.take(&other, &any, "sandbox", now).err(), Some(Refusal::Unknown));
        // None of these used the token up.
        let same = arguments(r#"{"amount":12.50,"id":"ord_1"}"#);
        assert!(confirmations.take(&token, &same, "sandbox", now).is_ok());
    }

    #[test]
    fn the_arguments_of_the_preview_confirm_a_call_whose_account_was_filled_in() {
        let mut confirmations = Confirmations::new();
        let now = Instant::now();
        let given = r#"{"id":"ord_1","amount":1}"#;
        let filled = r#"{"id":"ord_1","amount":1,"note":"the account of the profile"}"#;
        let other = r#"{"id":"ord_1","amount":1,"note":"another account"}"#;
        for (arguments, is_taken) in [(given, true), (filled, true), (other, false)] {
            let mut confirmed = make_call("payOrder", filled);
            confirmed.given = JsonValue::parse(given).unwrap();
            let token = confirmations.keep(confirmed, "sandbox", now);
            let arguments = JsonValue::parse(arguments).unwrap();
            let expected = Expected { operation: None, arguments: Some(arguments) };
            let taken = confirmations.take(&token, &expected, "sandbox", now);
            assert_eq!(taken.is_ok(), is_taken, "{expected:?}");
            // What is sent is the whole call.
            assert!(taken.is_err() || taken.is_ok_and(|taken| taken.call.argument("note").is_some()));
        }
    }

    #[test]
    fn tokens_expire_and_their_number_is_bounded() {
        let mut confirmations = Confirmations::new();
        let (now, any) = (Instant::now(), Expected::default());
        let call = make_call("payOrder", r#"{"id":"ord_1","amount":1}"#);
        let late = now + LIFETIME + Duration::from_millis(1);
        let token = confirmations.keep(call.clone(), "", now);
        assert_eq!(confirmations.take(&token, &any, "", late).err(), Some(Refusal::Expired));
        let first = confirmations.keep(call.clone(), "", now);
        for _ in 0..MAX_WAITING {
            confirmations.keep(call.clone(), "", now);
        }
        assert_eq!(confirmations.waiting.len(), MAX_WAITING);
        assert_eq!(confirmations.take(&first, &any, "", now).err(), Some(Refusal::Unknown));
    }
}
