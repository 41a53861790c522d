//! A page of payments as a person would write it down: derived, with amounts as text.

#![allow(dead_code)]

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde_json::{Map, Value};

type Time = DateTime<FixedOffset>;

#[derive(Debug, Deserialize)]
pub struct PaymentPage {
    pub data: Vec<Payment>,
    pub page_info: PageInfo,
}

#[derive(Debug, Deserialize)]
pub struct PageInfo {
    pub end_cursor: Option<String>,
    pub start_cursor: Option<String>,
    pub has_next_page: bool,
    pub has_previous_page: bool,
}

#[derive(Debug, Deserialize)]
pub struct Payment {
    pub id: String,
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
    pub financing_installments_count: Option<f64>,
    pub holds: Vec<Hold>,
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
    pub payments_failed: f64,
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
    pub risk_score: Option<f64>,
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

#[derive(Debug, Deserialize)]
pub struct Money {
    pub amount: String,
    pub currency: String,
    pub decimals: i64,
    pub display_decimals: i64,
}

#[derive(Debug, Deserialize)]
pub struct Address {
    pub city: Option<String>,
    pub country: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub name: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Hold {
    pub amount: Money,
    pub percentage: Option<f64>,
    pub release_at: Option<Time>,
    #[serde(rename = "type")]
    pub kind: HoldKind,
}

#[derive(Debug, Deserialize)]
pub struct LineItem {
    pub id: Option<String>,
    pub label: Option<String>,
    pub plan_id: Option<String>,
    pub plan_title: Option<String>,
    pub product_id: Option<String>,
    pub product_title: Option<String>,
    pub quantity: f64,
    pub sku: Option<String>,
    pub subtotal: Option<Money>,
}

#[derive(Debug, Deserialize)]
pub struct Instrument {
    pub card: Option<Card>,
    pub display_name: String,
    pub icons: Icons,
    pub installment_count: Option<f64>,
    pub payment_method_type: String,
}

#[derive(Debug, Deserialize)]
pub struct Card {
    pub brand: Option<String>,
    pub exp_month: Option<f64>,
    pub exp_year: Option<f64>,
    pub issuer_identification_number: Option<String>,
    pub last4: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Icons {
    pub card: IconVariants,
    pub square: IconVariants,
}

#[derive(Debug, Deserialize)]
pub struct IconVariants {
    pub dark: IconFiles,
    pub light: IconFiles,
}

#[derive(Debug, Deserialize)]
pub struct IconFiles {
    pub png_1x: String,
    pub png_2x: String,
    pub png_4x: String,
    pub svg: String,
}

#[derive(Debug, Deserialize)]
pub struct RuleMatch {
    pub id: String,
    pub action: RuleAction,
    pub name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct User {
    pub id: String,
    pub name: Option<String>,
    pub profile_picture: ProfilePicture,
    pub username: String,
}

#[derive(Debug, Deserialize)]
pub struct ProfilePicture {
    pub url: String,
}

#[derive(Debug, Deserialize)]
pub struct VerificationChecks {
    pub address_line1: Option<String>,
    pub arn: Option<String>,
    pub authorization_code: Option<String>,
    pub card_holder_name: Option<String>,
    pub card_security_code: Option<String>,
    pub zip_code: Option<String>,
}

/// The values that such a program cares for, and one for the rest.
macro_rules! choices {
    ($($name:ident: $($value:ident)*;)*) => {$(
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($value,)*
            #[serde(other)]
            Other,
        }
    )*};
}

choices! {
    BillingReason: SubscriptionCreate SubscriptionCycle SubscriptionUpdate OneTime Manual Subscription;
    Currency: Usd Sgd Inr Aud Brl Cad Dkk Eur Nok Gbp Sek Chf Hkd Huf Jpy Mxn Myr Pln Czk Nzd;
    DeclineCode: InsufficientFunds LostCard StolenCard ExpiredCard GenericDecline;
    HoldKind: Reserve Bnpl Sequra FraudHold PreshipmentHold;
    PaymentMethodType: Card Cashapp Paypal Affirm Klarna SepaDebit UsBankAccount Link;
    RuleAction: Allow Block Review Enforce3ds;
    Status: Draft Open Authorized Paid Pending Uncollectible Unresolved Void;
    Substatus: Succeeded Pending Failed PastDue Canceled Refunded PartiallyRefunded OpenDispute;
    TaxBehavior: Exclusive Inclusive Unspecified UnableToCollect;
}
