//! What generated code alone may use. No promise of stability: a generated crate and this one go together.

pub use serde::{Deserialize, Deserializer, Serialize, Serializer, de::MapAccess, ser::SerializeMap};
pub use serde_json::Value;

pub use crate::{
    __id as id, __list_request as list_request, __model as model, __open_enum as open_enum,
    __request as request, __union as union, __upload as upload,
    body::{Body, BoxFuture, MaybeSend},
    builder::Builder,
    client::{ClientBuilder, Generated},
    error::{Error, ErrorKind},
    json::{self, Decode, Encode, decode_text, decode_variant},
    multipart::FilePart,
    operation::{BodyEncoding, Method, Operation},
    options::CallOptions,
    page::{Page, PageInfo, PageNames, SendingPage},
    pages::{Items, Pages},
    parameter::{JsonParameter, JsonText, Parameter, QueryStyle, ToParameter},
    response::{ByteStream, Output, Response, ResponseParts, Text},
    sending::{Sending, SendingRaw},
    service::{Authentication, Environment, ErrorEnvelope, Idempotency, RetryDefaults, Service},
    shared::Core,
    state::{Complete, Given, IsSet, Missing, Set},
    token_source::{TokenFlow, TokenKey, TokenSource, TokenSources},
    upload::{Content, UploadFlow, Uploading, Waiting},
};

#[cfg(all(feature = "mock", not(target_arch = "wasm32")))]
pub use crate::mock;

pub use bytes::Bytes;
pub use chrono::NaiveDate as Date;
pub use rust_decimal::Decimal;

pub use crate::{
    __fields as fields, __model_builder as model_builder, __operation as operation, __page_info as page_info,
    json::{
        ExtraFields, IntoNullable, IntoNullableList, IntoNullableMap, ModelBuilder, Null, list, map,
        nullable, nullable_list, nullable_map, object,
    },
    secret::Secret,
};

/// A date and time of RFC 3339 with its offset.
pub type DateTime = chrono::DateTime<chrono::FixedOffset>;

/// A JSON object with any members.
pub type Object = serde_json::Map<String, Value>;

/// A JSON object whose members are all of one type.
pub type Map<T> = std::collections::BTreeMap<String, T>;
