//! Runs the command of the process.

use std::process::ExitCode;

use super::run;
use crate::{
    error::CliError,
    io::Io,
    output::{OutputOptions, print_error},
    program::App,
};

impl App {
    pub(crate) fn run_process(self) -> ExitCode {
        // A process runs one command.
        let app: &'static Self = Box::leak(Box::new(self));
        let mut io = Io::of_process(app.settings.name);
        let mut words = Vec::new();
        for word in std::env::args_os().skip(1) {
            match word.into_string() {
                Ok(word) => words.push(word),
                Err(word) => {
                    let error = CliError::usage(format!("the argument {word:?} is not text in UTF-8"));
                    print_error(&mut io, &OutputOptions::default(), &error);
                    return ExitCode::from(error.exit.code());
                }
            }
        }
        match run(app, &mut io, words) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => ExitCode::from(error.exit.code()),
        }
    }
}
