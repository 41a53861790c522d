//! Leases: workers that die, that are slow, that stop; clocks that jump.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use openapi_client_inbox::{InboxErrorKind, Job, JobError, State};

use crate::support::{
    Event, Folder, add_effect, builder, find, open_effects, read_effects, send_number, start, stop,
    wait_until,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_dropped_loses_its_lease_and_its_writes() {
    let folder = Folder::new();
    let inbox = builder().lease(Duration::from_millis(300)).connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    send_number(&inbox, 1).await;
    let dying = start(&inbox, async |job: Job<Event>| {
        add_effect_and_hang(&job).await?;
        Ok(())
    });
    wait_until("it runs", async || inbox.counts().await.unwrap().running == 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    dying.abort();
    let running = start(&inbox, add_effect);
    wait_until("another did it", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
    assert_eq!(read_effects(&pool).await, [1]);
    assert_eq!(find(&inbox, "msg_1").await.attempts, 2);
}

async fn add_effect_and_hang(job: &Job<Event>) -> Result<(), JobError> {
    let mut transaction = job.sqlite().await?;
    sqlx::query("insert into effects (number) values (-1)").execute(&mut *transaction).await?;
    std::future::pending().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_handler_keeps_its_lease() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let folder = Folder::new();
    let inbox = builder().lease(Duration::from_millis(300)).connect(folder.url()).await.unwrap();
    send_number(&inbox, 1).await;
    let other = builder().lease(Duration::from_millis(300)).connect(folder.url()).await.unwrap();
    let handler = async |_: Job<Event>| {
        CALLS.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(1200)).await;
        Ok(())
    };
    let (running, also_running) = (start(&inbox, handler), start(&other, handler));
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
    stop(&other, also_running).await;
    assert_eq!(CALLS.load(Ordering::SeqCst), 1);
}

/// What another worker committed in between is not committed a second time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_whose_lease_was_taken_over_commits_nothing() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    send_number(&inbox, 1).await;
    let thief = pool.clone();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let running = start(&inbox, move |job: Job<Event>| {
        let (thief, sender) = (thief.clone(), sender.clone());
        async move {
            let steal = "update webhook_inbox_events set lease = 'another', available_at = 9000000000000";
            sqlx::query(steal).execute(&thief).await?;
            let error = job.sqlite().await.err().unwrap();
            sender.send(error.kind()).unwrap();
            Err(JobError::new(error))
        }
    });
    assert_eq!(receiver.recv().await, Some(InboxErrorKind::LeaseLost));
    tokio::time::sleep(Duration::from_millis(100)).await;
    // Nothing was recorded either: the event is the other worker's.
    let event = find(&inbox, "msg_1").await;
    assert_eq!((event.state, event.attempts, event.last_error), (State::Running, 1, None));
    stop(&inbox, running).await;
    assert_eq!(read_effects(&pool).await, Vec::<i64>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_whose_workers_keep_dying_is_dead_in_the_end() {
    let folder = Folder::new();
    let inbox =
        builder().max_attempts(2).lease(Duration::from_millis(100)).connect(folder.url()).await.unwrap();
    send_number(&inbox, 1).await;
    for attempts in 1..=2 {
        let dying = start(&inbox, async |_: Job<Event>| std::future::pending().await);
        wait_until("it runs", async || find(&inbox, "msg_1").await.attempts == attempts).await;
        dying.abort();
    }
    let running = start(&inbox, async |_: Job<Event>| Ok(()));
    wait_until("it is dead", async || inbox.counts().await.unwrap().dead == 1).await;
    let error = find(&inbox, "msg_1").await.last_error.unwrap();
    assert!(error.contains("attempt 2"), "{error}");
    stop(&inbox, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_finished_at_the_shutdown_is_given_back() {
    let folder = Folder::new();
    let inbox = builder().shutdown_timeout(Duration::from_millis(200)).connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    for number in 0..3 {
        send_number(&inbox, number).await;
    }
    let running = start(&inbox, async |job: Job<Event>| match job.event().number() {
        0 => std::future::pending().await,
        1 => add_effect_and_hang(&job).await,
        // Finishes within the timeout, once it gets the transaction.
        _ => Ok(()),
    });
    wait_until("they run", async || inbox.counts().await.unwrap().running >= 2).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop(&inbox, running).await;
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.running, counts.ready + counts.done), (0, 3), "{counts:?}");
    for id in ["msg_0", "msg_1"] {
        let event = find(&inbox, id).await;
        assert_eq!((event.state, event.attempts), (State::Ready, 0));
    }
    assert_eq!(read_effects(&pool).await, Vec::<i64>::new());
    // Deliveries are still received, and no worker takes them.
    assert!(send_number(&inbox, 9).await.new);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumped_back_does_not_block_events() {
    let offset = Arc::new(AtomicI64::new(86_400));
    let shifted = Arc::clone(&offset);
    let clock = move || -> SystemTime {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        UNIX_EPOCH + Duration::from_secs(now.checked_add_signed(shifted.load(Ordering::SeqCst)).unwrap())
    };
    let folder = Folder::new();
    let inbox = builder().clock(clock).connect(folder.url()).await.unwrap();
    // Stored while the clock was a day fast.
    send_number(&inbox, 1).await;
    offset.store(0, Ordering::SeqCst);
    let running = start(&inbox, async |_: Job<Event>| Ok(()));
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
}

/// Of events whose transaction fails at the fence, only those are handled alone that still belong to this process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_worker_finished_is_not_handled_any_more() {
    let folder = Folder::new();
    let inbox = builder().batch(3).concurrency(1).connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    for number in 0..3 {
        send_number(&inbox, number).await;
    }
    let calls = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (seen, other) = (Arc::clone(&calls), pool.clone());
    let running = start(&inbox, move |job: Job<Event>| {
        let (seen, other) = (Arc::clone(&seen), other.clone());
        async move {
            seen.lock().unwrap().push(job.event().number());
            let finish = "update webhook_inbox_events set state = 'done', lease = null, done_at = 1 where id = 'msg_1'";
            if seen.lock().unwrap().len() == 1 {
                sqlx::query(finish).execute(&other).await?;
            }
            add_effect(job).await
        }
    });
    wait_until("all are done", async || inbox.counts().await.unwrap().done == 3).await;
    stop(&inbox, running).await;
    assert_eq!(*calls.lock().unwrap(), [0, 0, 2]);
    assert_eq!(read_effects(&pool).await, [0, 2]);
}
