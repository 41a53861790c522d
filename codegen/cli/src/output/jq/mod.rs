//! `--jq`: expressions of `jq`, executed by `jaq`.
//!
//! Numbers that an expression only selects keep their digits. Arithmetic is that of `jq`: integers are exact, other numbers
//! become binary floating point numbers. `env` and `$ENV` do not exist, because credentials are in environment variables.
//!
//! Expressions run on a thread with a large stack, because the interpreter recurses: with the calls of an expression, with the
//! nesting of its text, and with that of the values that it makes.

mod program;
mod stack;
#[cfg(test)]
mod tests;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use openapi_client_description::JsonValue;

use self::{
    program::JqProgram,
    stack::{STACK_SIZES, StackGuard, TooDeep},
};
use crate::error::{CliError, Exit};

/// How many outputs wait until they are printed. An expression can have any number of them.
const WAITING: usize = 64;

/// A compiled expression, which runs on its own thread.
pub(super) struct JqFilter {
    inputs: SyncSender<JsonValue>,
    events: Receiver<Event>,
}

/// What the thread reports.
enum Event {
    Output(JsonValue),
    /// The expression was compiled, or has no more outputs for an input.
    Done(Result<(), CliError>),
}

impl JqFilter {
    /// # Errors
    ///
    /// The expression is wrong; the message says where.
    pub(super) fn compile(expression: &str) -> Result<Self, CliError> {
        let mut last_error = None;
        for size in STACK_SIZES {
            let (inputs, inputs_of_thread) = sync_channel(1);
            let (events_of_thread, events) = sync_channel(WAITING);
            let expression = expression.to_owned();
            let thread = thread::Builder::new().stack_size(size);
            match thread.spawn(move || work(size, &expression, &inputs_of_thread, &events_of_thread)) {
                Ok(_) => {
                    let filter = Self { inputs, events };
                    filter.take_outputs(|_| Ok(()))?;
                    return Ok(filter);
                }
                Err(error) => last_error = Some(error),
            }
        }
        let why = last_error.map(|error| format!(": {error}")).unwrap_or_default();
        Err(CliError::new(Exit::Io, format!("cannot start a thread for --jq{why}")))
    }

    /// Passes each output for one input to `print` as soon as it is there. After an error, the expression cannot be applied again.
    ///
    /// # Errors
    ///
    /// Those of `print`, which end the expression; and the expression fails with this input.
    pub(super) fn apply(
        &self,
        input: &JsonValue,
        print: impl FnMut(JsonValue) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        // If the thread has ended, there are no events either.
        let _ = self.inputs.send(input.clone());
        self.take_outputs(print)
    }

    fn take_outputs(&self, mut print: impl FnMut(JsonValue) -> Result<(), CliError>) -> Result<(), CliError> {
        loop {
            match self.events.recv() {
                Ok(Event::Output(output)) => print(output)?,
                Ok(Event::Done(result)) => return result,
                Err(_) => return Err(CliError::new(Exit::Api, "--jq: the expression has ended")),
            }
        }
    }
}

/// What the thread does until nobody has an input for it, or takes its outputs.
fn work(size: usize, expression: &str, inputs: &Receiver<JsonValue>, events: &SyncSender<Event>) {
    let guard = StackGuard::begin(size);
    let program = match JqProgram::compile(expression) {
        Ok(program) => program,
        Err(error) => {
            let _ = events.send(Event::Done(Err(error)));
            return;
        }
    };
    if events.send(Event::Done(Ok(()))).is_err() {
        return;
    }
    for input in inputs {
        let run = || program.apply(&input, guard, |output| events.send(Event::Output(output)).is_ok());
        let result = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|reason| {
            let why = if TooDeep::is_reason(reason.as_ref()) {
                "the expression calls itself too often"
            } else {
                "the interpreter failed with this expression"
            };
            Err(CliError::usage(format!("--jq: {why}")))
        });
        if events.send(Event::Done(result)).is_err() {
            return;
        }
    }
}
