//! Which pages there are, and how they are called.

use std::collections::BTreeSet;

use clap::Command;

use crate::{
    catalog::{Catalog, OperationSummary},
    command::built_in::BuiltIn,
    manual::docs::find_operation,
    program::App,
};

/// All pages: that of the program, then those of groups with their operations, then those of the other commands.
pub(super) struct Index {
    pages: Vec<PageHead>,
    /// The commands that are no operations.
    pub(super) built_ins: Vec<BuiltIn>,
}

/// A page.
pub(super) struct PageHead {
    /// The name of the page, such as `shop-orders-list`.
    pub(super) name: String,
    /// The words of the command after the program.
    pub(super) words: Vec<String>,
    pub(super) subject: ManSubject,
}

/// What a page is about.
#[derive(Clone, Copy)]
pub(super) enum ManSubject {
    Program,
    Group,
    Operation(&'static OperationSummary),
    BuiltIn(BuiltIn),
}

impl Index {
    pub(super) fn new(app: &'static App, catalog: &Catalog, built_ins: Vec<BuiltIn>) -> Self {
        let mut builder = Builder { program: app.settings.name, pages: Vec::new(), taken: BTreeSet::new() };
        builder.add(Vec::new(), ManSubject::Program);
        for group in catalog.groups() {
            builder.add(vec![group.name.clone()], ManSubject::Group);
        }
        for operation in catalog.operations() {
            let words = vec![operation.group.clone(), operation.command.clone()];
            builder.add(words, ManSubject::Operation(operation));
        }
        for built_in in built_ins.iter().copied() {
            builder.add_built_in(built_in, &built_in.build_command(app), &mut vec![built_in.name.to_owned()]);
        }
        Self { pages: builder.pages, built_ins }
    }

    pub(super) fn pages(&self) -> &[PageHead] {
        &self.pages
    }

    /// The page of the command that the words name.
    pub(super) fn find(&self, catalog: &Catalog, words: &[&str]) -> Option<&PageHead> {
        let joined = words.join(".");
        if let Some(operation) = find_operation(catalog, &joined) {
            return self.pages.iter().find(
                |page| matches!(page.subject, ManSubject::Operation(other) if std::ptr::eq(other, operation)),
            );
        }
        let group = catalog.find_group(&joined).map(|group| group.name.as_str());
        let words: Vec<&str> = group.map_or_else(|| words.to_vec(), |group| vec![group]);
        self.pages.iter().find(|page| page.words == words)
    }

    /// The pages that belong to a page: what is around it, beside it and within it.
    pub(super) fn list_related(&self, page: &PageHead) -> Vec<&str> {
        let is_related = |other: &&PageHead| {
            let (own, others) = (&page.words, &other.words);
            if own == others && other.name == page.name {
                return false;
            }
            let outer = own.split_last().map_or(&[][..], |(_, outer)| outer);
            let is_within = others.len() == own.len() + 1 && others.starts_with(own);
            let is_beside = !outer.is_empty() && others.len() == own.len() && others.starts_with(outer);
            let is_around = own.starts_with(others);
            is_within || is_beside || is_around
        };
        self.pages.iter().filter(is_related).map(|page| page.name.as_str()).collect()
    }
}

struct Builder {
    program: &'static str,
    pages: Vec<PageHead>,
    taken: BTreeSet<String>,
}

impl Builder {
    /// The command `a-b` and the command `b` of the group `a` would have pages of one name: the second gets a dot.
    fn add(&mut self, words: Vec<String>, subject: ManSubject) {
        let all: Vec<&str> = std::iter::once(self.program).chain(words.iter().map(String::as_str)).collect();
        let mut name = all.join("-");
        let mut marks = 1;
        while !self.taken.insert(name.clone()) {
            name = format!("{}-{}", self.program, words.join(&".".repeat(marks)));
            if words.len() < 2 {
                name.push_str(&".".repeat(marks));
                name.push_str("command");
            }
            marks += 1;
        }
        self.pages.push(PageHead { name, words, subject });
    }

    fn add_built_in(&mut self, built_in: BuiltIn, command: &Command, words: &mut Vec<String>) {
        self.add(words.clone(), ManSubject::BuiltIn(built_in));
        for inner in command.get_subcommands() {
            words.push(inner.get_name().to_owned());
            self.add_built_in(built_in, inner, words);
            words.pop();
        }
    }
}
