//! Refreshes a rejected token once for all calls that were refused with it.

use std::{
    error::Error as StdError,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::{
    client::credential::TokenProvider,
    clock::Instant,
    secret::Secret,
    wire::body::{BoxError, BoxFuture},
};

/// How long a refreshed token is passed on to calls that the server refuses with the old one: they may have been sent before the
/// refresh. Not longer, because a provider may be unable to keep the new token itself.
const MAX_AGE: Duration = Duration::from_secs(60);

/// A provider whose [`refresh`](TokenProvider::refresh) is called once per rejected token, however many calls ask for it.
pub(crate) struct JoinedProvider<P> {
    provider: P,
    refreshes: Mutex<Vec<Arc<Refresh>>>,
}

/// The refresh of one token.
struct Refresh {
    rejected: Secret,
    /// The number of completed refreshes. A call that waited compares it to see whether one completed in the meantime.
    completed: AtomicU64,
    /// Held by the call that asks the provider. If that call is dropped, the next one that waits asks.
    last: tokio::sync::Mutex<LastRefresh>,
}

/// The last completed refresh of a token.
#[derive(Default)]
struct LastRefresh(Option<(Result<Secret, SharedError>, Instant)>);

impl LastRefresh {
    /// The token of a recent refresh, if it is another one.
    fn recent_token(&self, rejected: &Secret) -> Option<Secret> {
        let (result, completed_at) = self.0.as_ref()?;
        let token = result.as_ref().ok().filter(|token| *token != rejected)?;
        (completed_at.elapsed() < MAX_AGE).then(|| token.clone())
    }
}

impl<P: TokenProvider> JoinedProvider<P> {
    pub(crate) fn new(provider: P) -> Self {
        Self { provider, refreshes: Mutex::default() }
    }

    /// The refresh of this token, which is added if it is new. Removes those that no call needs any more.
    fn find_refresh(&self, rejected: &Secret) -> Arc<Refresh> {
        let mut refreshes = self.refreshes.lock().unwrap_or_else(PoisonError::into_inner);
        refreshes.retain(|refresh| {
            let is_awaited = Arc::strong_count(refresh) > 1;
            is_awaited
                || refresh.last.try_lock().is_ok_and(|last| last.recent_token(&refresh.rejected).is_some())
        });
        if let Some(refresh) = refreshes.iter().find(|refresh| refresh.rejected == *rejected) {
            return Arc::clone(refresh);
        }
        let refresh = Arc::new(Refresh {
            rejected: rejected.clone(),
            completed: AtomicU64::new(0),
            last: tokio::sync::Mutex::default(),
        });
        refreshes.push(Arc::clone(&refresh));
        refresh
    }

    async fn refresh_joined(&self, rejected: Secret) -> Result<Secret, BoxError> {
        let refresh = self.find_refresh(&rejected);
        let completed_before = refresh.completed.load(Ordering::Acquire);
        let mut last = refresh.last.lock().await;
        if let Some(token) = last.recent_token(&rejected) {
            return Ok(token);
        }
        // A call that waited for another one's refresh shares its failure too.
        if let Some((result, _)) = &last.0
            && refresh.completed.load(Ordering::Acquire) != completed_before
        {
            return result.clone().map_err(Into::into);
        }
        let result = self.provider.refresh(rejected).await.map_err(|error| SharedError(Arc::new(error)));
        last.0 = Some((result.clone(), Instant::now()));
        refresh.completed.fetch_add(1, Ordering::Release);
        result.map_err(Into::into)
    }
}

impl<P: TokenProvider> TokenProvider for JoinedProvider<P> {
    fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>> {
        self.provider.token()
    }

    fn refresh(&self, rejected: Secret) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(self.refresh_joined(rejected))
    }
}

/// The provider's error, for several calls.
#[derive(Clone)]
struct SharedError(Arc<BoxError>);

impl fmt::Debug for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for SharedError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use tokio::{
        sync::Semaphore,
        task::{JoinSet, yield_now},
    };

    use super::*;

    /// Mints `token_1`, `token_2` and so on, as soon as the test permits.
    struct TestProvider {
        asked: AtomicUsize,
        permits: Semaphore,
        fails: bool,
    }

    impl TestProvider {
        fn joined(permits: usize, fails: bool) -> Arc<JoinedProvider<Self>> {
            let permits = Semaphore::new(permits);
            Arc::new(JoinedProvider::new(Self { asked: AtomicUsize::new(0), permits, fails }))
        }
    }

    impl TokenProvider for TestProvider {
        fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>> {
            Box::pin(async { Ok("token_0".into()) })
        }

        fn refresh(&self, _: Secret) -> BoxFuture<'_, Result<Secret, BoxError>> {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            Box::pin(async move {
                self.permits.acquire().await?.forget();
                if self.fails { Err("no token".into()) } else { Ok(format!("token_{number}").into()) }
            })
        }
    }

    fn asked(provider: &JoinedProvider<TestProvider>) -> usize {
        provider.provider.asked.load(Ordering::SeqCst)
    }

    fn refresh_all(
        provider: &Arc<JoinedProvider<TestProvider>>,
        calls: usize,
    ) -> JoinSet<Result<Secret, String>> {
        let mut tasks = JoinSet::new();
        for _ in 0..calls {
            let provider = Arc::clone(provider);
            tasks.spawn(async move {
                provider.refresh("token_0".into()).await.map_err(|error| error.to_string())
            });
        }
        tasks
    }

    #[tokio::test(start_paused = true)]
    async fn calls_with_the_same_token_share_a_refresh() {
        let provider = TestProvider::joined(9, false);
        let results = refresh_all(&provider, 100).join_all().await;
        assert!(results.iter().all(|result| *result == Ok("token_1".into())));
        // Also calls that were refused while the others refreshed, but not for ever.
        assert_eq!(refresh_all(&provider, 1).join_all().await, [Ok("token_1".into())]);
        assert_eq!(asked(&provider), 1);
        assert_eq!(provider.refresh("token_1".into()).await.unwrap(), "token_2".into());
        assert_eq!(asked(&provider), 2);
        tokio::time::advance(MAX_AGE).await;
        assert_eq!(refresh_all(&provider, 1).join_all().await, [Ok("token_3".into())]);
        assert_eq!(provider.refreshes.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_failure_is_shared_by_those_that_waited_for_it() {
        let provider = TestProvider::joined(0, true);
        let mut tasks = refresh_all(&provider, 100);
        while asked(&provider) == 0
            || provider.refreshes.lock().unwrap().iter().any(|r| Arc::strong_count(r) < 101)
        {
            yield_now().await;
        }
        provider.provider.permits.add_permits(1);
        while let Some(result) = tasks.join_next().await {
            assert_eq!(result.unwrap(), Err("no token".to_owned()));
        }
        assert_eq!(asked(&provider), 1);
        provider.provider.permits.add_permits(1);
        assert!(provider.refresh("token_0".into()).await.is_err());
        assert_eq!(asked(&provider), 2);
    }

    #[tokio::test]
    async fn if_the_first_call_is_dropped_another_one_refreshes() {
        let provider = TestProvider::joined(0, false);
        let mut first = refresh_all(&provider, 1);
        while asked(&provider) == 0 {
            yield_now().await;
        }
        let others = refresh_all(&provider, 9);
        while provider.refreshes.lock().unwrap().iter().any(|refresh| Arc::strong_count(refresh) < 11) {
            yield_now().await;
        }
        first.shutdown().await;
        provider.provider.permits.add_permits(1);
        assert!(others.join_all().await.iter().all(|result| *result == Ok("token_2".into())));
        assert_eq!(asked(&provider), 2);
    }
}
