//! Remembers which entries of the configuration matched something, and reports the others.

use super::Resolver;
use crate::config::{dead_entry, matches_pattern};

impl Resolver<'_> {
    /// Remembers which patterns of the formats by name match a plain string. An exception counts if it is one.
    pub(super) fn match_formats(&mut self, name: &str, path: &str) {
        for (index, rule) in self.config.formats_by_name.iter().enumerate() {
            let is_match = |pattern: &String| matches_pattern(pattern, name);
            if !rule.properties.iter().any(is_match) {
                continue;
            }
            let properties = rule.properties.iter().map(is_match).enumerate();
            let except =
                rule.except.iter().map(|pattern| is_match(pattern) || matches_pattern(pattern, path));
            let lists =
                [("properties", properties.collect::<Vec<_>>()), ("except", except.enumerate().collect())];
            for (key, patterns) in lists {
                let matched = patterns.into_iter().filter(|(_, is_match)| *is_match);
                self.matched_formats.extend(matched.map(|(position, _)| (index, key, position)));
            }
        }
    }

    pub(super) fn report_dead_entries(&mut self) {
        let config = self.config;
        for (pointer, message) in self.dead_secrets() {
            self.diagnostics.push_misfit(dead_entry(pointer, message));
        }
        for (index, rule) in config.formats_by_name.iter().enumerate() {
            let lists = [
                ("properties", &rule.properties, "no property or parameter that is a plain string is called"),
                ("except", &rule.except, "the format would not apply to any string called"),
            ];
            for (key, patterns, words) in lists {
                for (position, pattern) in patterns.iter().enumerate() {
                    if !self.matched_formats.contains(&(index, key, position)) {
                        let pointer = format!("/formats-by-name/{index}/{key}/{position}");
                        self.diagnostics.push_misfit(dead_entry(pointer, format!("{words} `{pattern}`")));
                    }
                }
            }
        }
        for pattern in config.pages.operations.keys().filter(|pattern| !self.matched_pages.contains(*pattern))
        {
            let message = format!("no operation is called `{pattern}`");
            self.diagnostics.push_misfit(dead_entry(format!("/pages/operations/{pattern}"), message));
        }
        self.report_unmet_media_types();
        for (index, name) in config.type_properties.iter().enumerate() {
            if !self.ids.is_type_property_matched(name) {
                let message = format!("no object has the property `{name}`");
                self.diagnostics.push_misfit(dead_entry(format!("/type-properties/{index}"), message));
            }
        }
        for (index, id) in config.ids.iter().enumerate() {
            let lists = [
                ("properties", &id.properties, "no property or parameter that is a string is called"),
                ("objects", &id.objects, "no object with an `id` that is a string is called"),
                ("segments", &id.segments, "no path or object has an id for"),
                ("places", &id.places, "no property that is a string is at"),
            ];
            for (key, names, words) in lists {
                for (position, name) in names.iter().enumerate() {
                    if !self.ids.is_matched(key, name) {
                        let message =
                            format!("{words} `{name}`, which the configuration lists for `{}`", id.name);
                        self.diagnostics
                            .push_misfit(dead_entry(format!("/ids/{index}/{key}/{position}"), message));
                    }
                }
            }
        }
    }
}
