//! Names the generated package.

use crate::config::Config;
use crate::ident;
use crate::ir::Api;

/// Words of titles that say nothing about the API, in lower case.
const NOISE: [&str; 17] = [
    "api",
    "apis",
    "client",
    "definition",
    "definitions",
    "docs",
    "documentation",
    "openapi",
    "public",
    "reference",
    "rest",
    "restful",
    "sdk",
    "spec",
    "specification",
    "swagger",
    "version",
];

/// Words that do not count.
const SMALL: [&str; 14] =
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "that", "the", "with"];

/// More words than this make a name that nobody wants to write.
const MAX_WORDS: usize = 4;

/// The name of the Cargo package: the configured one, or the first words of the document's title followed by `-client`.
pub(super) fn package_name(api: &Api, config: &Config) -> String {
    config.package.name.clone().unwrap_or_else(|| name_after_title(&api.title))
}

fn name_after_title(title: &str) -> String {
    // In lower case, so that `GitHub` and `OpenAPI` are one word.
    let title = title.split_whitespace().filter(|word| !is_version(word)).collect::<Vec<_>>().join(" ");
    let kebab = if title.is_empty() { title } else { ident::kebab_case(&title.to_lowercase()) };
    let words: Vec<&str> = kebab.split('-').filter(|word| !word.is_empty()).collect();
    let telling: Vec<&str> = words.iter().copied().filter(|word| !NOISE.contains(word)).collect();
    let mut left = MAX_WORDS;
    let mut short: Vec<&str> = Vec::new();
    for word in if telling.is_empty() { words } else { telling } {
        if left == 0 {
            break;
        }
        left -= usize::from(!SMALL.contains(&word));
        short.push(word);
    }
    let is_small = |word: &&str| SMALL.contains(word);
    let start = short.iter().position(|word| !is_small(word)).unwrap_or(0);
    let name = short.get(start..).unwrap_or_default().join("-");
    match name.trim_start_matches(|c: char| !c.is_ascii_alphabetic()) {
        "" | "client" => "client".to_owned(),
        name => format!("{name}-client"),
    }
}

/// Whether a word is a version: `v1`, `3.1.0`, `(v2)`, `2024-01-31`.
fn is_version(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let numbers = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let is_dotted = numbers.len() < word.len() || numbers.contains(['.', '-']);
    is_dotted
        && numbers.starts_with(|c: char| c.is_ascii_digit())
        && numbers.chars().all(|c| c.is_ascii_digit() || ['.', '-'].contains(&c))
}

#[cfg(test)]
mod tests {
    use super::name_after_title;

    #[test]
    fn names_of_crates_are_short() {
        for (title, name) in [
            ("Swagger Petstore - OpenAPI 3.1", "petstore-client"),
            ("Stripe API", "stripe-client"),
            ("GitHub v3 REST API", "github-client"),
            ("Weather client", "weather-client"),
            (
                "The Ledger of the Bank for Private and Business Customers",
                "ledger-of-the-bank-for-private-and-business-client",
            ),
            ("API", "api-client"),
            ("v2", "client"),
            ("", "client"),
            ("3D Printing API (v1.2)", "d-printing-client"),
            ("Größen", "grossen-client"),
        ] {
            assert_eq!(name_after_title(title), name, "{title}");
        }
    }
}
