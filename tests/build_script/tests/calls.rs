//! Calls the client that the build script generated.

use lending::Client;
use lending::mock::Server;
use lending::models::BookState;

#[tokio::test]
async fn the_client_makes_calls() {
    let server = Server::start().await;
    let client: Client = server.client();
    let mut books = client.books().list().limit(2).stream();
    let book = books.try_next().await.unwrap().unwrap();
    let loan = client.loans().create().book_id(&book.id).reader("Ada").days(14).send().await.unwrap();
    assert_eq!((&loan.book_id, loan.reader.as_str()), (&book.id, "Ada"));
    client.loans().end(loan.id).send().await.unwrap();
    let made = server.calls(lending::mock::loans::create);
    assert_eq!(made.len(), 1);
}

#[test]
fn the_overlay_and_the_configuration_apply() {
    // The document lacks this value.
    assert_eq!(BookState::from("lost"), BookState::Lost);
    assert_eq!(lending::ids::BookId::from("b1").as_str(), "b1");
    assert_eq!(lending::SPEC.version, "3");
}
