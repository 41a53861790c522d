//! Renders reviews of made-up changes: hostile texts, long names, and far too many of them.

use std::collections::BTreeSet;

use whop_codegen::diff::{Change, Diff, Direction, Impact, Impacts, Kind, Location, Unread, Verdict};

use super::body::{LIMIT, Links, render_body};
use super::changelog::render_entry;
use super::decisions::Decision;
use super::full::render_list;
use super::groups::group_changes;
use super::judge::{Failures, Judged};
use super::misfits::{Misfit, Misfits};
use super::names::{Removed, Renamed, Renames};
use super::page::render_page;

const HOSTILE: [&str; 10] = [
    "<script>alert('x')</script>",
    "</details></section></td><img src=x onerror=alert(1)>",
    "\"' onmouseover=\"alert(1)",
    "``` \n# Heading\n- [link](javascript:alert(1)) ![i](https://example.com/i.png)",
    "@maintainer &#64;team closes #1 &lt;b&gt; $x$ ~~gone~~ | cell |",
    "`code` and `open",
    "\u{202e}reversed\u{2066} \u{0}\u{1b}[31m",
    "https://example.com/phish www.example.com user@example.com",
    "]]> --> */ </style></script><!--",
    "日本語のとても長い名前",
];

const KINDS: [Kind; 12] = [
    Kind::OperationAdded,
    Kind::OperationRemoved,
    Kind::OperationRenamed,
    Kind::FieldRenamed,
    Kind::FieldRemoved,
    Kind::ParameterAdded,
    Kind::Retyped,
    Kind::MadeOptional,
    Kind::ValueRemoved,
    Kind::TypeRenamed,
    Kind::SecurityChanged,
    Kind::Documentation,
];

const IMPACTS: [Impact; 3] = [Impact::Breaking, Impact::Compatible, Impact::Documentation];

/// The same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    fn pick<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        let at = self.below(texts.len());
        texts[at]
    }
}

/// A review of `count` changes whose texts are drawn from `texts`, each repeated `length` times.
fn make_review(seed: u64, count: usize, texts: &[&str], length: usize) -> Judged {
    let mut numbers = Numbers(seed);
    let text = |numbers: &mut Numbers| {
        let chosen = numbers.pick(texts).repeat(length);
        format!("{chosen}{}", numbers.below(50))
    };
    let mut changes = Vec::new();
    for _ in 0..count {
        let kind = KINDS[numbers.below(KINDS.len())];
        let location =
            Location { pointer: text(&mut numbers), file: text(&mut numbers), line: numbers.below(9) };
        let is_set = numbers.below(3) > 0;
        changes.push(Change {
            kind,
            subject: text(&mut numbers),
            message: text(&mut numbers),
            name: is_set.then(|| text(&mut numbers)),
            before: is_set.then(|| text(&mut numbers)),
            after: Some(text(&mut numbers)),
            group: text(&mut numbers),
            direction: Direction::Both,
            impact: Impacts::new(IMPACTS[numbers.below(3)], IMPACTS[numbers.below(3)]),
            old: Some(location.clone()),
            new: is_set.then_some(location),
            operations: (0..numbers.below(4)).map(|_| text(&mut numbers)).collect(),
        });
    }
    let renames = Renames {
        renamed: (0..count / 4)
            .map(|_| Renamed { kind: "struct".to_owned(), old: text(&mut numbers), new: text(&mut numbers) })
            .collect(),
        removed: (0..count / 4)
            .map(|_| Removed { kind: "method".to_owned(), path: format!("a.{}", text(&mut numbers)) })
            .collect(),
    };
    let misfits: Vec<Misfit> = (0..count / 4)
        .map(|_| Misfit {
            message: text(&mut numbers),
            place: Some(text(&mut numbers)),
            text: Some(text(&mut numbers)),
        })
        .collect();
    let decisions = (0..count / 10)
        .map(|_| Decision { what: text(&mut numbers), now: 3, added: vec![text(&mut numbers)] })
        .collect();
    let api_version = (text(&mut numbers), text(&mut numbers));
    let date = text(&mut numbers);
    let unread = (0..count / 4).map(|_| Unread {
        location: Location { pointer: text(&mut numbers), file: text(&mut numbers), line: 3 },
        message: text(&mut numbers),
    });
    let unread = unread.collect();
    let found = Diff { changes, unread };
    Judged {
        setters: Vec::new(),
        index: String::new(),
        entry: render_entry(&found, &renames, &api_version, &date),
        found,
        renames,
        misfits: Misfits { dead: misfits.clone(), brought_back: misfits },
        decisions,
        size: "Nothing differs.".to_owned(),
        failures: Failures { new: Some(text(&mut numbers)), old: Some(text(&mut numbers).repeat(100)) },
        verdict: Verdict::Major,
        reason: "1 change breaks Rust".to_owned(),
        version: ("0.1.0".to_owned(), "0.2.0".to_owned()),
        api_version,
        sizes: [(1, 2), (3, 4)],
        date,
    }
}

fn file_links() -> Links {
    Links::to_files(Some("https://example.com/owner/repository/blob/some-branch/"), None)
}

#[test]
fn the_body_fits_into_a_pull_request_whatever_the_changes_are() {
    let one = ["\u{1f980}"];
    for (count, length, texts) in [
        (0, 1, &HOSTILE[..]),
        (1, 1, &HOSTILE),
        (7, 400, &HOSTILE),
        (400, 1, &HOSTILE),
        (400, 60, &one),
        (10_000, 1, &HOSTILE),
        (2_000, 2, &["company_id", "GET /pets"]),
    ] {
        let judged = make_review(11, count, texts, length);
        let categories = group_changes(&judged.found);
        for links in [file_links(), Links::default()] {
            let body = render_body(&judged, &categories, &links);
            assert!(body.len() <= LIMIT, "{count} changes of {length}: {} bytes", body.len());
            assert!(
                !body.contains("The rest does not fit"),
                "{count} changes of {length}: a head is too long"
            );
            // What a maintainer needs is there, however many changes there are.
            assert!(body.starts_with("# 0.1.0 becomes 0.2.0: major\n"));
            assert!(body.contains("\n## Entry of the changelog\n") && body.contains("\n## Next\n"));
        }
    }
}

#[test]
fn the_entry_of_the_changelog_is_never_longer_than_a_page() {
    for (count, length) in [(0, 1), (10, 300), (10_000, 1)] {
        let judged = make_review(3, count, &HOSTILE, length);
        assert!(judged.entry.lines().count() <= 24, "{}", judged.entry);
        assert!(judged.entry.len() <= 14_000, "{}", judged.entry.len());
    }
}

#[test]
fn every_change_is_counted_once_and_listed_once() {
    let judged = make_review(5, 1_500, &["a", "b", "GET /c"], 1);
    let categories = group_changes(&judged.found);
    let grouped: usize = categories.iter().map(super::groups::Category::count_changes).sum();
    assert_eq!(grouped, 1_500);
    let list = render_list(&judged, &categories);
    let (_, changes) = list.split_once("\n## Breaking changes").unwrap_or_default();
    assert_eq!(changes.lines().filter(|line| line.starts_with("- ")).count(), 1_500);
}

#[test]
fn every_link_of_the_body_has_its_place_in_the_list() {
    let judged = make_review(7, 800, &["a", "b", "c d"], 1);
    let categories = group_changes(&judged.found);
    let body = render_body(&judged, &categories, &Links::to_files(None, None));
    let list = render_list(&judged, &categories);
    let links: BTreeSet<&str> =
        body.split("](changes.md#").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 20, "{links:?}");
    for link in links {
        assert_eq!(list.matches(&format!("<a id=\"{link}\"></a>")).count(), 1, "{link}");
    }
}

/// Markdown outside code spans and fences.
fn outside_code(markdown: &str) -> String {
    let mut out = String::new();
    let mut is_fenced = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            is_fenced = !is_fenced;
        } else if !is_fenced {
            out.extend(line.split('`').step_by(2));
            out.push('\n');
        }
    }
    out
}

#[test]
fn no_text_of_a_document_becomes_markdown() {
    for seed in 0..6 {
        let judged = make_review(seed, 400, &HOSTILE, 1);
        let categories = group_changes(&judged.found);
        let body = render_body(&judged, &categories, &Links::default());
        for text in [outside_code(&body), outside_code(&render_list(&judged, &categories))] {
            let own = ["<details>", "</details>", "<summary><b>", "</b></summary>", "<a id=\"", "</a>"];
            let foreign = own.iter().fold(text, |text, tag| text.replace(tag, ""));
            for line in foreign.lines() {
                let unescaped = |c: char| line.match_indices(c).any(|(at, _)| !line[..at].ends_with('\\'));
                assert!(!unescaped('<'), "{line}");
                assert!(!line.replace("\\](", "").contains("]("), "{line}");
                assert!(!line.contains("@maintainer") && !line.contains("&#64;"), "{line}");
                assert!(!line.contains("https://") && !line.contains("www.example"), "{line}");
                assert!(!line.contains(['\u{202e}', '\u{1b}', '\u{0}']), "{line}");
            }
        }
    }
}

/// None of these loads anything.
const TAGS: [&str; 39] = [
    "a", "b", "body", "button", "code", "details", "div", "footer", "form", "h1", "h2", "h3", "head",
    "header", "html", "input", "li", "main", "meta", "nav", "option", "output", "p", "pre", "script",
    "section", "select", "small", "span", "style", "summary", "table", "tbody", "td", "th", "thead", "title",
    "tr", "ul",
];

#[test]
fn no_text_of_a_document_becomes_a_tag_of_the_page() {
    for seed in 0..6 {
        let judged = make_review(seed, 400, &HOSTILE, 1);
        let categories = group_changes(&judged.found);
        let page = render_page(&judged, &categories);
        assert_eq!(page.matches("<script").count(), 1);
        assert_eq!(page.matches("</script").count(), 1);
        for tag in ["<img", "<!--", "onmouseover=\"", "javascript:alert(1)\""] {
            assert!(!page.contains(tag), "{tag}");
        }
        for tag in ["details", "section", "table", "tr", "td", "code", "pre", "span"] {
            let opened =
                page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"));
        let tags = page.split('<').skip(1).filter(|rest| !rest.starts_with(['/', '!']));
        for tag in tags {
            let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            assert!(TAGS.contains(&name), "<{name}");
        }
        assert!(page.split(" href=\"").skip(1).all(|rest| rest.starts_with('#')), "a link leaves the page");
        let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id occurs twice");
        assert_eq!(page, render_page(&judged, &categories), "the page is not deterministic");
    }
}
