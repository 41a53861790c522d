//! The events that this process handles now, and until when it knows that they are its own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::scope::Unit;

#[derive(Default)]
pub(crate) struct Active {
    /// By their `seq`: a process does not claim what it handles already.
    held: Mutex<HashMap<i64, Held>>,
}

struct Held {
    token: Arc<str>,
    /// Measured from before the statement that set the lease, so it is never later than the lease in the database.
    until: Instant,
}

impl Active {
    /// Adds the events of a claim until the guard is dropped.
    pub(crate) fn register(self: &Arc<Self>, unit: Unit, until: Instant) -> Registration {
        let mut held = self.lock();
        for seq in &unit.seqs {
            held.insert(*seq, Held { token: Arc::clone(&unit.token), until });
        }
        Registration { active: Arc::clone(self), seqs: unit.seqs }
    }

    /// Records that leases were extended.
    pub(crate) fn extend(&self, seqs: &[i64], until: Instant) {
        let mut held = self.lock();
        for seq in seqs {
            if let Some(held) = held.get_mut(seq) {
                held.until = until;
            }
        }
    }

    /// Whether the lease of an event has not ended, as far as this process knows.
    pub(crate) fn is_held(&self, seq: i64) -> bool {
        self.lock().get(&seq).is_some_and(|held| Instant::now() < held.until)
    }

    /// All events, by their claims.
    pub(crate) fn list(&self) -> Vec<Unit> {
        let mut units: HashMap<Arc<str>, Vec<i64>> = HashMap::new();
        for (seq, held) in &*self.lock() {
            units.entry(Arc::clone(&held.token)).or_default().push(*seq);
        }
        units.into_iter().map(|(token, seqs)| Unit { token, seqs }).collect()
    }

    pub(crate) fn list_seqs(&self) -> Vec<i64> {
        self.lock().keys().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Held>> {
        // The map is valid after every statement.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Events that are being handled.
pub(crate) struct Registration {
    active: Arc<Active>,
    seqs: Vec<i64>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut held = self.active.lock();
        for seq in &self.seqs {
            held.remove(seq);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn events_are_held_until_their_leases_end() {
        let active = Arc::new(Active::default());
        let now = Instant::now();
        let unit = Unit { token: "a".into(), seqs: vec![1, 2] };
        let registration = active.register(unit, now);
        assert!(!active.is_held(1) && !active.is_held(3));
        active.extend(&[2, 3], now + Duration::from_secs(60));
        assert_eq!([1, 2, 3].map(|seq| active.is_held(seq)), [false, true, false]);
        let mut listed = active.list();
        listed.iter_mut().for_each(|unit| unit.seqs.sort_unstable());
        assert_eq!((listed.len(), listed[0].seqs.as_slice()), (1, &[1, 2][..]));
        drop(registration);
        assert!(active.list_seqs().is_empty());
    }
}
