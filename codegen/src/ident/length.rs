//! Cuts names that are too long for a file.

/// The longest name of an item in bytes. rustdoc makes a file of it, with the kind and `.html`, and a builder adds words to it.
const MAX_ITEM_NAME: usize = 180;

/// Cuts the name of a type, a constant or a marker that is too long for rustdoc, and appends a hash so that it stays unique.
pub(crate) fn shorten_item(name: String) -> String {
    if name.len() <= MAX_ITEM_NAME {
        return name;
    }
    let hash = fnv_1a(&name);
    let mut start = String::new();
    for c in name.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '#') {
        if start.len() + c.len_utf8() > MAX_ITEM_NAME - 17 {
            break;
        }
        start.push(c);
    }
    let start = start.trim_end_matches('_');
    if name.contains(char::is_lowercase) && !name.starts_with(char::is_uppercase) {
        format!("{start}_{hash:016x}")
    } else if name.contains(char::is_lowercase) {
        // A capital, so that the hash is a word of its own.
        format!("{start}X{hash:016x}")
    } else {
        format!("{start}_{hash:016X}")
    }
}

fn fnv_1a(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The longest file name in bytes. File systems allow 255, which must also hold extensions and suffixes.
const MAX_FILE_NAME: usize = 120;

/// Cuts a name that is too long for a file, and appends a hash (FNV-1a) of the whole name so that it stays unique.
pub(super) fn shorten_file_name(name: String) -> String {
    if name.len() <= MAX_FILE_NAME {
        return name;
    }
    let hash = fnv_1a(&name);
    let start: String = name.chars().take(MAX_FILE_NAME - 17).collect();
    format!("{}_{hash:016x}", start.trim_end_matches('_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::{constant_case, snake_case, type_name};

    #[test]
    fn long_names_of_items_are_cut() {
        let long = "word_".repeat(80);
        for name in [type_name(&long), constant_case(&long), shorten_item(snake_case(&long))] {
            assert!(name.len() <= MAX_ITEM_NAME && !name.contains("__"), "{name}");
        }
        assert_ne!(type_name(&long), type_name(&format!("{long}s")));
    }
}
