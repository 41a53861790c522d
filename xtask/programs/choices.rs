//! The enums of a payment with all values that the document has.

#![allow(dead_code)]

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An enum of texts that keeps those it does not know. A value that is known costs no allocation.
macro_rules! choices {
    ($($name:ident { $($value:ident = $text:literal,)* })*) => {$(
        #[derive(Debug)]
        pub enum $name {
            $($value,)*
            Other(String),
        }

        impl $name {
            fn as_str(&self) -> &str {
                match self {
                    $(Self::$value => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Read;

                impl Visitor<'_> for Read {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str("a text")
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok(match text {
                            $($text => $name::$value,)*
                            other => $name::Other(other.to_owned()),
                        })
                    }
                }

                deserializer.deserialize_str(Read)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )*};
}

choices! {
    BillingReason {
        SubscriptionCreate = "subscription_create", SubscriptionCycle = "subscription_cycle",
        SubscriptionUpdate = "subscription_update", OneTime = "one_time", Manual = "manual",
        Subscription = "subscription",
    }
    Currency {
        Usd = "usd", Sgd = "sgd", Inr = "inr", Aud = "aud", Brl = "brl", Cad = "cad", Dkk = "dkk",
        Eur = "eur", Nok = "nok", Gbp = "gbp", Sek = "sek", Chf = "chf", Hkd = "hkd", Huf = "huf",
        Jpy = "jpy", Mxn = "mxn", Myr = "myr", Pln = "pln", Czk = "czk", Nzd = "nzd", Aed = "aed",
        Eth = "eth", Ape = "ape", Cop = "cop", Ron = "ron", Thb = "thb", Bgn = "bgn", Idr = "idr",
        Dop = "dop", Php = "php", Try = "try", Krw = "krw", Twd = "twd", Vnd = "vnd", Pkr = "pkr",
        Clp = "clp", Uyu = "uyu", Ars = "ars", Zar = "zar", Dzd = "dzd", Tnd = "tnd", Mad = "mad",
        Kes = "kes", Kwd = "kwd", Jod = "jod", All = "all", Xcd = "xcd", Amd = "amd", Bsd = "bsd",
        Bhd = "bhd", Bob = "bob", Bam = "bam", Khr = "khr", Crc = "crc", Xof = "xof", Egp = "egp",
        Etb = "etb", Gmd = "gmd", Ghs = "ghs", Gtq = "gtq", Gyd = "gyd", Ils = "ils", Jmd = "jmd",
        Mop = "mop", Mga = "mga", Mur = "mur", Mdl = "mdl", Mnt = "mnt", Nad = "nad", Ngn = "ngn",
        Mkd = "mkd", Omr = "omr", Pyg = "pyg", Pen = "pen", Qar = "qar", Rwf = "rwf", Sar = "sar",
        Rsd = "rsd", Lkr = "lkr", Tzs = "tzs", Ttd = "ttd", Uzs = "uzs", Rub = "rub", Btc = "btc",
        Cny = "cny", Usdt = "usdt", Kzt = "kzt", Awg = "awg", WhopUsd = "whop_usd", Xau = "xau",
    }
    DeclineCode {
        InsufficientFunds = "insufficient_funds", LostCard = "lost_card", StolenCard = "stolen_card",
        ExpiredCard = "expired_card", SuspectedFraud = "suspected_fraud",
        InvalidCardNumber = "invalid_card_number", InvalidCvc = "invalid_cvc",
        InvalidCvcOrExpiration = "invalid_cvc_or_expiration", IncorrectPin = "incorrect_pin",
        AuthenticationRequired = "authentication_required", CardNotSupported = "card_not_supported",
        CurrencyNotSupported = "currency_not_supported", DuplicateTransaction = "duplicate_transaction",
        GenericDecline = "generic_decline", InvalidAccount = "invalid_account",
        InvalidAmount = "invalid_amount", ProcessingError = "processing_error",
        RestrictedCard = "restricted_card", CardVelocityExceeded = "card_velocity_exceeded",
        ContactIssuer = "contact_issuer", CardDeclinedByIssuer = "card_declined_by_issuer",
        BankDeclined = "bank_declined", RegulatoryBlocked = "regulatory_blocked",
        TransactionNotPermitted = "transaction_not_permitted", TransactionStopped = "transaction_stopped",
        CardTypeNotSupported = "card_type_not_supported", IssuerNotFound = "issuer_not_found",
        ClosedAccount = "closed_account", IssuerUnavailable = "issuer_unavailable",
        InvalidZip = "invalid_zip", InvalidExpiryMonth = "invalid_expiry_month",
        InvalidExpiryYear = "invalid_expiry_year", InvalidExpiry = "invalid_expiry",
        InvalidTransaction = "invalid_transaction", CannotAuthorize = "cannot_authorize",
        PinRequired = "pin_required", PinTryExceeded = "pin_try_exceeded",
        ProviderDeclined = "provider_declined", HighRisk = "high_risk",
        TestModeDecline = "test_mode_decline", MerchantBlacklist = "merchant_blacklist",
        ReenterTransaction = "reenter_transaction", InvalidPin = "invalid_pin",
        PinRequiredAs = "pin_required_as", WithdrawalCountLimitExceeded = "withdrawal_count_limit_exceeded",
        InvalidCountry = "invalid_country", IssuerError = "issuer_error",
        InvalidCardHolderName = "invalid_card_holder_name", NoAccounts = "no_accounts",
        TransactionCancelled = "transaction_cancelled", ThreeDSecureSuccess = "three_d_secure_success",
        ThreeDSecureCanceled = "three_d_secure_canceled",
        ThreeDSecureInvalidCardNumber = "three_d_secure_invalid_card_number",
        ThreeDSecureGenericError = "three_d_secure_generic_error",
        ThreeDSecureTimeout = "three_d_secure_timeout", ThreeDSecureFailed = "three_d_secure_failed",
        ThreeDSecureCardNotEnrolled = "three_d_secure_card_not_enrolled",
        ThreeDSecureFraud = "three_d_secure_fraud",
        ThreeDSecureTooManyAttempts = "three_d_secure_too_many_attempts",
        ThreeDSecureRejectedByBank = "three_d_secure_rejected_by_bank",
        ThreeDSecureReportedLostOrStolen = "three_d_secure_reported_lost_or_stolen",
        BlockedByCardholder = "blocked_by_cardholder", TestModeTestCard = "test_mode_test_card",
        TryAgainLater = "try_again_later", TransactionNotAllowed = "transaction_not_allowed",
        BankInsufficientFunds = "bank_insufficient_funds", BankAccountNotFound = "bank_account_not_found",
        BankAccountClosed = "bank_account_closed", BankAccountFrozen = "bank_account_frozen",
        BankInvalidRoutingNumber = "bank_invalid_routing_number",
        BankNonTransactionAccount = "bank_non_transaction_account",
        BankAuthorizationRevoked = "bank_authorization_revoked",
        BankPaymentStopped = "bank_payment_stopped", BankNotAuthorized = "bank_not_authorized",
        BankAccountHolderDeceased = "bank_account_holder_deceased", BankDuplicate = "bank_duplicate",
        BankAmountError = "bank_amount_error", BankRegulatoryBlocked = "bank_regulatory_blocked",
        BankDetailsInvalid = "bank_details_invalid", BankProcessingError = "bank_processing_error",
        BankGenericDecline = "bank_generic_decline", SepaInvalidIban = "sepa_invalid_iban",
        SepaNoMandate = "sepa_no_mandate", SepaMandateDataInvalid = "sepa_mandate_data_invalid",
        SepaDisputed = "sepa_disputed", SepaRefusedByCustomer = "sepa_refused_by_customer",
        SepaGenericDecline = "sepa_generic_decline",
    }
    HoldKind {
        Reserve = "reserve", Bnpl = "bnpl", Sequra = "sequra", FraudHold = "fraud_hold",
        PreshipmentHold = "preshipment_hold",
    }
    PaymentMethodType {
        AcssDebit = "acss_debit", Addi = "addi", Affirm = "affirm", AfterpayClearpay = "afterpay_clearpay",
        Alipay = "alipay", Alipayhk = "alipayhk", Alma = "alma", AmazonPay = "amazon_pay", Apple = "apple",
        ApplePay = "apple_pay", AuBankTransfer = "au_bank_transfer", AuBecsDebit = "au_becs_debit",
        BacsDebit = "bacs_debit", Bancolombia = "bancolombia", Bancontact = "bancontact",
        BankWire = "bank_wire", Billie = "billie", Blik = "blik", Boleto = "boleto", BreB = "bre_b",
        CaBankTransfer = "ca_bank_transfer", CapchasePay = "capchase_pay", Card = "card",
        CardPresent = "card_present", CardInstallmentsThree = "card_installments_three",
        CardInstallmentsSix = "card_installments_six", CardInstallmentsTwelve = "card_installments_twelve",
        Cashapp = "cashapp", Claritypay = "claritypay", Coinbase = "coinbase", Crypto = "crypto",
        Custom = "custom", CustomerBalance = "customer_balance", DemoPay = "demo_pay",
        DuitnowQr = "duitnow_qr", Efecty = "efecty", Eps = "eps", EuBankTransfer = "eu_bank_transfer",
        Fpx = "fpx", FlexPay = "flex_pay", GbBankTransfer = "gb_bank_transfer", Gcash = "gcash",
        Giropay = "giropay", GooglePay = "google_pay", Gopay = "gopay", Grabpay = "grabpay",
        IdBankTransfer = "id_bank_transfer", Ideal = "ideal", Interac = "interac", KakaoPay = "kakao_pay",
        Klarna = "klarna", KlarnaPayNow = "klarna_pay_now", Konbini = "konbini", KrCard = "kr_card",
        KrMarket = "kr_market", Kriya = "kriya", Kueski = "kueski", Link = "link", MbWay = "mb_way",
        MPesa = "m_pesa", MercadoPago = "mercado_pago", MercadoPagoAr = "mercado_pago_ar",
        MercadoPagoMx = "mercado_pago_mx", Mobilepay = "mobilepay", Modo = "modo", Mondu = "mondu",
        Multibanco = "multibanco", NaverPay = "naver_pay", Nequi = "nequi", Netbanking = "netbanking",
        NgBank = "ng_bank", NgBankTransfer = "ng_bank_transfer", NgCard = "ng_card", NgMarket = "ng_market",
        NgUssd = "ng_ussd", NgWallet = "ng_wallet", Nupay = "nupay", NzBankAccount = "nz_bank_account",
        Oney = "oney", Oney3x = "oney_3x", Oney4x = "oney_4x", Opay = "opay", Oxxo = "oxxo", P24 = "p24",
        PagoEfectivo = "pago_efectivo", Pse = "pse", PayByBank = "pay_by_bank", Payco = "payco",
        Paynow = "paynow", Paypal = "paypal", PaypalExpress = "paypal_express", Paypay = "paypay",
        Payto = "payto", PaytoEmail = "payto_email", PaytoPhone = "payto_phone",
        PaytoBankAccount = "payto_bank_account", Pix = "pix", PlatformBalance = "platform_balance",
        Promptpay = "promptpay", Qris = "qris", Rapipago = "rapipago", Rechnung = "rechnung",
        RevolutPay = "revolut_pay", SamsungPay = "samsung_pay", Satispay = "satispay",
        Scalapay = "scalapay", Sencillito = "sencillito", SepaDebit = "sepa_debit", Sequra = "sequra",
        Servipag = "servipag", Sezzle = "sezzle", ShopPay = "shop_pay", Shopeepay = "shopeepay",
        Sofort = "sofort", SouthKoreaMarket = "south_korea_market", Spei = "spei", Splitit = "splitit",
        Sunbit = "sunbit", Swish = "swish", Tabby = "tabby", Tamara = "tamara", TouchNGo = "touch_n_go",
        Twint = "twint", Upi = "upi", UsBankAccount = "us_bank_account",
        UsBankTransfer = "us_bank_transfer", Venmo = "venmo", Verve = "verve", Vipps = "vipps",
        Webpay = "webpay", WechatPay = "wechat_pay", WhopPay = "whop_pay", Yape = "yape", Zip = "zip",
        Coinflow = "coinflow", UnknownValue = "unknown",
    }
    RuleAction {
        Allow = "allow", Block = "block", Review = "review", Enforce3ds = "enforce_3ds",
    }
    Status {
        Draft = "draft", Open = "open", Authorized = "authorized", Paid = "paid", Pending = "pending",
        Uncollectible = "uncollectible", Unresolved = "unresolved", Void = "void",
    }
    Substatus {
        Succeeded = "succeeded", RequiresCapture = "requires_capture", Pending = "pending",
        Failed = "failed", Blocked = "blocked", PastDue = "past_due", Canceled = "canceled",
        PriceTooLow = "price_too_low", Uncollectible = "uncollectible", Refunded = "refunded",
        AutoRefunded = "auto_refunded", PartiallyRefunded = "partially_refunded",
        DisputeWarning = "dispute_warning", DisputeNeedsResponse = "dispute_needs_response",
        DisputeWarningNeedsResponse = "dispute_warning_needs_response",
        ResolutionNeedsResponse = "resolution_needs_response", DisputeUnderReview = "dispute_under_review",
        DisputeWarningUnderReview = "dispute_warning_under_review",
        ResolutionUnderReview = "resolution_under_review", DisputeWon = "dispute_won",
        DisputeWarningClosed = "dispute_warning_closed", ResolutionWon = "resolution_won",
        DisputeLost = "dispute_lost", DisputeClosed = "dispute_closed", ResolutionLost = "resolution_lost",
        Drafted = "drafted", Incomplete = "incomplete", Unresolved = "unresolved",
        OpenDispute = "open_dispute", OpenResolution = "open_resolution",
    }
    TaxBehavior {
        Exclusive = "exclusive", Inclusive = "inclusive", Unspecified = "unspecified",
        UnableToCollect = "unable_to_collect",
    }
}
