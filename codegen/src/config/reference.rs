//! Where the API's own reference describes its operations.

use serde::Deserialize;

use crate::ident::split_words;

/// What a URL may have in braces.
const PLACEHOLDERS: [&str; 3] = ["tag", "operation", "summary"];

/// The pages of the API's own reference, to which the documentation of each operation links. An operation with `externalDocs` has
/// that link instead.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reference {
    /// The URL of the page of an operation. `{tag}`, `{operation}` (the `operationId`) and `{summary}` stand for these names in
    /// lower case, with hyphens between the words. An operation without a summary, or with one that has no letters and digits, has no link
    /// if the URL needs it.
    pub url: String,
    /// The ids of operations that the reference does not have.
    #[serde(default)]
    pub except: Vec<String>,
    /// Tags whose operations have pages elsewhere.
    #[serde(default)]
    pub sections: Vec<ReferenceSection>,
}

/// Tags whose operations have pages with another URL.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReferenceSection {
    /// The URL, with the same placeholders.
    pub url: String,
    /// The tags.
    pub tags: Vec<String>,
}

impl Reference {
    /// The URL of the page of an operation, if it has one.
    pub(crate) fn find_page(&self, id: &str, tag: &str, summary: Option<&str>) -> Option<String> {
        if self.except.iter().any(|except| except == id) {
            return None;
        }
        let section = self.sections.iter().find(|section| section.tags.iter().any(|name| name == tag));
        let template = section.map_or(&self.url, |section| &section.url);
        let values = [
            ("{tag}", hyphenate(tag)),
            ("{operation}", split_words(id).join("-")),
            ("{summary}", summary.map(hyphenate).unwrap_or_default()),
        ];
        values.iter().try_fold(template.clone(), |url, (placeholder, value)| {
            let is_incomplete = value.is_empty() && url.contains(placeholder);
            (!is_incomplete).then(|| url.replace(placeholder, value))
        })
    }

    /// The tags of the sections, with the positions of the section and of the tag in it.
    pub(crate) fn section_tags(&self) -> impl Iterator<Item = (usize, usize, &str)> {
        self.sections.iter().enumerate().flat_map(|(section, entry)| {
            entry.tags.iter().enumerate().map(move |(index, tag)| (section, index, tag.as_str()))
        })
    }

    /// What is wrong with the URLs, each with a remedy.
    pub(super) fn url_messages(&self) -> impl Iterator<Item = (String, String)> {
        let urls = std::iter::once(&self.url).chain(self.sections.iter().map(|section| &section.url));
        urls.filter_map(|url| {
            let names: Vec<&str> = url.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            let unknown = names.iter().find(|name| !PLACEHOLDERS.contains(name));
            let remedy = "use `{tag}`, `{operation}` or `{summary}`".to_owned();
            if !url.starts_with("https://") && !url.starts_with("http://") {
                let message = format!("`{url}` is not a URL of the reference");
                return Some((message, "begin it with `https://`".to_owned()));
            }
            if let Some(part) = find_unpaired_brace(url) {
                let message = format!("the URL of the reference: `{part}` has one of the braces only");
                return Some((message, remedy));
            }
            match unknown {
                Some(name) => Some((format!("the URL of the reference: `{{{name}}}` is not known"), remedy)),
                None if names.is_empty() => {
                    let message = format!("`{url}` would be the page of every operation of the reference");
                    Some((message, remedy))
                }
                None => None,
            }
        })
    }
}

/// The part of a URL that has a brace without its counterpart.
fn find_unpaired_brace(url: &str) -> Option<&str> {
    let mut parts = url.split_inclusive('}');
    parts.find(|part| part.matches('{').count() != part.matches('}').count())
}

/// A text in lower case, with a hyphen in place of everything between letters and digits.
fn hyphenate(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(url: &str) -> Reference {
        let section = ReferenceSection {
            url: "https://example.com/old/{tag}/{operation}".to_owned(),
            tags: vec!["Old things".to_owned()],
        };
        Reference { url: url.to_owned(), except: vec!["ping".to_owned()], sections: vec![section] }
    }

    #[test]
    fn urls_are_made_of_names() {
        let reference = reference("https://example.com/{tag}/{summary}");
        let page = |id, tag, summary| reference.find_page(id, tag, summary);
        let orders = page("listOrders", "Orders (v2)", Some("List all orders"));
        assert_eq!(orders.as_deref(), Some("https://example.com/orders-v2/list-all-orders"));
        let old = page("listOldThings", "Old things", None);
        assert_eq!(old.as_deref(), Some("https://example.com/old/old-things/list-old-things"));
        assert_eq!(page("ping", "Orders", Some("Ping")), None);
        assert_eq!(page("listOrders", "Orders", None), None);
        assert_eq!(page("listOrders", "Orders", Some("—")), None);
        assert_eq!(page("listOrders", "?", Some("List")), None);
    }

    #[test]
    fn mistakes_in_urls_are_reported() {
        let messages = |url| reference(url).url_messages().map(|(message, _)| message).collect::<Vec<_>>();
        assert_eq!(messages("https://example.com/{tag}"), [""; 0]);
        assert_eq!(messages("example.com/{tag}"), ["`example.com/{tag}` is not a URL of the reference"]);
        assert_eq!(messages("https://a.b/{name}"), ["the URL of the reference: `{name}` is not known"]);
        for (url, part) in [
            ("https://a.b/{tag", "https://a.b/{tag"),
            ("https://a.b/{tag}/{summary", "/{summary"),
            ("https://a.b/tag}", "https://a.b/tag}"),
            ("https://a.b/{{tag}", "https://a.b/{{tag}"),
        ] {
            let message = format!("the URL of the reference: `{part}` has one of the braces only");
            assert_eq!(messages(url), [message]);
        }
        assert_eq!(
            messages("https://a.b"),
            ["`https://a.b` would be the page of every operation of the reference"]
        );
    }
}
