//! Asks token providers for the credentials of a call.

use crate::{
    call::attempt::AttemptError,
    call::prepare::Prepared,
    client::credential::Credential,
    client::selection::Few,
    clock::{self, Instant},
    error::{Error, ErrorKind},
    secret::Secret,
};

fn remaining_time(deadline: Option<Instant>) -> Option<std::time::Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

impl Prepared {
    /// The credentials of the next attempt. Providers are asked each time, since a token may expire during a delay.
    pub(crate) async fn tokens(&self, deadline: Option<Instant>) -> Result<Few<Secret>, Error> {
        let mut tokens = Few::default();
        for selected in self.selection.credentials.iter() {
            match &selected.credential {
                Credential::None => {}
                Credential::Fixed(secret) => tokens.push(secret.clone()),
                Credential::Provided(provider) => {
                    match clock::timeout(remaining_time(deadline), provider.token()).await {
                        Some(Ok(token)) => tokens.push(token),
                        Some(Err(source)) => {
                            let text = format!("the token provider failed: {source}");
                            return Err(self.error(ErrorKind::Token, text).with_source(source));
                        }
                        None => {
                            let text = "the token provider did not return a token within the total timeout of the call";
                            return Err(self.error(ErrorKind::Timeout, text));
                        }
                    }
                }
            }
        }
        Ok(tokens)
    }

    /// Refreshes the tokens that the server rejected with 401; `None` if no provider returned one.
    ///
    /// The response does not say which of several tokens was rejected, so each provider is asked.
    pub(crate) async fn refresh_tokens(
        &self,
        failed: &AttemptError,
        rejected: &Few<Secret>,
        deadline: Option<Instant>,
    ) -> Option<Few<Secret>> {
        let is_pointless = self.key.is_some() && failed.error.replayed();
        if !self.selection.is_provided()
            || !failed.error.is_unauthorized()
            || is_pointless
            || !self.payload.is_reusable()
        {
            return None;
        }
        let mut tokens = Few::default();
        let mut is_refreshed = false;
        for (selected, rejected) in self.selection.credentials.iter().zip(rejected.iter()) {
            let mut token = rejected.clone();
            if let Credential::Provided(provider) = &selected.credential
                && let Some(Ok(refreshed)) =
                    clock::timeout(remaining_time(deadline), provider.refresh(token.clone())).await
            {
                is_refreshed = true;
                token = refreshed;
            }
            tokens.push(token);
        }
        is_refreshed.then_some(tokens)
    }
}
