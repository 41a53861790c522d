//! Random sequences of everything that happens to events, against a model of the inbox that is a few lines long.
//!
//! The clock stands still within a step, so what is due is known, and a worker runs until it has handled all of it.

mod expectation;
mod steps;
mod versions;

use proptest::{prelude::*, test_runner::TestRunner};

use self::{
    expectation::Expectation,
    steps::{Step, any_step},
    versions::World,
};
use crate::support::database::Database;

#[test]
fn sqlite_does_what_the_model_does() {
    let run = |steps: Vec<Step>| compare(async || Some(Database::sqlite("model")), &steps);
    TestRunner::new(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })
        .run(&prop::collection::vec(any_step(), 1..30), run)
        .unwrap();
}

#[test]
fn postgres_does_what_the_model_does() {
    let run = |steps: Vec<Step>| compare(async || Database::postgres().await, &steps);
    TestRunner::new(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })
        .run(&prop::collection::vec(any_step(), 1..30), run)
        .unwrap();
}

/// Does the steps in a database and in the model, and compares everything that can be seen after each.
fn compare(open: impl AsyncFn() -> Option<Database>, steps: &[Step]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(database) = open().await else { return Ok(()) };
        let mut world = World::create(database).await;
        let mut expectation = Expectation::default();
        for step in steps {
            world.take(step, &mut expectation).await;
            world.check(&expectation).await?;
        }
        world.close().await;
        Ok(())
    })
}
