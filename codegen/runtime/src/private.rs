//! The items for generated code and the mock server. They may change in any release: these crates are released together.

pub use bytes::Bytes;
pub use chrono::NaiveDate as Date;
pub use rust_decimal::Decimal;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
pub use serde_json::Value;

#[cfg(not(target_arch = "wasm32"))]
pub use crate::clock::is_polling_tasks;
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
pub use crate::pagination::blocking::{BlockingItems, BlockingPages};
#[cfg(any(feature = "hyper", feature = "reqwest"))]
pub use crate::transport::DefaultTransport;
pub use crate::{
    __fields as fields, __final_states as final_states, __forms as forms, __id as id,
    __integer_enum as integer_enum, __list_request as list_request, __missing as missing, __model as model,
    __model_builder as model_builder, __modules as modules, __money as money_methods,
    __money_object as money_object, __open_enum as open_enum, __operation as operation,
    __page_info as page_info, __request as request, __responses as responses, __union as union,
    __upload as upload,
    call::{
        accepting::Accepting,
        builder::Builder,
        future::{Sending, SendingRaw},
        typestate::{Complete, FieldIsSet, IsSet, Missing, NoForm, Set},
    },
    client::{
        builder::{ClientBuilder, GeneratedClient},
        core::{Core, validate_base_url},
        log::LogDefaults,
        operation::Operation,
        options::CallOptions,
        server_variables::{ServerTemplate, ServerVariable},
        service::{Authentication, Environment, Idempotency, RetryDefaults, SecurityScheme, Service},
    },
    error::{Error, ErrorEnvelope, ErrorKind},
    json::{
        self, AsObject, AsSerialize, AsText, ComparedText, Decode, Encode, ExtraFields, Formed, IntoDate,
        IntoDateTime, IntoDecimal, IntoEnum, IntoId, IntoJson, IntoNullable, IntoNullableDate,
        IntoNullableDateTime, IntoNullableDecimal, IntoNullableEnum, IntoNullableId, IntoNullableJson,
        IntoNullableList, IntoNullableMap, IntoNullableText, IntoText, ModelBuilder, Null, ShortText,
        TextLike, TextSource, compare_values, fmt_variant, list, map, nullable, nullable_list, nullable_map,
        object, parse_decimal_literal,
    },
    pagination::{
        item_results::{ItemError, ItemResults, ItemText},
        page::{Page, SendingPage},
        page_info::{PageInfo, PageNames},
        page_stream::{Items, Pages},
        paging::Paging,
        raw_page::{RawPage, RawPageRequest},
    },
    response::{
        body_reader::ByteStream,
        decoded::{Output, Response, Text},
        parts::ResponseParts,
    },
    secret::{Secret, redaction::is_sensitive_name},
    token_source::{TokenFlow, TokenKey, TokenSource, TokenSourceMap},
    upload::{Content, UploadBuilder, UploadFlow, WaitUntilReady},
    waiter::{nullable_state, optional_state, required_state},
    wire::{
        body::{Body, BoxFuture, MaybeSend},
        body_encoding::BodyEncoding,
        cookies::CookieStyle,
        field_encoding::FieldEncoding,
        file_part::FilePart,
        method::Method,
        parameter::{JsonParameter, JsonText, Parameter, QueryStyle, ToParameter},
        percent::percent_encode,
        simple_style::SimpleStyle,
    },
};

/// A date and time with an offset (RFC 3339).
pub type DateTime = chrono::DateTime<chrono::FixedOffset>;

/// A JSON object with any properties, or whose properties all have the type `T`, in the order of their names.
pub type Map<T = Value> = std::collections::BTreeMap<String, T>;

/// The old name of a [`Map`] of any values.
#[deprecated(since = "0.2.0", note = "renamed to `Map`")]
pub type Object = Map;

/// What the methods for amounts of generated structs use.
#[cfg(feature = "money")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "money")))]
pub mod money {
    pub use crate::money::{
        AmountValue, nullable_field, optional_field, read_amount, read_object, required_field,
        write_currency, write_decimals,
    };
}

/// What a store of verified deliveries uses. Its callers have verified what they decode.
#[cfg(feature = "webhooks")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "webhooks")))]
pub mod webhooks {
    #[cfg(any(feature = "axum", feature = "tower"))]
    pub use crate::webhooks::{body::read_body, verifier::body_limit};
    pub use crate::webhooks::{delivery::decode_stored, verifier::verify_signature};
}
