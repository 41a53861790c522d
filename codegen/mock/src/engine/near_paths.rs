//! Finds the paths of the description that are nearest to an unknown one.

use openapi_client_description::check::edit_distance;

/// The number of paths in a message.
const MAX_PATHS: usize = 3;

/// The greatest distance of a path in a message.
const MAX_DISTANCE: usize = 6;

/// The distance of a missing or additional segment.
const SEGMENT: usize = 3;

/// The nearest paths of the description, the nearest first.
pub(crate) fn find_near_paths<'a>(paths: impl Iterator<Item = &'a str>, given: &str) -> Vec<&'a str> {
    let given: Vec<&str> = segments(given).collect();
    let distances = paths.filter_map(|path| Some((path_distance(path, &given)?, path)));
    let mut near: Vec<(usize, &str)> = distances.collect();
    near.sort_unstable();
    near.dedup();
    let furthest = near.first().map_or(0, |(nearest, _)| nearest + SEGMENT);
    near.retain(|(distance, _)| *distance <= furthest);
    near.into_iter().take(MAX_PATHS).map(|(_, path)| path).collect()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.trim_matches('/').split('/')
}

/// The distance of a path from a given one; `None` if they have no name in common or differ too much.
fn path_distance(path: &str, given: &[&str]) -> Option<usize> {
    let is_alike = |name: &str| given.iter().any(|given| name_distance(name, given).is_some());
    if !segments(path).any(|segment| !segment.contains('{') && is_alike(segment)) {
        return None;
    }
    // The edit distance of two lists of segments.
    let mut row: Vec<usize> = (0..=given.len()).map(|count| count * SEGMENT).collect();
    for segment in segments(path) {
        let mut diagonal = row.first().copied().unwrap_or_default();
        let mut left = diagonal + SEGMENT;
        let mut next = vec![left];
        for (above, given) in row.iter().skip(1).zip(given) {
            let replaced = match segment.contains('{') {
                true => 1,
                false => name_distance(segment, given).unwrap_or(2 * SEGMENT),
            };
            left = (diagonal + replaced).min(above + SEGMENT).min(left + SEGMENT);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().filter(|distance| *distance <= MAX_DISTANCE)
}

/// The distance of two names that are alike; a short name has at most one different letter.
fn name_distance(name: &str, given: &str) -> Option<usize> {
    let greatest = match name.chars().count() {
        0..3 => 0,
        3..8 => 1,
        _ => 2,
    };
    Some(edit_distance(name, given)).filter(|distance| *distance <= greatest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_paths_share_a_name() {
        let paths = ["/things", "/things/{id}", "/things/{id}/close", "/owners", "/{kind}/{id}"];
        let find = |given: &str| find_near_paths(paths.into_iter(), given);
        assert_eq!(find("/thing"), ["/things", "/things/{id}"]);
        assert_eq!(find("/things/"), ["/things", "/things/{id}"]);
        assert_eq!(find("/thing/t_1"), ["/things/{id}", "/things", "/things/{id}/close"]);
        assert!(find("/tings_").is_empty());
        assert_eq!(find("/things/t_1/closed"), ["/things/{id}/close", "/things/{id}"]);
        assert_eq!(find("/api/v1/owners"), ["/owners"]);
        assert!(find("/no/such").is_empty() && find("/").is_empty());
    }
}
