//! A database that can only be read refuses deliveries with an error that says so.

use openapi_client_inbox::InboxErrorKind;

use crate::support::{
    database::{Database, builder},
    each_database::test_each_database,
    events::SignedDelivery,
    running::{receive_numbers, wait_for_counts},
};

test_each_database!(
    a_read_only_database_without_tables_is_refused,
    a_database_that_becomes_read_only_refuses_deliveries,
);

async fn a_read_only_database_without_tables_is_refused(database: Database) {
    let url = make_read_only(&database).await;
    let error = builder().connect(&url).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::ReadOnly, "{error}");
}

async fn a_database_that_becomes_read_only_refuses_deliveries(database: Database) {
    let inbox = builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    inbox.close().await;

    let url = make_read_only(&database).await;
    let inbox = builder().connect(&url).await.unwrap();
    let delivery = SignedDelivery::paid(1, None);
    let error = inbox.receive(delivery.headers(), &delivery.body).await.unwrap_err();
    assert_eq!(error.status().as_u16(), 503, "{error}");
    assert!(error.to_string().contains("read-only"), "{error}");
    let error = inbox.discard("msg_0").await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::ReadOnly, "{error}");
    wait_for_counts(&inbox, "the event is there", |counts| counts.ready == 1).await;
}

/// Lets nobody write to the database. Returns a URL for it.
async fn make_read_only(database: &Database) -> String {
    if database.is_sqlite() {
        // Root may write to a file without the permission, so the file is opened to be read.
        database.execute("CREATE TABLE other (id INTEGER)").await;
        return format!("{}?mode=ro", database.url());
    }
    let name = database.url().rsplit('/').next().unwrap();
    database.execute(format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    database.url().to_owned()
}
