//! `passive_authentication.signer`: the signer's certificate is there and is one of a document signer.
//! Source: Doc 9303-12 section 7.1.1 tables 4 and 5.

use crate::inspection::Finding;
use crate::inspection::security_object::SecurityObject;
use crate::lds::FileId;
use crate::pki::{Certificate, KNOWN_EXTENSIONS, SignerId, Tolerance};

/// Purposes of other ICAO signers: master lists, deviation lists, visible digital seals.
const OTHER_SIGNERS: [&str; 3] = ["2.23.136.1.1.3", "2.23.136.1.1.8", "2.23.136.1.1.11"];

/// Judges use and form of the signer's certificate.
#[must_use]
pub fn check(file: FileId, object: Option<&SecurityObject>, tolerated: &mut Vec<Tolerance>) -> Finding {
    let signed = object.and_then(|object| object.signed.as_ref());
    let Some((signed, info)) = signed.and_then(|signed| Some((signed, signed.single_signer().ok()?))) else {
        return Finding::undetermined("nothing_to_check").with("missing", file);
    };
    match signed.certificate_of(info) {
        Err(_) => missing(&info.id),
        Ok((certificate, name)) => {
            tolerated.extend(name);
            judge(certificate, tolerated)
        }
    }
}

/// Says which certificate is to be looked for.
fn missing(id: &SignerId) -> Finding {
    let (issuer, number) = match id {
        SignerId::IssuerAndSerial { issuer, serial } => (issuer.to_string(), hex::encode(serial)),
        SignerId::KeyId(id) => ("?".to_owned(), hex::encode(id)),
    };
    Finding::undetermined("signer_certificate_missing").with("issuer", issuer).with("number", number)
}

fn judge(certificate: &Certificate, tolerated: &mut Vec<Tolerance>) -> Finding {
    if certificate.is_ca() == Some(true) {
        return Finding::failed("signer_is_ca");
    }
    match certificate.key_usage(0) {
        Some(false) => return Finding::failed("signer_key_usage"),
        None => tolerated.push(Tolerance::KeyUsageMissing),
        Some(true) => {}
    }
    if let Some(purposes) = certificate.extended_key_usage() {
        if purposes.iter().any(|purpose| OTHER_SIGNERS.contains(&purpose.as_str())) {
            return Finding::failed("signer_of_another_kind").with("purposes", purposes.join(" "));
        }
        tolerated.push(Tolerance::ExtendedKeyUsagePresent);
    }
    if let [unknown, ..] = certificate.unknown_critical(&KNOWN_EXTENSIONS).as_slice() {
        // What must be understood and is not leaves the use of the key open.
        return Finding::undetermined("critical_extension").with("extension", unknown);
    }
    let (subject, issuer) = (certificate.subject.country(), certificate.issuer.country());
    if certificate.subject.country_in_lower_case() || certificate.issuer.country_in_lower_case() {
        tolerated.push(Tolerance::CountryLowerCase);
    }
    match (subject, issuer) {
        (Some(subject), Some(issuer)) if subject != issuer => {
            Finding::failed("signer_country").with("subject", subject).with("issuer", issuer)
        }
        (Some(_), Some(_)) => Finding::successful(),
        _ => {
            tolerated.push(Tolerance::CountryMissing);
            Finding::successful()
        }
    }
}
