//! Rules by which generated data tell one story: what follows from a request, and from other values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    defaults::is_default,
    expression::{Condition, Expression},
};

/// Rules by which the responses of a server without data of its own fit each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// The property with the number of objects that stand for an amount.
    #[serde(skip_serializing_if = "is_default")]
    pub amount: Option<String>,
    /// Properties that an object has from the object that contains it, each with the properties whose objects have their own.
    #[serde(skip_serializing_if = "is_default")]
    pub inherited: BTreeMap<String, Vec<String>>,
    /// Properties with the time of the last change.
    #[serde(skip_serializing_if = "is_default")]
    pub changed: Vec<String>,
    /// What is known about the properties of types.
    #[serde(skip_serializing_if = "is_default")]
    pub types: BTreeMap<String, TypeRules>,
    /// What operations do, by `operationId` and in order.
    #[serde(skip_serializing_if = "is_default")]
    pub effects: BTreeMap<String, Vec<Effect>>,
    /// What events are about, by the names of the events.
    #[serde(skip_serializing_if = "is_default")]
    pub events: BTreeMap<String, EventRule>,
}

/// What is known about the properties of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TypeRules {
    /// Times, in seconds: after the current time, or, if negative, before the object was made.
    #[serde(skip_serializing_if = "is_default")]
    pub dates: BTreeMap<String, i64>,
    /// Values that follow from other properties.
    #[serde(skip_serializing_if = "is_default")]
    pub values: BTreeMap<String, Expression>,
}

/// What an operation does to an object besides storing what the request states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The object.
    #[serde(default, skip_serializing_if = "is_default")]
    pub target: Target,
    /// The list of the object in which an item changes, not the object itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub item: Option<Item>,
    /// What must hold.
    #[serde(default, skip_serializing_if = "is_default")]
    pub condition: Option<Condition>,
    /// The new values of properties.
    #[serde(default, skip_serializing_if = "is_default")]
    pub set: BTreeMap<String, Expression>,
}

/// The object that an effect changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// The object of the operation: the one that it creates, changes or is about.
    #[default]
    Own,
    /// Another object.
    Other {
        /// The path of its collection.
        collection: String,
        /// Its id.
        id: Expression,
    },
    /// A new object.
    New {
        /// The path of its collection.
        collection: String,
        /// Whether lists have it only after an event about it was made.
        #[serde(default, skip_serializing_if = "is_default")]
        is_hidden: bool,
    },
}

/// The item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The property with the list.
    pub list: String,
    /// The values by which the item is recognized.
    pub key: BTreeMap<String, Expression>,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// The property of the payload with the object.
    pub property: String,
    /// The path of the object's collection.
    pub collection: String,
    /// What the event says about the object.
    #[serde(default, skip_serializing_if = "is_default")]
    pub set: BTreeMap<String, Expression>,
}
