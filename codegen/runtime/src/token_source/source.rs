//! A token source: its callers share one minting call, which runs on a task of its own.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::sync::Notify;

use super::{
    flow::TokenFlow,
    issued_token::{IssuedToken, mint_token},
    state::{Lookup, SourceState},
};
use crate::{
    call::builder::Builder,
    call::draft::Draft,
    client::credential::TokenProvider,
    clock::wall::WallClock,
    clock::{self, Instant},
    error::{Error, ErrorKind},
    secret::Secret,
    wire::body::{BoxError, BoxFuture},
};

/// A cached token that is minted on first use and refreshed before it expires. Clones share the token.
///
/// ```no_run
/// # use openapi_client_runtime::token_source::TokenSource;
/// # async fn example(source: TokenSource) -> Result<(), openapi_client_runtime::Error> {
/// let current = source.get().await?;
/// println!("{} is valid for {:?}", current.token.expose(), current.expires_in());
/// # Ok(())
/// # }
/// ```
///
/// It implements [`TokenProvider`], so a client can use it as its credential.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    new_request: NewRequest,
    settings: SourceSettings,
    state: Mutex<SourceState>,
    /// Notified when an attempt to mint completes.
    completed: Notify,
}

/// Creates the request that mints a token.
type NewRequest = Arc<dyn Fn() -> Box<Draft> + Send + Sync>;

#[derive(Clone, Debug)]
pub(super) struct SourceSettings {
    pub(super) flow: &'static TokenFlow,
    pub(super) margin: Duration,
    pub(super) clock: WallClock,
}

impl SourceSettings {
    pub(super) fn new(flow: &'static TokenFlow) -> Self {
        Self { flow, margin: Duration::from_millis(flow.margin_ms), clock: WallClock::default() }
    }
}

impl TokenSource {
    /// Creates a source of tokens with these scopes. `request` creates the request that mints a token.
    pub fn new<S>(
        flow: &'static TokenFlow,
        scopes: Vec<String>,
        request: impl Fn() -> Builder<S> + Send + Sync + 'static,
    ) -> Self {
        Self::with_settings(SourceSettings::new(flow), Arc::new(move || set_scopes(request(), flow, &scopes)))
    }

    pub(super) fn with_settings(settings: SourceSettings, new_request: NewRequest) -> Self {
        Self(Arc::new(Inner { new_request, settings, state: Mutex::default(), completed: Notify::new() }))
    }

    /// Sets how long before its expiry a token is refreshed. Returns a new source without a cached token.
    ///
    /// Jitter shortens the margin by up to a quarter, and it never exceeds half of the token's lifetime.
    #[must_use]
    pub fn margin(self, margin: Duration) -> Self {
        let settings = SourceSettings { margin, ..self.0.settings.clone() };
        Self::with_settings(settings, Arc::clone(&self.0.new_request))
    }

    /// Replaces the system clock, which is used if a response has no `Date` header. Returns a new source without a cached
    /// token.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        let settings = SourceSettings { clock: WallClock::custom(clock), ..self.0.settings.clone() };
        Self::with_settings(settings, Arc::clone(&self.0.new_request))
    }

    /// Returns a valid token. Callers that wait for one share a minting call, which continues if they are dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Token`] if there is no valid token and minting one failed; the error's source is the error of the minting
    /// call. During the backoff that follows, the error is returned at once; [`Error::retry_after`] says how long the backoff
    /// lasts.
    pub async fn get(&self) -> Result<IssuedToken, Error> {
        let mut waited_since = None;
        loop {
            // Created before the lookup, so that a completion between the lookup and the `await` is not missed.
            let completed = self.0.completed.notified();
            match self.look_up(waited_since)? {
                Lookup::Token(token) => return Ok(token),
                Lookup::Failed(error, backoff) => return Err(token_error(&error, backoff)),
                Lookup::Wait(attempts) => waited_since = Some(attempts),
            }
            completed.await;
        }
    }

    /// Like [`get`](Self::get), but blocks the current thread.
    ///
    /// # Errors
    /// The same as [`get`](Self::get), and an error of the kind `Config` inside an async task.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn get_blocking(&self) -> Result<IssuedToken, Error> {
        let source = self.clone();
        crate::call::blocking::block_on(Box::pin(async move { source.get().await }))?
    }

    /// Looks up the token and starts minting one if that is due.
    fn look_up(&self, waited_since: Option<u64>) -> Result<Lookup, Error> {
        let mut state = self.0.state();
        let (lookup, start_minting) = state.look_up(Instant::now(), waited_since);
        if start_minting && !clock::has_runtime() {
            state.cancel_minting();
            if matches!(lookup, Lookup::Token(_)) {
                return Ok(lookup);
            }
            return Err(Error::new(
                ErrorKind::Config,
                "no tokio runtime is running: request the token inside one",
            ));
        }
        drop(state);
        if start_minting {
            clock::spawn(Box::pin(MintingAttempt(Some(Arc::clone(&self.0))).run()));
        }
        Ok(lookup)
    }
}

/// Use it for another client than the one that mints: that client needs a credential of its own.
impl TokenProvider for TokenSource {
    fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async { Ok(self.get().await?.token) })
    }

    fn refresh(&self, rejected: Secret) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async move {
            self.0.state().discard(&rejected);
            Ok(self.get().await?.token)
        })
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, SourceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt to mint a token. It completes even if its task panics or is dropped with its runtime, so that no caller waits
/// forever.
struct MintingAttempt(Option<Arc<Inner>>);

impl MintingAttempt {
    fn run(mut self) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let Some(inner) = &self.0 else { return };
            let request = (inner.new_request)();
            let result = mint_token(request, inner.settings.flow, &inner.settings.clock).await;
            self.complete(result);
        })
    }

    fn complete(&mut self, result: Result<IssuedToken, Error>) {
        let Some(inner) = self.0.take() else { return };
        inner.state().complete(Instant::now(), result, inner.settings.margin, fastrand::f64());
        inner.completed.notify_waiters();
    }
}

impl Drop for MintingAttempt {
    fn drop(&mut self) {
        self.complete(Err(Error::new(
            ErrorKind::Token,
            "the minting call was cancelled: its runtime shut down, or it panicked",
        )));
    }
}

/// Sets the scopes of the minting request. They are always sent, even if the request's builder set others.
pub(super) fn set_scopes<S>(request: Builder<S>, flow: &TokenFlow, scopes: &[String]) -> Box<Draft> {
    let Some(field) = flow.scopes else { return request.into_draft() };
    let mut draft = request.body::<()>(field, scopes.to_vec()).into_draft();
    if scopes.is_empty() {
        let message = "the list of scopes is empty: name the scopes that the token needs, since an API may treat an \
                       empty list as every scope of the client's credential";
        draft.record_error(ErrorKind::Request, message);
    }
    draft
}

/// Wraps the error of a minting call for each of its callers.
fn token_error(error: &Arc<Error>, backoff: Duration) -> Error {
    Error::new(ErrorKind::Token, format!("no valid token is available, because minting one failed: {error}"))
        .with_source(Arc::clone(error))
        .edit(|inner| {
            inner.retryable = error.is_retryable();
            inner.retry_after = (backoff > Duration::ZERO).then_some(backoff);
        })
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("settings", &self.0.settings)
            .field("state", &*self.0.state())
            .finish_non_exhaustive()
    }
}
