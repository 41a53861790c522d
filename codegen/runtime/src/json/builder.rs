//! The builder behind the builders of generated structs.

use std::fmt;
use std::marker::PhantomData;

use crate::json::object::Model;

/// Builds a generated struct field by field; the type `S` says which required fields are set.
pub struct ModelBuilder<T, S> {
    value: T,
    state: PhantomData<fn() -> S>,
}

impl<T: Model, S> ModelBuilder<T, S> {
    /// A builder without any field set.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self { value: T::blank(), state: PhantomData }
    }
}

impl<T: Model, S> Default for ModelBuilder<T, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S> ModelBuilder<T, S> {
    /// Sets a field and changes the state to `N`.
    #[inline]
    pub fn set<N>(mut self, set: impl FnOnce(&mut T)) -> ModelBuilder<T, N> {
        set(&mut self.value);
        ModelBuilder { value: self.value, state: PhantomData }
    }

    /// The struct. [`__model_builder`](crate::__model_builder) exposes it only once every required field is set.
    #[inline]
    pub fn build(self) -> T {
        self.value
    }
}

impl<T: Clone, S> Clone for ModelBuilder<T, S> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), state: PhantomData }
    }
}

impl<T, S> fmt::Debug for ModelBuilder<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelBuilder").finish_non_exhaustive()
    }
}

/// Implements `build` for the builder of a generated struct, and the conversion by which setters accept the builder.
#[doc(hidden)]
#[macro_export]
macro_rules! __model_builder {
    ($builder:ident => $model:ident) => {
        impl<S> $builder<S> {
            /// Returns the struct. Compiles only if every required field is set.
            #[inline]
            #[must_use]
            pub fn build(self) -> $model
            where
                S: $crate::__private::Complete,
            {
                self.0.build()
            }
        }

        impl<S: $crate::__private::Complete> ::core::convert::From<$builder<S>> for $model {
            #[inline]
            fn from(builder: $builder<S>) -> Self {
                builder.build()
            }
        }
    };
}
