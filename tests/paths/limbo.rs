//! x509-limbo: every case that has a path to find. Host names, extended key usage and the other rules of the web's
//! PKI are no business of a passport's; each case that turns on one of them has its row.

use super::{Row, folder, judge, outcome, outcome_with_lists, row};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;
use titre::asn1::pem;
use titre::pki::{Certificate, Crl, PathRules};

const CONSTRAINTS: &str = "name constraints are refused and not processed: Doc 9303-12 forbids them";
const FORM: &str = "the form of a certificate, which the linter of certificates judges, not the path";
const PURPOSE: &str = "extended key usage is judged by who asks for the path";
const HOST: &str = "host names; passports have none";

const ROWS: &[Row] = &[
    row("crl::certificate-", "valid", ""),
    row("crl::issuer-no-keyusage-extension", "valid", ""),
    row("crl::issuer-valid-crlsign", "valid", ""),
    row("crl::revoked-certificate-with-crl", "revoked", ""),
    row("crl::issuer-missing-crlsign", "no_revocation_list", ""),
    row("crl::crlnumber-", "valid", "the number of a list, which says nothing of who is on it"),
    row("cve::cve-2025-61727", "extension", CONSTRAINTS),
    row("invalid::invalid-issuer-key", "unusable", ""),
    row("pathlen::intermediate-violates-pathlen-0", "path_length_exceeded", ""),
    row("pathlen::intermediate-pathlen-too-long", "path_length_exceeded", ""),
    row("pathlen::max-chain-depth-0-exhausted", "too_long", ""),
    row("pathlen::max-chain-depth-1-exhausted", "too_long", ""),
    row("pathological::intermediate-cycle-", "no_issuer", ""),
    row("pathological::nc-dos-2", "extension", CONSTRAINTS),
    row("pathological::nc-dos-", "malformed", "longer than any certificate of a document"),
    row("pathological::pathological-chain-", "authority_key_id_missing", ""),
    row("rfc5280::aki::self-signed-root-missing-aki", "valid", ""),
    row("rfc5280::aki::critical-aki", "valid", FORM),
    row("rfc5280::aki::cross-signed-root-missing-aki", "valid", FORM),
    row("rfc5280::aki::", "authority_key_id_missing", ""),
    row("rfc5280::eku::ee-without-eku", "valid", ""),
    row("rfc5280::eku::", "valid", PURPOSE),
    row("rfc5280::nc::nc-forbids-same-chain-ica", "valid", ""),
    row("rfc5280::nc::", "extension", CONSTRAINTS),
    row("rfc5280::pc::", "extension", "policy constraints are refused, critical or not"),
    row("rfc5280::san::", "valid", HOST),
    row("rfc5280::serial::", "valid", "CSCA certificates with such numbers are in the lists of States"),
    row("rfc5280::ski::critical-ski", "authority_key_id_different", ""),
    row("rfc5280::ski::", "authority_key_id_missing", ""),
    row("rfc5280::validity::notbefore-exact", "valid", ""),
    row("rfc5280::validity::notafter-", "valid", ""),
    row("rfc5280::validity::", "validity", ""),
    row("rfc5280::ee-empty-issuer", "issuer_name_different", ""),
    row("rfc5280::ca-empty-subject", "valid", FORM),
    row("rfc5280::unknown-critical-extension-unrelated", "valid", ""),
    row("rfc5280::unknown-critical-extension-", "extension", ""),
    row("rfc5280::chain-untrusted-root", "no_issuer", ""),
    row("rfc5280::intermediate-ca-without-ca-bit", "csca_without_ca", ""),
    row("rfc5280::intermediate-ca-missing-basic-constraints", "no_issuer", ""),
    row("rfc5280::root-missing-basic-constraints", "csca_without_ca", ""),
    row("rfc5280::root-non-critical-basic-constraints", "valid", FORM),
    row("rfc5280::root-inconsistent-ca-extensions", "csca_without_ca", ""),
    row("rfc5280::ica-ku-keycertsign", "no_issuer", ""),
    row("rfc5280::leaf-ku-keycertsign", "valid", FORM),
    row("rfc5280::ee-critical-aia-invalid", "extension", ""),
    row("rfc5280::duplicate-extensions", "malformed", ""),
    row("rfc5280::mismatching-signature-algorithm", "malformed", ""),
    row("rfc5280::ca-as-leaf-wrong-san", "valid", HOST),
    row("webpki::aki::", "valid", FORM),
    row("webpki::cn::", "valid", HOST),
    row("webpki::eku::", "valid", PURPOSE),
    row("webpki::nc::", "extension", CONSTRAINTS),
    row("webpki::san::exact-", "valid", ""),
    row("webpki::san::leftmost-wildcard-san", "valid", ""),
    row("webpki::san::", "valid", HOST),
    row(
        "webpki::explicit-curve",
        "valid",
        "explicit parameters that equal P-256: Doc 9303-12 demands the form",
    ),
    row("webpki::cryptographydotio-chain-missing-intermediate", "no_issuer", ""),
    row("webpki::malformed-aia", "valid", FORM),
    row(
        "webpki::forbidden-",
        "valid",
        "algorithms of Doc 9303-12 and of old documents, reported and not refused",
    ),
    row("webpki::v1-cert", "authority_key_id_missing", ""),
    row("webpki::ee-basicconstraints-ca", "valid", FORM),
    row("webpki::ca-as-leaf", "valid", FORM),
];

fn certificates(value: &Value) -> Option<Vec<Certificate>> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text.as_str()],
        list => list.as_array().unwrap().iter().filter_map(Value::as_str).collect(),
    };
    texts.iter().map(|text| Certificate::parse(&pem::blocks(text).ok()?.first()?.der).ok()).collect()
}

fn run(case: &Value) -> &'static str {
    let at = case["validation_time"]
        .as_str()
        .map_or(datetime!(2026-01-01 0:00 UTC), |text| OffsetDateTime::parse(text, &Rfc3339).unwrap());
    let rules = PathRules {
        at,
        max_intermediates: case["max_chain_depth"].as_u64().map_or(8, |most| most.min(64) as usize),
        accepted: &PathRules::STRICT,
    };
    let parsed = [&case["peer_certificate"], &case["untrusted_intermediates"], &case["trusted_certs"]]
        .map(certificates);
    match parsed {
        [Some(end), Some(intermediates), Some(anchors)] => match case["crls"].as_array() {
            // The suite asks for revocation where it brings lists.
            Some(lists) if !lists.is_empty() => {
                let der =
                    |list: &Value| pem::blocks(list.as_str()?).ok()?.first().map(|block| block.der.clone());
                let lists: Vec<Crl> = lists.iter().filter_map(|list| Crl::parse(&der(list)?).ok()).collect();
                outcome_with_lists(&end[0], &intermediates, &anchors, &rules, &lists)
            }
            _ => outcome(&end[0], &intermediates, &anchors, &rules),
        },
        _ => "malformed",
    }
}

#[test]
fn every_case_is_decided() {
    let Some(folder) = folder("limbo") else { return };
    let bytes = std::fs::read(folder.join("limbo-nobettertls.json")).unwrap();
    let file: Value = serde_json::from_slice(&bytes).unwrap();
    let cases: Vec<_> = file["testcases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            (case["id"].as_str().unwrap().to_owned(), case["expected_result"] == "SUCCESS", run(case))
        })
        .collect();
    let (agreed, diverged) = judge(ROWS, &cases);
    assert_eq!(cases.len(), 208);
    assert_eq!((agreed, diverged.values().sum::<usize>()), (88, 120));
}
