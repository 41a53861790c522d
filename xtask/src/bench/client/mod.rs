//! What a call costs a program: the crate, the same calls written by hand, and the official crate, against one server.
//!
//! All contenders are programs of their own, built in release, and take turns, so that whatever else the machine does
//! befalls all of them.

pub(super) mod contenders;
pub(super) mod figures;
mod program;
mod running;
mod sample;
pub(crate) mod server;
mod session;
mod stage;

use std::collections::BTreeMap;
use std::rc::Rc;

use clap::Args;

use super::keep_figures;
use super::place::Place;
use crate::workspace::Workspace;
use contenders::{Contender, HAND, contenders};
use figures::render_table;
use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::{print_error, print_line};
use program::stripped_size;
use running::{ROUND, Running};
use stage::{Dialect, ITEMS, Stage};

/// Time calls, and what else a program has of the crate.
#[derive(Debug, Args)]
pub(crate) struct Client {
    /// How often the contenders take turns.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

pub(super) fn run(args: &Client, peers: bool, workspace: &Workspace) -> Result<(), Failure> {
    let place = Place::new(workspace);
    let mut running = Vec::new();
    let own = Rc::new(Stage::set_member(Dialect::Document, &place, workspace)?);
    print_line(&format!("a page of {ITEMS} payments has {} bytes", own.size));
    for contender in contenders(workspace, peers) {
        begin_step(format!("measuring {}", contender.name));
        match contender.program.build_program(contender.program.name, &[], &place, workspace) {
            Ok(program) if contender.is_peer => {
                let later = Rc::new(Stage::set_member(Dialect::Later, &place, workspace)?);
                print_line(&format!(
                    "{} is given one of {}, as its version has it",
                    contender.name, later.size
                ));
                running.push(Running::start(contender, program, later)?);
            }
            Ok(program) => running.push(Running::start(contender, program, Rc::clone(&own))?),
            // Without the peer there is still something to compare with.
            Err(failure) if contender.is_peer => {
                print_error(&format!("{}\nthe peer {} is left out", failure.text, contender.name));
            }
            Err(failure) => return Err(failure),
        }
    }
    for _ in 0..args.rounds {
        // Each does a little and then the next: what slows the machine down slows all of them down.
        for (what, times) in ROUND {
            for one in &mut running {
                one.time(what, times)?;
            }
        }
    }
    let hand = running.iter().find(|one| one.contender.name == HAND).map(|one| one.cpu.clone());
    let hand = hand.unwrap_or_default();
    let mut all = BTreeMap::new();
    for mut one in running {
        let mut figures = one.figures(&hand)?;
        one.count(&mut figures)?;
        figures.binary = binary(&one.contender, &place, workspace)?;
        all.insert(one.contender.name.to_owned(), figures);
    }
    render_table(&all);
    keep_figures(workspace, "client", &all)
}

/// The size of the program that does nothing but one call.
fn binary(contender: &Contender, place: &Place, workspace: &Workspace) -> Result<Option<f64>, Failure> {
    let built =
        contender.program.build_program(contender.one_name, &["-C", "strip=symbols"], place, workspace)?;
    Ok(stripped_size(&built).map(|bytes| bytes as f64))
}
