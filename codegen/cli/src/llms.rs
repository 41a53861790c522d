//! `llms` and `--llms`: what agents need to know of the program, on one page.

use clap::{Arg, ArgAction, ArgMatches, Command};
use openapi_client_description::guide::{Entry, GuideFacts, write_command_line, write_llms_txt, write_skill};

use crate::{
    command::{built_in::BuiltIn, globals::add_globals},
    error::CliError,
    program::App,
    session::Session,
    text::print_text,
};

/// The flag of the program that is the same as this command.
pub(crate) const FLAG: &str = "--llms";

/// The name of the command.
pub(crate) const NAME: &str = "llms";

pub(crate) fn build_command(_: &'static App) -> Command {
    Command::new(NAME)
        .about("Describe all commands on one page, for agents")
        .arg(
            Arg::new("skill")
                .long("skill")
                .action(ArgAction::SetTrue)
                .conflicts_with("txt")
                .help("Print a SKILL.md: how to use the crate, the program and the mock"),
        )
        .arg(
            Arg::new("txt")
                .long("txt")
                .action(ArgAction::SetTrue)
                .help("Print an llms.txt: what the crate is, and its operations"),
        )
}

/// Prints the page. `built_ins` lists the commands that are no operations, of which this is one.
pub(crate) async fn run(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    built_ins: fn(&App) -> Vec<BuiltIn>,
) -> Result<(), CliError> {
    let app = session.app;
    let (description, docs) = session.catalog.load_all()?;
    let library = app.service.name.replace('-', "_");
    let facts = state_facts(app, &library);
    let texts = (description, docs);
    let text = if matches.get_flag("skill") {
        write_skill(&facts, texts)
    } else if matches.get_flag("txt") {
        write_llms_txt(&facts, texts)
    } else {
        write_command_line(&facts, texts, &list_flags(app), &list_commands(app, built_ins))
    };
    print_text(session.io, &text)
}

fn state_facts<'a>(app: &App, library: &'a str) -> GuideFacts<'a> {
    let service = app.service;
    GuideFacts {
        package: service.name,
        library,
        program: app.settings.name,
        documentation: None,
        repository: None,
        key_variable: service.api_key_variable,
        environments: service.environments.iter().map(|environment| environment.name).collect(),
        has_idempotency: service.idempotency.header.is_some(),
        has_webhooks: app.webhooks.is_some(),
    }
}

fn list_flags(app: &'static App) -> Vec<Entry> {
    let command = add_globals(Command::new(NAME), app, false);
    let flags = command.get_arguments().filter_map(|flag| {
        let names: Vec<String> = flag
            .get_short()
            .map(|short| format!("-{short}"))
            .into_iter()
            .chain(flag.get_long().map(|long| format!("--{long}")))
            .collect();
        let values = flag.get_value_names().into_iter().flatten().map(|value| format!(" {value}"));
        let takes_value = flag.get_action().takes_values();
        let name = names.join(", ") + &values.filter(|_| takes_value).collect::<String>();
        Some(Entry { name, about: flag.get_help()?.to_string() })
    });
    flags.collect()
}

fn list_commands(app: &'static App, built_ins: fn(&App) -> Vec<BuiltIn>) -> Vec<Entry> {
    let commands = built_ins(app).into_iter().filter_map(|built_in| {
        let about = (built_in.build)(app).get_about()?.to_string();
        Some(Entry { name: built_in.name.to_owned(), about })
    });
    commands.collect()
}

#[cfg(test)]
mod tests {
    use crate::{command, test_io::TestIo, test_shop::app};

    fn run_words(words: &[&str]) -> String {
        let (mut io, captured) = TestIo::new().build();
        let words = words.iter().map(|&word| word.to_owned()).collect();
        command::run(app(), &mut io, words).unwrap_or_else(|_| panic!("{}", captured.stderr()));
        assert_eq!(captured.stderr(), "");
        captured.stdout()
    }

    #[test]
    fn the_page_has_a_line_for_each_operation_flag_and_command() {
        let page = run_words(&["--llms"]);
        assert_eq!(page, run_words(&["llms"]));
        for line in [
            "- `orders list` (read, pages): List orders",
            "- `orders pay <id> --amount …` (money): Pay an order",
            "- `attempts replay <id> <attempt>` (unclassified): Send an attempt again",
            "- `-o, --output FORMAT`: table ",
            "- `--dry-run`: ",
            "- `mcp`: ",
            "### keys",
        ] {
            assert!(page.lines().any(|printed| printed.starts_with(line)), "{line}\n{page}");
        }
        assert_eq!(page.lines().filter(|line| line.contains("` (")).count(), 8, "{page}");
        assert!(
            page.contains("`SHOP_API_KEY`") && page.contains("5 no response") && page.contains("`sandbox`"),
            "{page}"
        );
    }

    #[test]
    fn the_skill_and_the_text_of_the_crate_are_made_from_the_same_data() {
        let skill = run_words(&["llms", "--skill"]);
        let mut lines = skill.lines();
        assert_eq!(lines.next(), Some("---"));
        let front: Vec<&str> = lines.take_while(|line| *line != "---").collect();
        let front: std::collections::BTreeMap<String, String> =
            serde_yaml::from_str(&front.join("\n")).unwrap();
        assert_eq!(front["name"], "shop");
        assert!(front["description"].contains("Shop") && front["description"].len() <= 1024, "{front:?}");
        assert!(
            skill.contains("client.orders().list().send().await?")
                || skill.contains("client.endpoints().list().send().await?"),
            "{skill}"
        );
        assert!(skill.contains("shop mock --port 4010"), "{skill}");
        let text = run_words(&["llms", "--txt"]);
        assert!(text.starts_with("# shop\n\n> A Rust client for Shop with 8 operations"), "{text}");
        assert!(text.contains("- `orders`: list (pages), pay (money)\n"), "{text}");
    }
}
