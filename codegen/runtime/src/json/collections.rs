//! Decodes and encodes `Option`, `Box`, lists and maps.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serializer;

use crate::json::{
    codec::{AsSerialize, Decode, DecodeSeed, Encode},
    decode_error::add_to_path,
    keeping,
    raw_body::RawBody,
};

impl<T: Decode> Decode for Option<T> {
    const MAY_BE_RAW: bool = T::MAY_BE_RAW;

    #[inline]
    fn blank() -> Self {
        None
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionVisitor { status: None, value: PhantomData })
    }

    fn from_empty() -> Option<Self> {
        Some(None)
    }

    #[inline]
    fn decode_with_status<'de, D: Deserializer<'de>>(status: u16, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionVisitor { status: Some(status), value: PhantomData })
    }

    fn from_body(status: u16, body: &Bytes) -> RawBody<Self> {
        T::from_body(status, body).map(Some)
    }
}

struct OptionVisitor<T> {
    /// The status of the response whose body the value is.
    status: Option<u16>,
    value: PhantomData<T>,
}

impl<'de, T: Decode> Visitor<'de> for OptionVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    #[inline]
    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.status {
            Some(status) => T::decode_with_status(status, deserializer).map(Some),
            None => T::decode(deserializer).map(Some),
        }
    }
}

impl<T: Encode> Encode for Option<T> {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&AsSerialize(value)),
            None => serializer.serialize_none(),
        }
    }

    #[inline]
    fn is_none(&self) -> bool {
        Option::is_none(self)
    }
}

impl<T: Decode> Decode for Vec<T> {
    #[inline]
    fn blank() -> Self {
        Vec::new()
    }

    /// `null` is an empty list: many servers send it for a list without items.
    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    #[inline]
    fn visit_none<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        // Some deserializers take the length from the input, which could claim any length.
        let mut list = Vec::with_capacity(items.size_hint().unwrap_or(0).min(1024));
        loop {
            match items.next_element_seed(DecodeSeed::new()) {
                Ok(Some(item)) => list.push(item),
                Ok(None) => return Ok(list),
                Err(error) => return Err(add_to_path(error, &format!("[{}]", list.len()))),
            }
        }
    }
}

impl<T: Encode> Encode for Vec<T> {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().encode(serializer)
    }
}

impl<T: Encode> Encode for [T] {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(AsSerialize))
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    #[inline]
    fn blank() -> Self {
        BTreeMap::new()
    }

    /// `null` is an empty map.
    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(MapVisitor(PhantomData))
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for MapVisitor<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    #[inline]
    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        let kept = keeping::Entries::start();
        while let Some(key) = entries.next_key::<String>()? {
            kept.enter(&key);
            match entries.next_value_seed(DecodeSeed::new()) {
                Ok(value) => map.insert(key, value),
                Err(error) => return Err(add_to_path(error, &key)),
            };
        }
        kept.end();
        Ok(map)
    }
}

impl<T: Encode> Encode for BTreeMap<String, T> {
    #[inline]
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (key, AsSerialize(value))))
    }
}
