//! `review --output`: the files that it writes, and the page in a real browser.

use std::fs;
use std::time::Duration;

use crate::browser::Browser;
use crate::review::committed;
use crate::support::{Checkout, DOCUMENT};

/// Writes the review of a document whose texts try to become a part of the page.
fn write_review(name: &str) -> Checkout {
    let checkout = committed(name);
    let hostile = DOCUMENT
        .replace("available, sold", "available, '<script>document.title=1</script>', '</details>', '\"`'")
        .replace("operationId: retrievePet", "operationId: fetchPet");
    checkout.write("new.yaml", &hostile);
    checkout.ok(&["spec", "pull", "--file", "new.yaml"]);
    checkout.ok(&["review", "--write", "--output", "review"]);
    checkout
}

#[test]
fn the_review_is_written_as_three_files() {
    let checkout = write_review("review-files");
    let files = checkout.files("review");
    checkout.ok(&["review", "--output", "again"]);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["changes.md", "review.html", "review.md"]);
    let body = String::from_utf8(files["review.md"].clone()).unwrap();
    for part in [
        "# 0.1.0 becomes 0.2.0: major\n",
        "`client.pets().retrieve()` is now `client.pets().fetch()`",
        "[list](changes.md#group-",
        "[review.html](review.html)",
    ] {
        assert!(body.contains(part), "{part}\n{body}");
    }
    // The links lead to where the files are published.
    checkout.ok(&["review", "--output", "other", "--links", "https://example.com/review"]);
    let body = fs::read_to_string(checkout.root.join("other/review.md")).unwrap();
    assert!(body.contains("[list](https://example.com/review/changes.md#group-"), "{body}");
    // The same input gives the same bytes.
    let again = checkout.files("again");
    checkout.ok(&["review", "--output", "again"]);
    assert!(checkout.files("again") == again, "the second run wrote other files");
    assert_eq!(checkout.run(&["review", "--links", "https://example.com"]).status, Some(2));
}

/// The elements of a page whose tag begins so and that are not hidden.
fn count_visible(page: &str, tag: &str) -> usize {
    let begin = format!("<{tag}");
    let tags = page.split(&begin).skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter(|attributes| !attributes.contains("hidden")).count()
}

#[test]
fn a_browser_filters_the_page_and_opens_what_a_link_names() {
    let Some(browser) = Browser::find("review_page") else { return };
    let checkout = write_review("review-browser");
    let address = format!("file://{}", checkout.root.join("review/review.html").display());
    let show = |suffix: &str| browser.dump_page(&format!("{address}{suffix}"), Duration::from_secs(1));

    let whole = show("");
    assert!(
        whole.contains("<title>Review: 0.1.0 → 0.2.0</title>"),
        "a text of the document ran as a script\n{whole}"
    );
    assert!(whole.contains("&lt;script&gt;document.title=1&lt;/script&gt;"), "{whole}");
    assert_eq!(count_visible(&whole, "div id=\"tools\""), 1, "the script did not run");
    let all = count_visible(&whole, "tr class=");
    assert!(all > 3, "{whole}");

    let found = show("?q=SOLD+gone");
    assert_eq!(count_visible(&found, "tr class="), 1, "{found}");
    assert!(found.contains("1 of "), "{found}");
    let none = show("?q=nothing-has-this-name");
    assert_eq!(count_visible(&none, "tr class="), 0, "{none}");
    assert_eq!(count_visible(&none, "section"), 0, "{none}");

    let group =
        |page: &str| page.split("id=\"group-1\"").nth(1).unwrap().split('>').next().unwrap().to_owned();
    assert!(!group(&whole).contains("open"), "{}", group(&whole));
    assert!(group(&show("#group-1")).contains("open"), "the group of the link is closed");
}
