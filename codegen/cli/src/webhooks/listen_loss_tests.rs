//! Tests that `listen` neither loses nor repeats deliveries at its limits.

use openapi_client_mock::RecordedRequest;

use super::listen_tests::{Delivering, Listening, expect_counts, run_local};
use crate::{
    interrupt::Interrupt,
    test_consumer::Consumer,
    test_io::{TestFolder, TestIo},
    test_shop::ShopServer,
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

/// A list of attempts, each on a page of its own: the newest was sent now, the others a second earlier each.
async fn start_with_pages(count: usize) -> ShopServer {
    let server = ShopServer::builder().without_credentials().initial_items(0).start().await.unwrap();
    let now = super::pace::Pace::real().now_millis();
    for number in 0..count {
        let sent = now / 1000 - i64::try_from(number).unwrap();
        let page = serde_json::json!({
            "data": [{
                "id": format!("att_{number}"), "sent": sent, "about": "order.paid", "ok": true, "code": 204,
                "payload": {"id": format!("msg_{number}"), "type": "order.paid"},
            }],
            "page_info": {
                "start_cursor": null, "end_cursor": format!("c{}", number + 1),
                "has_next_page": number + 1 < count, "has_previous_page": false,
            },
        });
        let query = (number > 0).then(|| format!("after=c{number}"));
        let is_page = move |request: &RecordedRequest| {
            request.path.ends_with("/attempts") && request.query.as_deref() == query.as_deref()
        };
        server.when_any().matching_raw(is_page).then_return_json(page);
    }
    server
}

#[tokio::test]
async fn a_backlog_of_many_pages_is_forwarded_whole() {
    run_local(async {
        const COUNT: usize = 130;
        let (folder, api, consumer) =
            (TestFolder::new(), start_with_pages(COUNT).await, Consumer::start(&[204]).await);
        api.skip_verification_on_drop();
        let arguments = ["--forward-to", consumer.url.as_str(), "--endpoint", "end_1", "--since", "10m"];
        let listening = Listening::start(&folder.0, &api.base_url(0), &arguments);
        listening.wait_for_count("  204  ", COUNT).await;
        let (result, printed, _) = listening.stop().await;
        result.unwrap();
        assert!(printed.contains(&format!("  msg_{}  ", COUNT - 1)), "{printed}");
    })
    .await;
}

#[tokio::test]
async fn the_key_of_another_account_begins_at_a_position_of_its_own() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::start(&[204]).await);
        let arguments = ["--forward-to", consumer.url.as_str()];
        let listening = Listening::start_as("key_of_one", &folder.0, &api.url(), &arguments);
        listening.wait_for("Ready").await;
        listening.stop().await.0.unwrap();
        api.deliver("order.paid", "msg_1").await;
        let listening = Listening::start_as("key_of_other", &folder.0, &api.url(), &arguments);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_2").await;
        listening.wait_for("msg_2  204").await;
        listening.stop().await.0.unwrap();
        expect_counts(&consumer, &[("msg_2", 1)]);
        for entry in std::fs::read_dir(folder.0.join("listen")).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(!text.contains("key_of") && !path.to_string_lossy().contains("key_of"), "{text}");
        }
        // The first goes on where it ended.
        let listening = Listening::start_as("key_of_one", &folder.0, &api.url(), &arguments);
        listening.wait_for("msg_1  204").await;
        listening.stop().await.0.unwrap();
    })
    .await;
}
