//! Pseudo-random values: the same seed and key give the same value on every machine.

/// A number derived from a seed and a key: FNV-1a, mixed with the finalizer of SplitMix64.
pub(crate) fn random_number(seed: u64, key: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = key.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Letters and digits for identifiers.
pub(crate) fn random_letters(seed: u64, key: &str, count: usize) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = String::with_capacity(count);
    let mut state = random_number(seed, key);
    for index in 0..count {
        let at = usize::try_from(state % 62).unwrap_or_default();
        text.push(ALPHABET.get(at).copied().map_or('0', char::from));
        state /= 62;
        // 64 bits hold 10 letters; a new number every 8 keeps all of them evenly distributed.
        if index % 8 == 7 {
            state = random_number(state ^ seed, key);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_depend_on_seed_and_key_only() {
        assert_eq!(random_number(0, "a"), random_number(0, "a"));
        assert_ne!(random_number(0, "a"), random_number(1, "a"));
        assert_ne!(random_number(0, "a"), random_number(0, "b"));
        assert_eq!(random_letters(7, "things", 14), random_letters(7, "things", 14));
        assert_eq!(random_letters(7, "things", 14).len(), 14);
        let distinct: std::collections::BTreeSet<String> =
            (0..10_000).map(|index| random_letters(7, &format!("things {index}"), 14)).collect();
        assert_eq!(distinct.len(), 10_000);
    }
}
