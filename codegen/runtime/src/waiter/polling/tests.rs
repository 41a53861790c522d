//! Tests of the waiter on a paused clock.

use std::cell::RefCell;

use super::*;
use crate::error::ErrorKind;

/// The times in milliseconds at which a resource is requested that has the state from `ready_at` on, and the result.
async fn wait(waiter: Waiter, ready_at: u64) -> (Vec<u64>, Result<u64, WaitError<u64>>) {
    let started_at = Instant::now();
    let now = || u64::try_from(started_at.elapsed().as_millis()).unwrap();
    let times = RefCell::new(Vec::new());
    let request = || {
        times.borrow_mut().push(now());
        async { Ok(now()) }
    };
    let result = waiter.wait_until(request, |time| *time >= ready_at).await;
    (times.into_inner(), result)
}

#[tokio::test(start_paused = true)]
async fn a_resource_in_the_state_is_requested_once() {
    let (times, result) = wait(Waiter::new(), 0).await;
    assert_eq!((times, result.unwrap()), (vec![0], 0));
}

#[tokio::test(start_paused = true)]
async fn delays_grow_up_to_a_limit_and_are_random() {
    let (times, result) = wait(Waiter::new(), 100_000).await;
    assert!(result.unwrap() >= 100_000);
    let delays: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (index, delay) in delays.iter().enumerate() {
        let most = (1_000 << index.min(4)).min(15_000);
        assert!((most / 2..=most + 1).contains(delay), "{index}: {delay}");
    }
    assert_ne!(wait(Waiter::new(), 100_000).await.0, times);
}

#[tokio::test(start_paused = true)]
async fn the_last_request_starts_when_the_time_is_up() {
    let waiter = Waiter::new().wait_at_most(Duration::from_secs(10));
    let (times, result) = wait(waiter, u64::MAX).await;
    assert!(times.last().is_some_and(|last| (10_000..10_010).contains(last)), "{times:?}");
    let error = result.unwrap_err();
    let WaitError::TimedOut { waited, last, error: None } = &error else { panic!("{error:?}") };
    assert!(*waited >= Duration::from_secs(10) && *last == times.last().copied());
    assert!(error.to_string().starts_with("the resource did not reach the expected state within 10"));
}

#[tokio::test(start_paused = true)]
async fn an_announcement_is_followed_by_a_request() {
    let announcements = Announcements::new();
    let delay = Duration::from_secs(100);
    let waiter = || Waiter::new().initial_delay(delay).max_delay(delay).announced_by(&announcements, "pay_1");
    let announce = async {
        announcements.announce("pay_2");
        clock::sleep(Duration::from_secs(20)).await;
        announcements.announce("pay_1");
    };
    let (first, second, ()) = tokio::join!(wait(waiter(), 15_000), wait(waiter(), 15_000), announce);
    for (times, result) in [first, second] {
        assert!((20_000..20_010).contains(&result.unwrap()), "{times:?}");
        assert_eq!(times.len(), 2);
    }
    assert_eq!(format!("{announcements:?}"), "Announcements { ids: 0 }");
}

#[tokio::test(start_paused = true)]
async fn an_announcement_during_a_request_is_not_lost() {
    let announcements = Announcements::new();
    let waiter = Waiter::new().initial_delay(Duration::from_secs(100)).max_delay(Duration::from_secs(100));
    let mut count = 0;
    let request = || {
        count += 1;
        let value = count;
        announcements.announce("pay_1");
        async move { Ok(value) }
    };
    let started_at = Instant::now();
    let waiter = waiter.announced_by(&announcements, "pay_1");
    assert_eq!(waiter.wait_until(request, |value| *value == 3).await.unwrap(), 3);
    assert!(started_at.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_waiter_leaves_nothing_behind() {
    let announcements = Announcements::new();
    let waiter = Waiter::new().announced_by(&announcements, "pay_1");
    assert_eq!(format!("{announcements:?}"), "Announcements { ids: 1 }");
    let waiting = wait(waiter, u64::MAX);
    assert!(clock::timeout(Some(Duration::from_secs(3)), waiting).await.is_none());
    assert_eq!(format!("{announcements:?}"), "Announcements { ids: 0 }");
}

#[tokio::test(start_paused = true)]
async fn errors_that_are_not_retryable_end_the_waiting() {
    let request = || async { Err::<u64, _>(Error::new(ErrorKind::Config, "no key")) };
    let error = Waiter::new().wait_until(request, |_| true).await.unwrap_err();
    assert!(matches!(error, WaitError::Request(_)), "{error:?}");
    // The source is not what is shown already.
    assert_eq!(error.to_string(), Error::new(ErrorKind::Config, "no key").to_string());
    assert!(std::error::Error::source(&error).is_none());
}

/// An error after which another request may succeed, with the time that the server asked for.
fn slow(retry_after: u64) -> Error {
    Error::new(ErrorKind::Timeout, "slow").edit(|inner| {
        inner.retryable = true;
        inner.retry_after = Some(Duration::from_secs(retry_after));
    })
}

#[tokio::test(start_paused = true)]
async fn retryable_errors_do_not() {
    let results = RefCell::new(vec![Ok(7), Err(slow(0))]);
    let request = || {
        let result = results.borrow_mut().pop().unwrap();
        async { result }
    };
    assert_eq!(Waiter::new().wait_until(request, |_| true).await.unwrap(), 7);
    let request = || async { Err::<u64, _>(slow(0)) };
    let error = Waiter::new().wait_until(request, |_| true).await.unwrap_err();
    assert!(matches!(&error, WaitError::TimedOut { last: None, error: Some(_), .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn no_request_is_earlier_than_the_server_asks_for() {
    let announcements = Announcements::new();
    let results = RefCell::new(vec![Ok(7), Err(slow(40))]);
    let started_at = Instant::now();
    let request = || {
        announcements.announce("pay_1");
        let result = results.borrow_mut().pop().unwrap();
        async { result }
    };
    let waiter = Waiter::new().announced_by(&announcements, "pay_1");
    assert_eq!(waiter.wait_until(request, |_| true).await.unwrap(), 7);
    assert!(started_at.elapsed() >= Duration::from_secs(40));
    // Nothing is requested if the time is up before.
    let request = || async { Err::<u64, _>(slow(400)) };
    let started_at = Instant::now();
    let error = Waiter::new().wait_until(request, |_| true).await.unwrap_err();
    assert_eq!(started_at.elapsed(), Duration::ZERO);
    assert_eq!(
        error.to_string(),
        "the resource did not reach the expected state, and the server asked for a delay of 400s, longer than the time left"
    );
}

#[tokio::test(start_paused = true)]
async fn delays_of_zero_do_not_request_at_full_speed() {
    let waiter = || Waiter::new().wait_at_most(Duration::from_secs(2));
    for waiter in [waiter().initial_delay(Duration::ZERO), waiter().max_delay(Duration::ZERO)] {
        let (times, result) = wait(waiter, u64::MAX).await;
        assert!(result.is_err());
        // The last request is made when the time is up, whatever the delay.
        let delays = times.windows(2).map(|pair| pair[1] - pair[0]).rev().skip(1);
        assert!(times.len() > 3 && delays.min() >= Some(100), "{times:?}");
    }
}
