//! Handlers: their transaction, failures, panics, attempts, batches.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use openapi_client_inbox::{InboxErrorKind, Job, JobError, State};

use crate::support::{
    Event, Folder, add_effect, builder, find, open_effects, read_effects, send, send_late, send_number,
    start, stop, wait_until,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_and_its_effect_are_committed_once() {
    for batch in [1, 16] {
        let folder = Folder::new();
        let inbox = builder().batch(batch).connect(folder.url()).await.unwrap();
        let pool = open_effects(&folder).await;
        for number in 0..50 {
            assert!(send_number(&inbox, number).await.new);
            assert!(!send_number(&inbox, number).await.new);
        }
        let running = start(&inbox, add_effect);
        wait_until("everything is done", async || inbox.counts().await.unwrap().done == 50).await;
        assert!(!send_number(&inbox, 3).await.new);
        stop(&inbox, running).await;
        assert_eq!(read_effects(&pool).await, (0..50).collect::<Vec<i64>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_and_a_panic_are_rolled_back_and_tried_again() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    send_number(&inbox, 7).await;
    let running = start(&inbox, async |job: Job<Event>| {
        let call = CALLS.fetch_add(1, Ordering::SeqCst) + 1;
        assert_eq!(job.attempt(), call);
        let mut transaction = job.sqlite().await?;
        sqlx::query("insert into effects (number) values (7)").execute(&mut *transaction).await?;
        match call {
            1 => Err(JobError::new("first")),
            2 => panic!("second"),
            _ => Ok(()),
        }
    });
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
    assert_eq!(read_effects(&pool).await, [7]);
    assert_eq!(CALLS.load(Ordering::SeqCst), 3);
    let event = find(&inbox, "msg_7").await;
    assert_eq!((event.state, event.attempts, event.last_error), (State::Done, 3, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_for_good_is_dead_with_its_last_error() {
    let folder = Folder::new();
    let inbox = builder().max_attempts(3).connect(folder.url()).await.unwrap();
    for number in 0..3 {
        send_number(&inbox, number).await;
    }
    let running = start(&inbox, async |job: Job<Event>| match job.event().number() {
        0 => Err(JobError::permanent("no such plan")),
        1 => panic!("attempt {}", job.attempt()),
        _ => Ok("x".parse::<u8>().map(|_| ())?),
    });
    wait_until("all are dead", async || inbox.counts().await.unwrap().dead == 3).await;
    let mut found = Vec::new();
    for event in inbox.list().state(State::Dead).await.unwrap() {
        found.push((event.id, event.attempts, event.last_error.unwrap()));
    }
    assert_eq!(
        found,
        [
            ("msg_0".to_owned(), 1, "no such plan".to_owned()),
            ("msg_1".to_owned(), 3, "the handler panicked: attempt 3".to_owned()),
            ("msg_2".to_owned(), 3, "invalid digit found in string".to_owned()),
        ]
    );
    stop(&inbox, running).await;
}

/// No event may be given up because the database was down for as long as its attempts take.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attempts_that_the_database_ended_do_not_count() {
    let folder = Folder::new();
    let inbox = builder().max_attempts(2).connect(folder.url()).await.unwrap();
    send_number(&inbox, 1).await;
    send_number(&inbox, 2).await;
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let running = start(&inbox, move |job: Job<Event>| {
        let calls = Arc::clone(&counted);
        async move {
            if job.event().number() == 2 {
                return Err(JobError::permanent(sqlx::Error::PoolTimedOut));
            }
            assert_eq!(job.attempt(), 1);
            if calls.fetch_add(1, Ordering::SeqCst) < 5 {
                return Err(sqlx::Error::PoolTimedOut.into());
            }
            Ok(())
        }
    });
    wait_until("one is done", async || inbox.counts().await.unwrap().done == 1).await;
    wait_until("one is dead", async || inbox.counts().await.unwrap().dead == 1).await;
    assert_eq!(calls.load(Ordering::SeqCst), 6);
    stop(&inbox, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_event_of_a_batch_does_not_hold_up_the_others() {
    let folder = Folder::new();
    let inbox = builder().batch(10).concurrency(1).max_attempts(2).connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    for number in 0..10 {
        send_number(&inbox, number).await;
    }
    let running = start(&inbox, async |job: Job<Event>| {
        let number = job.event().number();
        add_effect(job).await?;
        if number == 4 { Err(JobError::new("four")) } else { Ok(()) }
    });
    wait_until("one is dead", async || inbox.counts().await.unwrap().dead == 1).await;
    wait_until("the others are done", async || inbox.counts().await.unwrap().done == 9).await;
    stop(&inbox, running).await;
    assert_eq!(read_effects(&pool).await, [0, 1, 2, 3, 5, 6, 7, 8, 9]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_to_the_next_attempt_may_be_given() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    send_number(&inbox, 1).await;
    let started = Instant::now();
    let running = start(&inbox, async |job: Job<Event>| match job.attempt() {
        1 => Err(JobError::retry_after(Duration::from_millis(400), "limited")),
        _ => Ok(()),
    });
    wait_until("it waits", async || inbox.counts().await.unwrap().delayed == 1).await;
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    assert!(started.elapsed() >= Duration::from_millis(400), "{:?}", started.elapsed());
    stop(&inbox, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_one_key_are_handled_in_the_order_in_which_they_were_sent() {
    let folder = Folder::new();
    let inbox = builder().order_by(Event::group).connect(folder.url()).await.unwrap();
    for number in 0..30 {
        let body = serde_json::json!({ "number": number, "group": format!("g{}", number % 3) });
        send(&inbox, &format!("msg_{number}"), &body).await.unwrap();
    }
    let handled = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&handled);
    let running = start(&inbox, move |job: Job<Event>| {
        let seen = Arc::clone(&seen);
        async move {
            tokio::time::sleep(Duration::from_millis(fastrand::u64(..5))).await;
            // The first attempt of every fifth fails: the later ones of its key wait.
            if job.attempt() == 1 && job.event().number() % 5 == 0 {
                return Err(JobError::new("once"));
            }
            seen.lock().unwrap().push((job.key().unwrap().to_owned(), job.event().number()));
            Ok(())
        }
    });
    wait_until("all are done", async || inbox.counts().await.unwrap().done == 30).await;
    stop(&inbox, running).await;
    let handled = handled.lock().unwrap();
    for group in 0..3 {
        let key = format!("g{group}");
        let numbers: Vec<i64> =
            handled.iter().filter(|(of, _)| *of == key).map(|(_, number)| *number).collect();
        assert_eq!(numbers, (0..10).map(|step| step * 3 + group).collect::<Vec<i64>>());
    }
}

/// What arrives late is handled next, and never beside one of its key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_events_of_one_key_are_never_handled_at_once() {
    let folder = Folder::new();
    let inbox = builder().order_by(Event::group).connect(folder.url()).await.unwrap();
    let body = |number: i64| serde_json::json!({ "number": number, "group": "g" });
    let (release, calls) = (Arc::new(tokio::sync::Notify::new()), Arc::new(Mutex::new(Vec::new())));
    let (released, seen) = (Arc::clone(&release), Arc::clone(&calls));
    let running = start(&inbox, move |job: Job<Event>| {
        let (released, seen) = (Arc::clone(&released), Arc::clone(&seen));
        async move {
            seen.lock().unwrap().push(job.event().number());
            if job.event().number() == 3 {
                released.notified().await;
            }
            Ok(())
        }
    });
    send(&inbox, "msg_3", &body(3)).await.unwrap();
    wait_until("it runs", async || calls.lock().unwrap().len() == 1).await;
    send_late(&inbox, "msg_2", &body(2), 10).await.unwrap();
    send_late(&inbox, "msg_1", &body(1), 20).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(*calls.lock().unwrap(), [3]);
    release.notify_one();
    wait_until("all are done", async || inbox.counts().await.unwrap().done == 3).await;
    assert_eq!(*calls.lock().unwrap(), [3, 1, 2]);
    stop(&inbox, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_sqlite_ended_is_not_taken_for_a_commit() {
    let folder = Folder::new();
    let inbox = builder().max_attempts(1).connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    sqlx::query("create unique index one on effects (number)").execute(&pool).await.unwrap();
    send_number(&inbox, 1).await;
    let running = start(&inbox, async |job: Job<Event>| {
        let mut transaction = job.sqlite().await?;
        if job.event().number() == 1 {
            for _ in 0..2 {
                // The second fails and ends the transaction; the handler ignores it.
                let insert = sqlx::query("insert or rollback into effects (number) values (1)");
                let _ = insert.execute(&mut *transaction).await;
            }
        }
        Ok(())
    });
    wait_until("it is dead", async || inbox.counts().await.unwrap().dead == 1).await;
    assert_eq!(read_effects(&pool).await, Vec::<i64>::new());
    // The connection is replaced, and the inbox goes on.
    send_number(&inbox, 2).await;
    wait_until("the next is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_transaction_of_the_other_database_is_refused() {
    let folder = Folder::new();
    let inbox = builder().max_attempts(1).connect(folder.url()).await.unwrap();
    send_number(&inbox, 1).await;
    let running = start(&inbox, async |job: Job<Event>| {
        let error = job.postgres().await.err().unwrap();
        assert_eq!(error.kind(), InboxErrorKind::WrongDatabase);
        Err(JobError::new(error))
    });
    wait_until("it is dead", async || inbox.counts().await.unwrap().dead == 1).await;
    let error = find(&inbox, "msg_1").await.last_error.unwrap();
    assert_eq!(error, "the inbox is in SQLite, not in PostgreSQL: call `job.sqlite()`");
    stop(&inbox, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_over_gives_no_transaction() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    send_number(&inbox, 1).await;
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let running = start(&inbox, move |job: Job<Event>| {
        let sender = sender.clone();
        async move {
            sender.send(job).unwrap();
            Ok(())
        }
    });
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    let job = receiver.recv().await.unwrap();
    let error = job.sqlite().await.err().unwrap();
    assert_eq!(error.kind(), InboxErrorKind::LeaseLost);
    assert!(error.to_string().contains("the job is over"), "{error}");
    stop(&inbox, running).await;
}
