//! A page of payments as a careful person would write it down: derived, with the fields and the types of the crate `whop`, texts
//! owned, numbers exact, and values of enums that nobody knows yet kept.

#![allow(dead_code)]

use chrono::{DateTime, FixedOffset};
use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::choices::{
    BillingReason, Currency, DeclineCode, HoldKind, PaymentMethodType, RuleAction, Status, Substatus,
    TaxBehavior,
};

type Time = DateTime<FixedOffset>;

#[derive(Debug, Serialize, Deserialize)]
pub struct PaymentPage {
    pub data: Vec<Payment>,
    pub page_info: PageInfo,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct PageInfo {
    pub end_cursor: Option<String>,
    pub start_cursor: Option<String>,
    pub has_next_page: bool,
    pub has_previous_page: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Payment {
    pub account_id: Option<String>,
    pub amount_after_fees: Money,
    pub auto_refunded: bool,
    pub billing_address: Option<Address>,
    pub billing_reason: Option<BillingReason>,
    pub checkout_configuration_id: Option<String>,
    pub client_secret: Option<String>,
    pub created_at: Time,
    pub currency: Currency,
    pub customer_email: Option<String>,
    pub customer_phone: Option<String>,
    pub decline_code: Option<DeclineCode>,
    pub dispute_alerted_at: Option<Time>,
    pub failure_message: Option<String>,
    pub financing_installments_count: Option<Exact>,
    pub holds: Vec<Hold>,
    pub id: String,
    pub ip_address: Option<String>,
    pub last_payment_attempt_at: Option<Time>,
    pub line_items: Vec<LineItem>,
    pub member_id: Option<String>,
    pub membership_id: Option<String>,
    pub metadata: Option<Map<String, Value>>,
    pub needs_tracking: Option<bool>,
    pub next_payment_attempt_at: Option<Time>,
    pub paid_at: Option<Time>,
    pub payment_instrument: Option<Instrument>,
    pub payment_method_id: Option<String>,
    pub payment_method_type: Option<PaymentMethodType>,
    pub payment_rule_matches: Vec<RuleMatch>,
    pub payments_failed: Exact,
    pub plan_id: Option<String>,
    pub presentment_total: Option<Money>,
    pub product_id: Option<String>,
    pub promo_code_id: Option<String>,
    pub quote_id: Option<String>,
    pub recovery_url: Option<String>,
    pub refundable: bool,
    pub refunded_amount: Option<Money>,
    pub refunded_at: Option<Time>,
    pub retryable: bool,
    pub risk_score: Option<Exact>,
    pub risk_signals: Option<Map<String, Value>>,
    pub settlement_time_at: Option<Time>,
    pub shipment_id: Option<String>,
    pub shipping_address: Option<Address>,
    pub status: Status,
    pub substatus: Substatus,
    pub subtotal: Option<Money>,
    pub tax_amount: Option<Money>,
    pub tax_behavior: Option<TaxBehavior>,
    pub tax_refunded_amount: Money,
    pub three_ds_verified: bool,
    pub total: Option<Money>,
    pub updated_at: Time,
    pub usd_total: Option<Money>,
    pub user: Option<User>,
    pub verification_checks: Option<VerificationChecks>,
    pub voidable: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Money {
    pub amount: String,
    pub currency: String,
    pub decimals: i64,
    pub display_decimals: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Address {
    pub city: Option<String>,
    pub country: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub name: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Hold {
    pub amount: Money,
    pub percentage: Option<Exact>,
    pub release_at: Option<Time>,
    #[serde(rename = "type")]
    pub kind: HoldKind,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct LineItem {
    pub id: Option<String>,
    pub label: Option<String>,
    pub plan_id: Option<String>,
    pub plan_title: Option<String>,
    pub product_id: Option<String>,
    pub product_title: Option<String>,
    pub quantity: Exact,
    pub sku: Option<String>,
    pub subtotal: Option<Money>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Instrument {
    pub card: Option<Card>,
    pub display_name: String,
    pub icons: Icons,
    pub installment_count: Option<Exact>,
    pub payment_method_type: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Card {
    pub brand: Option<String>,
    pub exp_month: Option<Exact>,
    pub exp_year: Option<Exact>,
    pub issuer_identification_number: Option<String>,
    pub last4: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Icons {
    pub card: IconVariants,
    pub square: IconVariants,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct IconVariants {
    pub dark: IconFiles,
    pub light: IconFiles,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct IconFiles {
    pub png_1x: String,
    pub png_2x: String,
    pub png_4x: String,
    pub svg: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct RuleMatch {
    pub action: RuleAction,
    pub id: String,
    pub name: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct User {
    pub id: String,
    pub name: Option<String>,
    pub profile_picture: ProfilePicture,
    pub username: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct ProfilePicture {
    pub url: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct VerificationChecks {
    pub address_line1: Option<String>,
    pub arn: Option<String>,
    pub authorization_code: Option<String>,
    pub card_holder_name: Option<String>,
    pub card_security_code: Option<String>,
    pub zip_code: Option<String>,
}

/// A number as it was written: `serde_json` alone would take it through a binary one.
#[derive(Debug)]
pub struct Exact(Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let exact = if text.contains(['e', 'E']) {
            Decimal::from_scientific(text)
        } else {
            Decimal::from_str_exact(text)
        };
        exact.map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.to_string();
        RawValue::from_string(text).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}
