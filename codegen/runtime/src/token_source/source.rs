//! The source itself: one call for all that wait, made on a task of its own.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::sync::Notify;

use super::{
    IssuedToken, TokenFlow,
    issued_token::mint,
    state::{Look, State},
};
use crate::{
    call::builder::Builder,
    call::draft::Draft,
    clock::wall::WallClock,
    clock::{self, Instant},
    error::{Error, ErrorKind},
    secret::Secret,
    wire::body::BoxFuture,
};

/// A token that is always valid: minted when it is first asked for, shared by all clones, and renewed before it expires.
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
/// It is also a [`TokenProvider`](crate::TokenProvider): a client that takes it calls with this token.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    call: Call,
    settings: Settings,
    state: Mutex<State>,
    ended: Notify,
}

/// The call that mints.
type Call = Arc<dyn Fn() -> Box<Draft> + Send + Sync>;

/// What a source goes by.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) flow: &'static TokenFlow,
    pub(super) margin: Duration,
    pub(super) clock: WallClock,
}

impl Settings {
    pub(super) fn new(flow: &'static TokenFlow) -> Self {
        Self { flow, margin: Duration::from_millis(flow.margin_ms), clock: WallClock::default() }
    }
}

impl TokenSource {
    /// A source of tokens that may be used for `scopes`, minted by this request.
    pub fn new<S>(
        flow: &'static TokenFlow,
        scopes: Vec<String>,
        request: impl Fn() -> Builder<S> + Send + Sync + 'static,
    ) -> Self {
        Self::with(Settings::new(flow), move || scoped(request(), flow, &scopes))
    }

    pub(super) fn with(settings: Settings, call: impl Fn() -> Box<Draft> + Send + Sync + 'static) -> Self {
        Self::of(settings, Arc::new(call))
    }

    fn of(settings: Settings, call: Call) -> Self {
        Self(Arc::new(Inner { call, settings, state: Mutex::default(), ended: Notify::new() }))
    }

    /// The same source with another time before a token's end at which it is renewed. It begins anew, without a token.
    ///
    /// The jitter shortens it by up to a quarter, and a token is never renewed before half of its life is over.
    #[must_use]
    pub fn margin(self, margin: Duration) -> Self {
        Self::of(Settings { margin, ..self.0.settings.clone() }, Arc::clone(&self.0.call))
    }

    /// The same source with another clock for answers without a `Date`. It begins anew, without a token.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        let clock = WallClock::of(clock);
        Self::of(Settings { clock, ..self.0.settings.clone() }, Arc::clone(&self.0.call))
    }

    /// A valid token. All that wait for one share a call, which goes on if this future is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Token`] if there is no valid token and none could be minted; its source is the error of that call.
    /// After a failure it comes at once until the time has come for another attempt ([`Error::retry_after`]).
    pub async fn get(&self) -> Result<IssuedToken, Error> {
        let mut waited = None;
        loop {
            // Made before the look, so that no end is missed.
            let ended = self.0.ended.notified();
            match self.look(waited)? {
                Look::Token(token) => return Ok(token),
                Look::Failed(error, wait) => return Err(failure(&error, wait)),
                Look::Wait(before) => waited = Some(before),
            }
            ended.await;
        }
    }

    /// As [`get`](Self::get), waiting on this thread.
    ///
    /// # Errors
    /// As [`get`](Self::get), and an error of the kind `Config` inside an async runtime.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn get_blocking(&self) -> Result<IssuedToken, Error> {
        let source = self.clone();
        crate::call::blocking::wait(Box::pin(async move { source.get().await }))?
    }

    /// A token in the place of this one, which was refused.
    pub(super) async fn renew(&self, refused: &Secret) -> Result<IssuedToken, Error> {
        self.0.state().discard(refused);
        self.get().await
    }

    fn look(&self, waited: Option<u64>) -> Result<Look, Error> {
        let mut state = self.0.state();
        let (look, begin) = state.look(Instant::now(), waited);
        if begin && !clock::is_running() {
            state.not_begun();
            let text = "there is no tokio runtime here: ask for the token inside one";
            let valid = matches!(look, Look::Token(_));
            return if valid { Ok(look) } else { Err(Error::new(ErrorKind::Config, text)) };
        }
        drop(state);
        if begin {
            clock::spawn(Attempt(Some(Arc::clone(&self.0))).run());
        }
        Ok(look)
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt to mint a token. It ends in any case, even if its task is dropped with its runtime or panics, lest others wait
/// for nothing.
struct Attempt(Option<Arc<Inner>>);

impl Attempt {
    fn run(mut self) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let Some(inner) = &self.0 else { return };
            let call = (inner.call)();
            let result = mint(call, inner.settings.flow, &inner.settings.clock).await;
            self.end(result);
        })
    }

    fn end(&mut self, result: Result<IssuedToken, Error>) {
        let Some(inner) = self.0.take() else { return };
        inner.state().end(Instant::now(), result, inner.settings.margin, fastrand::f64());
        inner.ended.notify_waiters();
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.end(Err(Error::new(ErrorKind::Token, "the minting of a token was broken off")));
    }
}

/// The request with what the token may be used for, which is always stated.
pub(super) fn scoped<S>(request: Builder<S>, flow: &TokenFlow, scopes: &[String]) -> Box<Draft> {
    let Some(member) = flow.scopes else { return request.into_draft() };
    let mut draft = request.body::<()>(member, scopes.to_vec()).into_draft();
    if scopes.is_empty() {
        let why = "it is not said what the token may be used for: name it, since an empty list could allow everything";
        draft.refuse(ErrorKind::Request, why);
    }
    draft
}

/// The error of one call for each that waited for it.
fn failure(error: &Arc<Error>, wait: Duration) -> Error {
    Error::new(ErrorKind::Token, format!("there is no valid token, and none could be minted: {error}"))
        .with_source(Arc::clone(error))
        .edit(|inner| {
            inner.retryable = error.is_retryable();
            inner.retry_after = (wait > Duration::ZERO).then_some(wait);
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
