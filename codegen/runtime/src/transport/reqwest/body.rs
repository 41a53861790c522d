//! Converts bodies between the types of this crate and those of `reqwest`.

use crate::{
    transport::{
        activity::Watch,
        send_state::SendState,
        socket_body::{OutgoingBody, from_http_body},
    },
    wire::body::Body,
};

pub(super) fn to_reqwest(body: Body, state: SendState) -> reqwest::Body {
    reqwest::Body::wrap(OutgoingBody::new(body, state))
}

pub(super) fn from_reqwest(response: reqwest::Response, watch: Watch) -> http::Response<Body> {
    let response: http::Response<reqwest::Body> = response.into();
    response.map(|body| from_http_body(body, watch, (), |error| error.without_url().into()))
}
