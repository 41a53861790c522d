//! A box that ends the compiler's proof of `Send` and `Sync`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};

use serde::{Deserializer, Serializer};

use super::{Decode, Encode};

/// What a [`Boxed`] needs to do with a value without naming its type.
trait Held<T>: Send + Sync + UnwindSafe + RefUnwindSafe {
    fn value(&self) -> &T;
    fn value_mut(&mut self) -> &mut T;
    fn into_value(self: Box<Self>) -> T;
    fn clone_box(&self) -> Box<dyn Held<T>>;
}

impl<T: Clone + Send + Sync + UnwindSafe + RefUnwindSafe + 'static> Held<T> for T {
    fn value(&self) -> &T {
        self
    }

    fn value_mut(&mut self) -> &mut T {
        self
    }

    fn into_value(self: Box<Self>) -> T {
        *self
    }

    fn clone_box(&self) -> Box<dyn Held<T>> {
        Box::new(self.clone())
    }
}

/// A value in a box whose `Send` and `Sync` the compiler proves where the box is made, and not again at each use.
///
/// Where types refer to each other in a long chain, a field that is a `Box` or a list of the next type would make the
/// compiler follow the whole chain, and give up (`error[E0275]: overflow evaluating the requirement`) in a program that spawns
/// a call. The box dereferences to the value; [`into_inner`](Self::into_inner) takes it out.
pub struct Boxed<T>(Box<dyn Held<T>>);

impl<T: Clone + Send + Sync + UnwindSafe + RefUnwindSafe + 'static> Boxed<T> {
    /// Puts a value in a box.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Box::new(value))
    }
}

impl<T> Boxed<T> {
    /// Takes the value out of the box.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0.into_value()
    }
}

impl<T: Clone + Send + Sync + UnwindSafe + RefUnwindSafe + 'static> From<T> for Boxed<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T> Deref for Boxed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        (*self.0).value()
    }
}

impl<T> DerefMut for Boxed<T> {
    fn deref_mut(&mut self) -> &mut T {
        (*self.0).value_mut()
    }
}

impl<T> Clone for Boxed<T> {
    fn clone(&self) -> Self {
        Self((*self.0).clone_box())
    }
}

impl<T: PartialEq> PartialEq for Boxed<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Boxed<T> {}

impl<T: PartialOrd> PartialOrd for Boxed<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: Ord> Ord for Boxed<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: Hash> Hash for Boxed<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for Boxed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Decode + Clone + Send + Sync + UnwindSafe + RefUnwindSafe + 'static> Decode for Boxed<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode(deserializer).map(Self::new)
    }

    fn from_empty() -> Option<Self> {
        T::from_empty().map(Self::new)
    }
}

impl<T: Encode> Encode for Boxed<T> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).encode(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::Boxed;
    use std::panic::{RefUnwindSafe, UnwindSafe};

    fn assert_auto_traits<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>(value: T) -> T {
        value
    }

    /// Whatever `T` is, the box has the traits: that is what ends the proof.
    fn pass_through<T>(value: Boxed<T>) -> Boxed<T> {
        assert_auto_traits(value)
    }

    #[test]
    fn a_box_behaves_as_its_value() {
        let mut list = pass_through(Boxed::new(vec!["a".to_owned()]));
        let copy = list.clone();
        list.push("b".to_owned());
        assert_eq!((list.len(), copy.len()), (2, 1));
        assert_ne!(list, copy);
        assert_eq!(format!("{copy:?}"), r#"["a"]"#);
        assert_eq!(list.into_inner(), ["a", "b"]);
        let decoded: Boxed<Vec<String>> = crate::json::from_str(r#"["a"]"#).unwrap();
        assert_eq!(decoded, copy);
        assert_eq!(crate::json::to_vec(&decoded).unwrap(), br#"["a"]"#);
    }
}
