//! Values out of a seed: the same seed and place give the same value, on every machine.

/// A number made of a seed and a place (FNV-1a, mixed as SplitMix64 does).
pub(crate) fn number(seed: u64, place: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = place.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Letters and digits, as identifiers have them.
pub(crate) fn letters(seed: u64, place: &str, count: usize) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = String::with_capacity(count);
    let mut state = number(seed, place);
    for index in 0..count {
        let at = usize::try_from(state % 62).unwrap_or_default();
        text.push(ALPHABET.get(at).copied().map_or('0', char::from));
        state /= 62;
        if index % 8 == 7 {
            state = number(state ^ seed, place);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_on_every_machine() {
        assert_eq!(number(0, "a"), number(0, "a"));
        assert_ne!(number(0, "a"), number(1, "a"));
        assert_ne!(number(0, "a"), number(0, "b"));
        assert_eq!(letters(7, "things", 14), letters(7, "things", 14));
        assert_eq!(letters(7, "things", 14).len(), 14);
        let all: std::collections::BTreeSet<String> =
            (0..10_000).map(|index| letters(7, &format!("things {index}"), 14)).collect();
        assert_eq!(all.len(), 10_000);
    }
}
