//! `register.status`: the issuing authority's register says that the document stands.
//! Source: ETSI TS 119 461 VAL-8.3.2-03; BSI TR-03135-1 section 3.5.2 (the five words).

use crate::inspection::Finding;
use crate::inspection::register::{NotChecked, RegisterOutcome, RegisterStatus};

/// Only `invalid` fails; what was not learnt is not known.
#[must_use]
pub fn check(outcome: &RegisterOutcome) -> Finding {
    let answer = match outcome {
        RegisterOutcome::Answered(answer) => answer,
        RegisterOutcome::NotChecked(why) => return not_checked(*why),
    };
    let finding = match answer.status {
        RegisterStatus::Valid => Finding::successful_as("register_valid"),
        RegisterStatus::Invalid => Finding::failed("register_invalid"),
        RegisterStatus::Unknown => Finding::undetermined("register_unknown"),
    };
    finding.with("register", &answer.register).with("as_of", &answer.as_of)
}

fn not_checked(why: NotChecked) -> Finding {
    match why {
        NotChecked::NotAsked => Finding::undetermined("register_not_asked"),
        NotChecked::Unreachable => Finding::undetermined("register_unreachable"),
        NotChecked::TooSlow => Finding::undetermined("register_too_slow"),
        NotChecked::TooLarge => Finding::undetermined("register_too_large"),
        NotChecked::Malformed => Finding::undetermined("register_malformed"),
        NotChecked::Signature => Finding::undetermined("register_signature"),
        NotChecked::Signer => Finding::undetermined("register_signer"),
        NotChecked::AnotherRequest => Finding::undetermined("register_another_request"),
        NotChecked::AnotherDocument => Finding::undetermined("register_another_document"),
        NotChecked::Stale => Finding::undetermined("register_stale"),
        NotChecked::TestRegister => Finding::undetermined("register_test"),
    }
}
