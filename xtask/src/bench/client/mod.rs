//! What a call costs a program: the crate, the same calls written by hand, and the official crate, against one server.
//!
//! All contenders are programs of their own, built in release, and take turns, so that whatever else the machine does
//! befalls all of them.

pub(super) mod contenders;
pub(super) mod figures;
pub(super) mod program;
mod running;
mod sample;
pub(crate) mod server;
mod session;
pub(super) mod stage;

use std::rc::Rc;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::{print_error, print_line};

use super::Settings;
use super::figure::Figure;
use super::place::Place;
use super::table::Unit;
use crate::workspace::Workspace;
use contenders::{Contender, contenders};
use figures::{DOINGS, build_rows};
use program::file_size;
use running::Running;
use stage::{ITEMS, Stage};

pub(super) fn measure(settings: Settings, workspace: &Workspace) -> Result<Vec<Figure>, Failure> {
    let place = Place::new(workspace);
    let mut running = Vec::new();
    let stage = Rc::new(Stage::start(&place, workspace)?);
    print_line(&format!("a page of {ITEMS} payments has {} bytes", stage.size));
    for contender in contenders(workspace, settings.peers) {
        begin_step(format!("building {}", contender.name));
        match contender.program.build_program(contender.program.name, &[], &place, workspace) {
            Ok(program) => running.push(Running::start(contender, program, Rc::clone(&stage))?),
            // Without the peer there is still something to compare with.
            Err(failure) if contender.is_peer() => {
                print_error(&format!("{}\nthe peer {} is left out", failure.text, contender.name));
            }
            Err(failure) => return Err(failure),
        }
    }
    begin_step("measuring calls");
    for _ in 0..settings.runs_or(40) {
        // Each does a little and then the next: what slows the machine down slows all of them down.
        for doing in &DOINGS {
            for one in &mut running {
                one.time(doing)?;
            }
        }
    }
    for one in &mut running {
        one.count()?;
    }
    let mut rows = Vec::new();
    for doing in &DOINGS {
        let all: Vec<_> = running.iter().map(|one| (one.contender.who, one.measured(doing))).collect();
        rows.extend(build_rows(doing, &all));
    }
    let mut size = Figure::count("the program of one call, stripped", Unit::Kilobytes).in_readme();
    for one in &running {
        size = size.with(one.contender.who, stripped_size(&one.contender, &place, workspace)?);
    }
    rows.push(size);
    Ok(rows)
}

/// The size of the program that does nothing but one call.
fn stripped_size(
    contender: &Contender,
    place: &Place,
    workspace: &Workspace,
) -> Result<Option<f64>, Failure> {
    let built =
        contender.program.build_program(contender.one_name, &["-C", "strip=symbols"], place, workspace)?;
    Ok(file_size(&built).map(|bytes| bytes as f64))
}
