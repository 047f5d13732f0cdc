//! What the card service's errors mean for whoever wants a card.
//! Source: PC/SC part 5; the error codes as libpcsclite gives them.

use super::TransportError;
use pcsc::{Context, Error, ReaderState, State};
use std::ffi::CString;
use std::time::Duration;

/// An error about `reader` (empty where it is about none), after waiting for `wait`.
pub(super) fn mapped(error: Error, reader: &str, wait: Duration) -> TransportError {
    let text = error.to_string();
    match error {
        Error::NoService
        | Error::ServiceStopped
        | Error::InvalidHandle
        | Error::CommError
        | Error::NotReady => TransportError::Service(text),
        // pcscd asked polkit, and polkit said no.
        Error::SecurityViolation => TransportError::ServiceRefused(text),
        Error::SharingViolation => TransportError::Busy { reader: reader.to_owned() },
        Error::RemovedCard | Error::ResetCard | Error::UnpoweredCard | Error::UnresponsiveCard => {
            TransportError::CardLost(text)
        }
        Error::NoSmartcard => TransportError::NoCard { seconds: wait.as_secs() },
        Error::UnknownReader | Error::ReaderUnavailable | Error::NoReadersAvailable if !reader.is_empty() => {
            TransportError::Reader(format!("{reader} is gone ({text})"))
        }
        Error::Timeout => {
            TransportError::Timeout { millis: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) }
        }
        _ => TransportError::Reader(text),
    }
}

/// Why an exchange failed. Drivers give one error for many causes, so the service is asked what is left: itself, the
/// reader, the card.
pub(super) fn of_exchange(error: Error, context: &Context, name: &CString, reader: &str) -> TransportError {
    let mut states = [ReaderState::new(name.clone(), State::UNAWARE)];
    let look = context.get_status_change(Duration::ZERO, &mut states);
    judged(error, look.map(|()| states[0].event_state()), reader)
}

/// The cause of `error`, by a look at the reader afterwards. pcscd polls, so that a card which just left may still be
/// listed as present: an exchange that failed lost its card, unless there is a better reason.
fn judged(error: Error, look: Result<State, Error>, reader: &str) -> TransportError {
    let gone = || TransportError::Reader(format!("{reader} is gone ({error})"));
    match look {
        Err(left @ (Error::NoService | Error::ServiceStopped | Error::InvalidHandle | Error::CommError)) => {
            return TransportError::Service(left.to_string());
        }
        Err(Error::UnknownReader) => return gone(),
        Ok(state) if state.intersects(State::UNKNOWN | State::IGNORE | State::UNAVAILABLE) => return gone(),
        _ => {}
    }
    match error {
        Error::SharingViolation => TransportError::Busy { reader: reader.to_owned() },
        Error::UnknownReader | Error::ReaderUnavailable => gone(),
        error => TransportError::CardLost(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_that_fails_is_judged_by_what_is_left() {
        for (error, look, expected) in [
            (Error::RemovedCard, Ok(State::EMPTY), "card lost: "),
            // The removal is not listed yet, and the driver knows only that nothing came back.
            (Error::NotTransacted, Ok(State::PRESENT), "card lost: "),
            (Error::CommError, Ok(State::EMPTY), "card lost: "),
            (Error::NotTransacted, Ok(State::UNKNOWN), "reader: A is gone"),
            (Error::NotTransacted, Err(Error::UnknownReader), "reader: A is gone"),
            (Error::ReaderUnavailable, Err(Error::Timeout), "reader: A is gone"),
            (Error::CommError, Err(Error::NoService), "card service: "),
            (Error::SharingViolation, Ok(State::PRESENT), "another program uses the card in A"),
        ] {
            let text = judged(error, look, "A").to_string();
            assert!(text.starts_with(expected), "{error:?} {look:?}: {text}");
        }
    }

    #[test]
    fn a_refusal_by_polkit_is_no_silent_service() {
        let of = |error| mapped(error, "A", Duration::ZERO);
        assert!(matches!(of(Error::SecurityViolation), TransportError::ServiceRefused(_)));
        assert!(matches!(of(Error::NoService), TransportError::Service(_)));
        assert!(matches!(of(Error::SharingViolation), TransportError::Busy { .. }));
        assert!(matches!(of(Error::NoSmartcard), TransportError::NoCard { seconds: 0 }));
        assert!(matches!(of(Error::UnknownReader), TransportError::Reader(_)));
    }
}
