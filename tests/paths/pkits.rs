//! NIST Public Key Interoperability Test Suite: every end-entity certificate of both sets, against all other
//! certificates of its set and the trust anchor. The names of the files say what the suite expects.

use super::{Row, folder, judge, outcome, outcome_with_lists, row};
use time::macros::datetime;
use titre::pki::{Certificate, Crl, PathRules, Tolerance};

const NO_LISTS: &str = "this set comes without its revocation lists";
const PARTIAL: &str = "lists of a part, of another issuer or of a key of their own are passed over: Doc 9303-12 has one list a CSCA";
const DELTA: &str = "delta lists are passed over";
const CONSTRAINTS: &str = "name constraints are refused and not processed: Doc 9303-12 forbids them";
const POLICIES: &str = "critical policy extensions are refused and not processed";

const ROWS: &[Row] = &[
    // 4.1 signatures, 4.2 validity, 4.3 names
    row("InvalidCASignature", "signature", ""),
    row("InvalidEESignature", "signature", ""),
    row("InvalidDSASignature", "signature", ""),
    row("ValidDSAParameterInheritance", "unusable", "a key must bring its own parameters"),
    row("InvalidCAnot", "validity", ""),
    row("InvalidEEnot", "validity", ""),
    row("Invalidpre2000UTC", "validity", ""),
    row("InvalidNameChainingTest1", "issuer_name_different", ""),
    row("InvalidNameChainingOrder", "issuer_name_reordered", ""),
    // 4.4, 4.5, 4.14, 4.15: revocation lists
    row("InvalidBasicSelfIssuedCRLSigningKeyTest8", "csca_without_ca", ""),
    row("2048/InvalidBadCRL", "no_revocation_list", ""),
    row("2048/InvalidBasicSelfIssuedOldWithNew", "revoked", ""),
    row("2048/InvalidBasicSelfIssued", "no_revocation_list", ""),
    row("2048/InvalidIDP", "no_revocation_list", ""),
    row("2048/InvalidLongSerial", "revoked", ""),
    row("2048/InvalidMissingCRL", "no_revocation_list", ""),
    row("2048/InvalidNegativeSerial", "revoked", ""),
    row("2048/InvalidOldCRL", "revocation_list_outdated", ""),
    row("2048/InvalidRevoked", "revoked", ""),
    row("2048/InvalidSeparate", "no_revocation_list", ""),
    row("2048/InvalidUnknownCRL", "no_revocation_list", ""),
    row("2048/InvalidWrongCRL", "no_revocation_list", ""),
    row("2048/InvalidcRLIssuer", "no_revocation_list", ""),
    row("2048/InvaliddeltaCRLIndicator", "no_revocation_list", ""),
    row("2048/InvaliddeltaCRLTest10", "revocation_list_outdated", ""),
    row("2048/InvaliddeltaCRLTest4", "valid", DELTA),
    row("2048/Invaliddelta", "revoked", ""),
    row("2048/InvaliddistributionPoint", "no_revocation_list", ""),
    row("2048/InvalidkeyUsageCriticalcRLSign", "no_revocation_list", ""),
    row("2048/InvalidkeyUsageNotCriticalcRLSign", "no_revocation_list", ""),
    row("2048/InvalidonlyContains", "no_revocation_list", ""),
    row("2048/InvalidonlySome", "no_revocation_list", ""),
    row("2048/Invalidpre2000CRL", "no_revocation_list", ""),
    row("2048/ValiddeltaCRLTest5", "revoked", DELTA),
    row("2048/ValidBasicSelfIssuedCRLSigningKey", "no_revocation_list", PARTIAL),
    row("2048/ValidBasicSelfIssuedNewWithOldTest4", "no_revocation_list", PARTIAL),
    row("2048/ValidIDP", "no_revocation_list", PARTIAL),
    row("2048/ValidSeparate", "no_revocation_list", PARTIAL),
    row("2048/ValidcRLIssuer", "no_revocation_list", PARTIAL),
    row("2048/ValiddistributionPoint", "no_revocation_list", PARTIAL),
    row("2048/ValidonlyContainsCACerts", "no_revocation_list", PARTIAL),
    row("2048/ValidonlySomeReasons", "no_revocation_list", PARTIAL),
    row("InvalidBadCRL", "valid", NO_LISTS),
    row("InvalidBasicSelfIssued", "valid", NO_LISTS),
    row("InvalidIDP", "valid", NO_LISTS),
    row("InvalidLongSerial", "valid", NO_LISTS),
    row("InvalidMissingCRL", "valid", NO_LISTS),
    row("InvalidNegativeSerial", "valid", NO_LISTS),
    row("InvalidOldCRL", "valid", NO_LISTS),
    row("InvalidRevoked", "valid", NO_LISTS),
    row("InvalidSeparate", "valid", NO_LISTS),
    row("InvalidUnknownCRL", "valid", NO_LISTS),
    row("InvalidWrongCRL", "valid", NO_LISTS),
    row("InvalidcRLIssuer", "valid", NO_LISTS),
    row("Invaliddelta", "valid", NO_LISTS),
    row("InvaliddistributionPoint", "valid", NO_LISTS),
    row("InvalidkeyUsageCriticalcRLSign", "valid", NO_LISTS),
    row("InvalidkeyUsageNotCriticalcRLSign", "valid", NO_LISTS),
    row("InvalidonlyContains", "valid", NO_LISTS),
    row("InvalidonlySome", "valid", NO_LISTS),
    row("Invalidpre2000CRL", "valid", NO_LISTS),
    // 4.6 basic constraints, 4.7 key usage, 4.16 private extensions
    row("InvalidMissingbasic", "csca_without_ca", ""),
    row("InvalidcAFalse", "csca_without_ca", ""),
    row("InvalidkeyUsage", "csca_without_ca", ""),
    row("InvalidpathLen", "path_length_exceeded", ""),
    row("InvalidSelfIssuedpathLen", "path_length_exceeded", ""),
    row("InvalidUnknownCriticalCertificateExtension", "extension", ""),
    // 4.8 to 4.12: policies
    row("DifferentPoliciesTest3", "valid", ""),
    row("AllCertificatesSamePolicies", "extension", POLICIES),
    row("AllCertificatesany", "extension", POLICIES),
    row("AnyPolicy", "extension", POLICIES),
    row("DifferentPolicies", "extension", POLICIES),
    row("OverlappingPolicies", "extension", POLICIES),
    row("UserNoticeQualifierTest18", "extension", POLICIES),
    row("InvalidMapping", "extension", POLICIES),
    row("InvalidPolicyMapping", "extension", POLICIES),
    row("InvalidSelfIssuedinhibit", "extension", POLICIES),
    row("InvalidSelfIssuedrequire", "extension", POLICIES),
    row("Invalidinhibit", "extension", POLICIES),
    row("InvalidrequireExplicit", "extension", POLICIES),
    row("ValidPolicyMapping", "extension", POLICIES),
    row("ValidSelfIssuedinhibit", "extension", POLICIES),
    row("ValidSelfIssuedrequire", "extension", POLICIES),
    row("Validinhibit", "extension", POLICIES),
    row("ValidrequireExplicit", "extension", POLICIES),
    row("inhibitAnyPolicy", "extension", POLICIES),
    // 4.13 name constraints
    row("InvalidDN", "extension", CONSTRAINTS),
    row("InvalidRFC822", "extension", CONSTRAINTS),
    row("InvalidURI", "extension", CONSTRAINTS),
    row("ValidDN", "extension", CONSTRAINTS),
    row("ValidRFC822", "extension", CONSTRAINTS),
    row("ValidURI", "extension", CONSTRAINTS),
];

fn run(set: &str) -> Vec<(String, bool, &'static str)> {
    let Some(folder) = folder(&format!("pkits/{set}/certs")) else { return Vec::new() };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let certificates: Vec<(String, Option<Certificate>)> = files
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, Certificate::parse(&std::fs::read(path).unwrap()).ok())
        })
        .collect();
    let of = |wanted: &dyn Fn(&str) -> bool| -> Vec<Certificate> {
        certificates.iter().filter(|(name, _)| wanted(name)).filter_map(|(_, one)| one.clone()).collect()
    };
    let anchors = of(&|name| name == "TrustAnchorRootCertificate");
    let authorities = of(&|name| !name.ends_with("EE") && name != "TrustAnchorRootCertificate");
    // The DSA certificates are signed with SHA-1.
    let accepted = [Tolerance::IssuerNameNormalised, Tolerance::Sha1];
    let rules = PathRules { at: datetime!(2026-11-22 12:00 UTC), max_intermediates: 8, accepted: &accepted };
    let lists = lists(set);
    let ends = certificates.iter().filter(|(name, _)| name.ends_with("EE"));
    ends.map(|(name, end)| {
        let found = end.as_ref().map_or("malformed", |end| match &lists {
            Some(lists) => outcome_with_lists(end, &authorities, &anchors, &rules, lists),
            None => outcome(end, &authorities, &anchors, &rules),
        });
        (format!("{}/{name}", set.trim_start_matches("PKITS_data_")), !name.starts_with("Invalid"), found)
    })
    .collect()
}

/// The revocation lists of a set that can be read, by name; `None` where the set has none.
fn lists(set: &str) -> Option<Vec<Crl>> {
    let folder = folder(&format!("pkits/{set}"))?.join("crls");
    let mut files: Vec<_> = std::fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files.iter().filter_map(|path| Crl::parse(&std::fs::read(path).unwrap()).ok()).collect())
}

#[test]
fn every_case_is_decided() {
    let mut cases = run("PKITS_data_p256");
    let p256 = cases.len();
    cases.extend(run("PKITS_data_2048"));
    if cases.is_empty() {
        return;
    }
    let (agreed, diverged) = judge(ROWS, &cases);
    assert_eq!((p256, cases.len() - p256), (220, 223));
    assert_eq!((agreed, diverged.values().sum::<usize>()), (191, 252));
}
