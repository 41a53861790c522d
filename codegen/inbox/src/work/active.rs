//! The units of work that this process handles now.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::scope::Unit;

#[derive(Default)]
pub(crate) struct Active {
    units: Mutex<Units>,
}

#[derive(Default)]
struct Units {
    last: u64,
    by_number: HashMap<u64, Unit>,
}

impl Active {
    /// Adds a unit until the guard is dropped.
    pub(crate) fn register(&self, unit: Unit) -> Registration<'_> {
        let mut units = self.lock();
        units.last += 1;
        let number = units.last;
        units.by_number.insert(number, unit);
        Registration { active: self, number }
    }

    pub(crate) fn list(&self) -> Vec<Unit> {
        self.lock().by_number.values().cloned().collect()
    }

    pub(crate) fn list_seqs(&self) -> Vec<i64> {
        self.lock().by_number.values().flat_map(|unit| unit.seqs.iter().copied()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Units> {
        // The map is valid after every statement.
        self.units.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A unit that is being handled.
pub(crate) struct Registration<'a> {
    active: &'a Active,
    number: u64,
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        self.active.lock().by_number.remove(&self.number);
    }
}
