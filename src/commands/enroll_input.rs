//! The document of an enrollment: read from a chip in this very process, or a stored copy, which is never taken for live.

use super::Environment;
use super::document::{PasswordArgs, ReadOrder, TIMEOUT, TransportName, load, read};
use crate::inspection::Subject;
use crate::report::Failure;
use crate::session::ReadOptions;
use crate::transport::Provenance;
use std::path::Path;

/// Seconds to wait for a card.
const WAIT: u64 = 30;

/// The document: read from a chip now, replayed from a recording, or loaded from a folder.
pub(super) fn read_input_document(
    input: &Path,
    password: &PasswordArgs,
    resume: bool,
    environment: &mut Environment<'_>,
) -> Result<Subject, Failure> {
    let transport = input.to_str().and_then(|text| text.parse::<TransportName>().ok());
    let Some(transport) = transport.filter(|_| !input.exists()) else {
        let mut subject =
            Subject::from(&load(input, |environment| password.password(environment), environment)?);
        // Whatever a folder says of itself: the chip was not in a reader in this process, so it is a stored copy
        // (ETSI TS 119 461 VAL-8.3.2-04X), and only a test issuer signs for it.
        if subject.provenance == Some(Provenance::Live) {
            subject.provenance = Some(Provenance::Replay);
        }
        return Ok(subject);
    };
    let password = password.password(environment)?;
    let order = ReadOrder {
        transport: &transport,
        password: &password,
        options: ReadOptions { resume, ..ReadOptions::default() },
        record: None,
        record_entropy: false,
        reader: None,
        wait: WAIT,
        timeout: TIMEOUT,
    };
    Ok(Subject::from(&read(&order, environment)?))
}
