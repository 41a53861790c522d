//! A page of payments as a person would write it down: derived, with binary floating point for amounts.

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
    pub amount_after_fees: f64,
    pub application_fee: Option<ApplicationFee>,
    pub auto_refunded: bool,
    pub billing_address: Option<BillingAddress>,
    pub billing_reason: Option<BillingReason>,
    pub card_brand: Option<CardBrand>,
    pub card_last4: Option<String>,
    pub checkout_configuration_id: Option<String>,
    pub company: Option<Company>,
    pub created_at: Time,
    pub currency: Currency,
    pub dispute_alerted_at: Option<Time>,
    pub failure_message: Option<String>,
    pub last_payment_attempt: Option<Time>,
    pub member: Option<Member>,
    pub membership: Option<Membership>,
    pub metadata: Option<Map<String, Value>>,
    pub next_payment_attempt: Option<Time>,
    pub paid_at: Option<Time>,
    pub payment_method: Option<PaymentMethod>,
    pub payment_method_type: Option<PaymentMethodType>,
    pub payments_failed: Option<i64>,
    pub plan: Option<Plan>,
    pub product: Option<Product>,
    pub promo_code: Option<PromoCode>,
    pub refundable: bool,
    pub refunded_amount: Option<f64>,
    pub refunded_at: Option<Time>,
    pub retryable: bool,
    pub settlement_currency: Currency,
    pub status: Option<Status>,
    pub substatus: Substatus,
    pub subtotal: Option<f64>,
    pub tax_amount: Option<f64>,
    pub tax_behavior: Option<TaxBehavior>,
    pub total: Option<f64>,
    pub updated_at: Time,
    pub usd_total: Option<f64>,
    pub user: Option<User>,
    pub voidable: bool,
}

#[derive(Debug, Deserialize)]
pub struct ApplicationFee {
    pub id: String,
    pub amount: f64,
    pub amount_captured: f64,
    pub amount_refunded: f64,
    pub created_at: Time,
    pub currency: Currency,
}

#[derive(Debug, Deserialize)]
pub struct BillingAddress {
    pub city: Option<String>,
    pub country: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub name: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Company {
    pub id: String,
    pub route: String,
    pub title: String,
}

#[derive(Debug, Deserialize)]
pub struct Member {
    pub id: String,
    pub phone: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Membership {
    pub id: String,
    pub phone_number: Option<String>,
    pub status: MembershipStatus,
}

#[derive(Debug, Deserialize)]
pub struct PaymentMethod {
    pub id: String,
    pub card: Option<Card>,
    pub created_at: Time,
    pub payment_method_type: PaymentMethodType,
}

#[derive(Debug, Deserialize)]
pub struct Card {
    pub brand: Option<CardBrand>,
    pub exp_month: Option<i64>,
    pub exp_year: Option<i64>,
    pub last4: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Plan {
    pub id: String,
    pub internal_notes: Option<String>,
    pub metadata: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
pub struct Product {
    pub id: String,
    pub metadata: Option<Map<String, Value>>,
    pub route: String,
    pub title: String,
}

#[derive(Debug, Deserialize)]
pub struct PromoCode {
    pub id: String,
    pub amount_off: f64,
    pub base_currency: Currency,
    pub code: Option<String>,
    pub number_of_intervals: Option<i64>,
    pub promo_type: PromoType,
}

#[derive(Debug, Deserialize)]
pub struct User {
    pub id: String,
    pub email: Option<String>,
    pub name: Option<String>,
    pub username: String,
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
    CardBrand: Mastercard Visa Amex Discover Unionpay Jcb Diners;
    Currency: Usd Sgd Inr Aud Brl Cad Dkk Eur Nok Gbp Sek Chf Hkd Huf Jpy Mxn Myr Pln Czk Nzd;
    MembershipStatus: Trialing Active PastDue Completed Canceled Expired Unresolved Drafted Canceling;
    PaymentMethodType: Card Cashapp Paypal Affirm Klarna SepaDebit UsBankAccount Link;
    PromoType: Percentage FlatAmount;
    Status: Draft Open Paid Pending Uncollectible Unresolved Void;
    Substatus: Succeeded Pending Failed PastDue Canceled Refunded PartiallyRefunded Disputed;
    TaxBehavior: Exclusive Inclusive Unspecified Unable;
}
