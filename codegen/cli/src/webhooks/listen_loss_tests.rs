//! Tests that `listen` neither loses nor repeats deliveries at its limits.

use super::listen_tests::{Delivering, Listening, expect_counts, run_local};
use crate::{
    interrupt::Interrupt,
    test_consumer::Consumer,
    test_io::{TestFolder, TestIo},
};

/// An output that was closed.
struct ClosedOutput;

impl std::io::Write for ClosedOutput {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_output_that_closes_ends_the_command_and_repeats_nothing() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::start(&[204]).await);
        let arguments = ["--forward-to", consumer.url.as_str()];
        let (fire, interrupt) = Interrupt::manual();
        let builder = TestIo::new().config_folder(folder.0.clone()).interrupt(interrupt);
        let (mut io, captured) = builder.variable("SHOP_API_KEY", "key").build();
        io.stdout = Box::new(ClosedOutput);
        let listening = Listening::start_with(io, captured, fire, &api.url(), &arguments);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_1").await;
        let (result, _, notes) = listening.finish().await;
        result.unwrap_err();
        assert!(notes.ends_with("Forwarded: 1 accepted, 0 given up.\n"), "{notes}");
        let listening = Listening::start(&folder.0, &api.url(), &arguments);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_2").await;
        listening.wait_for("msg_2  204").await;
        listening.stop().await.0.unwrap();
        expect_counts(&consumer, &[("msg_1", 1), ("msg_2", 1)]);
    })
    .await;
}
