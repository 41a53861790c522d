//! What generated code and the mock may use. There is no promise of stability: these crates are released together.

pub use bytes::Bytes;
pub use chrono::NaiveDate as Date;
pub use rust_decimal::Decimal;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer, de::MapAccess, ser::SerializeMap};
pub use serde_json::Value;

#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
pub use crate::transport::reqwest::ReqwestTransport;
pub use crate::{
    __fields as fields, __id as id, __list_request as list_request, __model as model,
    __model_builder as model_builder, __modules as modules, __open_enum as open_enum,
    __operation as operation, __page_info as page_info, __request as request, __union as union,
    __upload as upload,
    call::{
        builder::Builder,
        future::{Sending, SendingRaw},
        operation::Operation,
        typestate::{Complete, Given, IsSet, Missing, Set},
    },
    client::{
        builder::{ClientBuilder, Generated},
        core::{Core, checked_url},
        options::CallOptions,
        service::{Authentication, Environment, Idempotency, RetryDefaults, Service},
    },
    error::{Error, ErrorEnvelope, ErrorKind},
    json::{
        self, AsSerialize, Decode, Encode, ExtraFields, IntoNullable, IntoNullableList, IntoNullableMap,
        ModelBuilder, Null, RawText, decode_text, decode_variant, list, map, nullable, nullable_list,
        nullable_map, object,
    },
    response::{
        body_reader::ByteStream,
        decoded::{Output, Response, Text},
        page::{Page, SendingPage},
        page_info::{PageInfo, PageNames},
        page_stream::{Items, Pages},
        parts::ResponseParts,
    },
    secret::Secret,
    token_source::{TokenFlow, TokenKey, TokenSource, TokenSourceMap},
    upload::{Content, UploadBuilder, UploadFlow, WaitUntilReady},
    wire::{
        body::{Body, BoxFuture, MaybeSend},
        body_encoding::BodyEncoding,
        method::Method,
        multipart::FilePart,
        parameter::{JsonParameter, JsonText, Parameter, QueryStyle, ToParameter},
        percent::percent_encode,
    },
};

/// A date and time of RFC 3339 with its offset.
pub type DateTime = chrono::DateTime<chrono::FixedOffset>;

/// A JSON object with any members.
pub type Object = serde_json::Map<String, Value>;

/// A JSON object whose members are all of one type.
pub type Map<T> = std::collections::BTreeMap<String, T>;
