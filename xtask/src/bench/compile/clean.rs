//! A program that makes one call, built from nothing: what a user waits for at first.

use std::fs;
use std::io::ErrorKind;
use std::time::Instant;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::{print_error, print_line};

use super::{Crate, Program, rmeta_size};
use crate::bench::client::contenders::{Contender, PEER_OPERATIONS, contenders, one_call};
use crate::bench::measured::{Whose, count_compilers};
use crate::bench::place::Place;
use crate::bench::usage::children;
use crate::cargo::{cargo_command, run_successfully};
use crate::workspace::Workspace;

pub(super) fn measure_program(
    peers: bool,
    place: &Place,
    workspace: &Workspace,
) -> Result<Vec<Program>, Failure> {
    let mut programs = Vec::new();
    for contender in contenders(workspace, peers) {
        begin_step(format!("measuring {}", contender.name));
        match build_from_nothing(&contender, place, workspace) {
            Ok(program) => programs.push(program),
            Err(failure) if contender.is_peer => {
                print_error(&format!("{}\nthe peer {} is left out", failure.text, contender.name));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(programs)
}

fn build_from_nothing(
    contender: &Contender,
    place: &Place,
    workspace: &Workspace,
) -> Result<Program, Failure> {
    print_line(&format!("building a program with {} from nothing …", contender.name));
    let folder = one_call(contender).write_program(place, workspace)?;
    let target = place.below(&format!("clean-{}", contender.name));
    match fs::remove_dir_all(&target) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Failure::io("remove the folder", &target, &error));
        }
        _ => {}
    }
    // Fetching is not compiling.
    run_successfully(cargo_command(workspace).current_dir(&folder).args(["fetch", "--quiet"]))?;
    let (begin, before) = (Instant::now(), children());
    let mut cargo = cargo_command(workspace);
    cargo.current_dir(&folder).args(["build", "--quiet", "--jobs", "2", "--target-dir"]).arg(&target);
    let compilers = count_compilers(&mut cargo, Whose::All, &place.below("rustc.log"))?;
    let wall = begin.elapsed().as_secs_f64();
    let user = before.zip(children()).map(|(before, after)| after.user - before.user);
    let peak_bytes = compilers.iter().filter_map(|one| one.peak_bytes).max();
    Ok(Program { name: contender.name.to_owned(), wall, user, peak_bytes, compilers })
}

/// The peer's crate alone, as it was compiled for its program.
pub(super) fn peer_program(programs: &[Program], place: &Place) -> Option<Crate> {
    let peer = "whop_sdk";
    let program = programs.iter().find(|program| program.name == peer)?;
    let took = program.compilers.iter().find(|one| one.name == peer)?.clone();
    let deps = place.below(&format!("clean-{peer}/debug/deps"));
    Some(Crate {
        name: format!("{peer}, dev"),
        took,
        rmeta: rmeta_size(&deps, peer),
        operations: Some(PEER_OPERATIONS),
    })
}
