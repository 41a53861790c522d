//! The workflows run code of others only at a commit that someone has chosen, with no more rights than they need.

use std::fs;

use super::{assert_none, root};

#[test]
fn actions_are_pinned_by_digest() {
    let mut problems = Vec::new();
    let mut pinned = 0;
    for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        let (text, name) = (fs::read_to_string(&path).unwrap(), path.file_name().unwrap().to_owned());
        let name = name.to_string_lossy();
        if !text.lines().any(|line| line.starts_with("permissions:")) {
            problems.push(format!("{name}: state `permissions`; the default may write"));
        }
        for (line, action) in
            text.lines().enumerate().filter_map(|(line, text)| Some((line, action_of(text)?)))
        {
            if let Err(problem) = check_action(action) {
                problems.push(format!("{name}:{}: {problem}", line + 1));
            }
            pinned += 1;
        }
    }
    assert_none(&problems);
    assert!(pinned > 5, "only {pinned} actions were found");
}

/// The action that a line uses, with the comment behind it.
fn action_of(line: &str) -> Option<&str> {
    line.trim_start().trim_start_matches("- ").strip_prefix("uses:").map(str::trim)
}

fn check_action(action: &str) -> Result<(), String> {
    let (digest, version) = action
        .split_once('@')
        .and_then(|(_, pin)| pin.split_once(" # "))
        .ok_or_else(|| format!("write `{action}` as `NAME@DIGEST # VERSION`"))?;
    let is_digest = digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_digest || !version.starts_with('v') {
        return Err(format!(
            "`{action}` is not pinned by the 40 digits of a commit, with its version behind them"
        ));
    }
    Ok(())
}

#[test]
fn tags_and_short_digests_are_refused() {
    let digest = "0123456789abcdef0123456789abcdef01234567";
    assert_eq!(action_of(&format!("      - uses: a/b@{digest} # v1")), Some(&*format!("a/b@{digest} # v1")));
    assert_eq!(check_action(&format!("a/b@{digest} # v1.2")), Ok(()));
    for action in ["a/b@v4", "a/b@0123abc # v4", "a/b", &format!("a/b@{digest}")] {
        assert!(check_action(action).is_err(), "{action}");
    }
}
