//! Fits Markdown into a number of bytes: blocks of lines, of which as many are shown as there is space for.

use whop_codegen::diff::escape_markdown;

/// A heading with lines below it.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The heading and the text below it. It is always shown, so whoever builds it bounds it.
    pub(super) head: String,
    /// The lines that are shown if there is space: one of Markdown each, the most important first.
    pub(super) lines: Vec<String>,
    /// The share of the space, compared with other blocks.
    pub(super) weight: usize,
    /// How many items each line describes, also for lines beyond those in `lines`.
    pub(super) items: Vec<usize>,
    /// What the items are, in the plural.
    pub(super) noun: &'static str,
    /// Where all lines are: a link target.
    pub(super) link: Option<String>,
}

/// The most bytes of the line that counts what is not shown, without the link.
const COUNT_LINE: usize = 120;

/// Renders the blocks in at most `limit` bytes, if their heads leave space.
pub(super) fn fit_blocks(blocks: &[Block], limit: usize) -> String {
    let reserved = |block: &Block| {
        let count =
            if block.items.is_empty() { 0 } else { COUNT_LINE + block.link.as_ref().map_or(0, String::len) };
        block.head.len() + count
    };
    let available = limit.saturating_sub(blocks.iter().map(reserved).sum());
    let wanted: Vec<usize> =
        blocks.iter().map(|block| block.lines.iter().map(|line| line.len() + 1).sum()).collect();
    let shares = share_space(&wanted, blocks, available);
    let mut out = String::new();
    for (block, share) in blocks.iter().zip(shares) {
        out.push_str(&block.head);
        render_lines(block, share, &mut out);
    }
    cut_at_line(out, limit)
}

/// Gives each block what it wants, or its share of what the modest ones leave.
fn share_space(wanted: &[usize], blocks: &[Block], available: usize) -> Vec<usize> {
    let mut shares = vec![0; wanted.len()];
    let mut open: Vec<usize> = (0..wanted.len()).collect();
    let mut left = available;
    loop {
        let weight: usize = open.iter().filter_map(|at| blocks.get(*at)).map(|block| block.weight).sum();
        let share = |at: usize| {
            let own = blocks.get(at).map_or(0, |block| block.weight);
            (left * own).checked_div(weight).unwrap_or(0)
        };
        let want = |at: usize| wanted.get(at).copied().unwrap_or(0);
        let modest: Vec<usize> = open.iter().copied().filter(|at| want(*at) <= share(*at)).collect();
        if modest.is_empty() {
            for at in open {
                if let Some(slot) = shares.get_mut(at) {
                    *slot = share(at);
                }
            }
            return shares;
        }
        open.retain(|at| !modest.contains(at));
        for at in modest {
            left -= want(at);
            if let Some(slot) = shares.get_mut(at) {
                *slot = want(at);
            }
        }
    }
}

fn render_lines(block: &Block, share: usize, out: &mut String) {
    let mut left = share;
    let mut shown = 0;
    for line in &block.lines {
        let Some(rest) = left.checked_sub(line.len() + 1) else { break };
        left = rest;
        out.push_str(line);
        out.push('\n');
        shown += 1;
    }
    let hidden: usize = (shown..block.lines.len()).map(|at| block.items.get(at).copied().unwrap_or(1)).sum();
    if hidden > 0 {
        let more = format!("{hidden} more {}", block.noun);
        match &block.link {
            Some(link) => out.push_str(&format!("- and [{more}]({link})\n")),
            None => out.push_str(&format!("- and {more}\n")),
        }
    }
}

/// Cuts a text that is too long all the same, at the end of a line.
fn cut_at_line(mut text: String, limit: usize) -> String {
    const NOTE: &str = "\n(The rest does not fit.)\n";
    if text.len() <= limit {
        return text;
    }
    let end = (0..=limit.saturating_sub(NOTE.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let end = text.get(..end).and_then(|text| text.rfind('\n')).unwrap_or(0);
    text.truncate(end);
    text.push_str(NOTE);
    text
}

/// Text of a document as Markdown on one line of at most `bytes` bytes.
pub(super) fn escape_within(text: &str, bytes: usize) -> String {
    let whole = escape_markdown(text);
    if whole.len() <= bytes {
        return whole;
    }
    // Escapes make the length of the result hard to predict, so the text is shortened until it fits.
    let mut count = text.chars().count().min(bytes);
    loop {
        let short: String = text.chars().take(count).collect();
        let out = format!("{}…", escape_markdown(&short));
        if out.len() <= bytes || count == 0 {
            return out;
        }
        count -= count.div_ceil(8);
    }
}

/// Joins parts in at most `bytes` bytes of Markdown, and counts those that are left out.
pub(super) fn join_within(parts: &[String], bytes: usize) -> String {
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        let part = escape_within(part, bytes);
        if at > 0 && out.len() + part.len() + 2 > bytes {
            out.push_str(&format!(" and {} more", parts.len() - at));
            break;
        }
        if at > 0 {
            out.push_str(", ");
        }
        out.push_str(&part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(lines: usize, length: usize, weight: usize) -> Block {
        Block {
            head: "\n## Head\n\n".to_owned(),
            lines: (0..lines).map(|_| format!("- {}", "x".repeat(length))).collect(),
            items: vec![2; lines],
            weight,
            noun: "changes",
            link: Some("changes.md#x".to_owned()),
        }
    }

    #[test]
    fn whatever_the_lines_are_the_limit_holds() {
        for lines in [0, 1, 7, 100, 2000] {
            for length in [1, 50, 500, 5000] {
                for limit in [400, 3000, 60_000] {
                    let blocks = [block(lines, length, 1), block(3, 20, 4), block(lines * 2, length, 2)];
                    let text = fit_blocks(&blocks, limit);
                    assert!(text.len() <= limit, "{lines} {length} {limit}: {}", text.len());
                }
            }
        }
    }

    #[test]
    fn what_is_not_shown_is_counted_and_linked() {
        let text = fit_blocks(&[block(100, 50, 1)], 1000);
        let shown = text.matches("- x").count();
        assert!(shown > 10, "{text}");
        assert!(
            text.ends_with(&format!("- and [{} more changes](changes.md#x)\n", (100 - shown) * 2)),
            "{text}"
        );
        // A short block leaves its space to the others.
        let text = fit_blocks(&[block(1, 10, 9), block(16, 50, 1)], 1300);
        assert_eq!(text.matches("- x").count(), 17, "{text}");
    }

    #[test]
    fn escaped_text_is_within_its_bytes() {
        for text in [
            "",
            "short",
            "<script>alert('x')</script> [a](b) **b** @me & more",
            "日本語のテキスト<><><>",
            "`````` `a` `",
        ] {
            for bytes in [4, 10, 30, 200] {
                let long = text.repeat(20);
                for text in [text, long.as_str()] {
                    let out = escape_within(text, bytes);
                    assert!(out.len() <= bytes.max(4), "{bytes}: {out}");
                    let parts = vec![text.to_owned(); 30];
                    assert!(join_within(&parts, bytes).len() <= bytes.max(4) + 15, "{bytes}");
                }
            }
        }
    }
}
