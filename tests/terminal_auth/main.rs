//! Terminal authentication: certificates that others made, specimen chips that are opened, every refusal, and that DG3
//! and DG4 are selected after success only. Terminal and chip are two halves written apart from each other.
#![cfg(feature = "terminal-auth")]

#[path = "../bench/mod.rs"]
#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;
mod by_hand;
mod changes;
mod cli;
mod public;
mod refusals;

use std::collections::BTreeSet;
use time::macros::datetime;
use time::{Date, Duration, OffsetDateTime};
use titre::crypto::{PrivateKey, SeededEntropy};
use titre::inspection::{CheckResult, Profile, Subject, inspect};
use titre::lds::FileId;
use titre::lds::card_verifiable::{
    Authorization, CardVerifiableCertificate, CertificateBody, KeyReference, Role, TerminalPublicKey,
    TerminalScheme,
};
use titre::pki::{Certificate, TrustStore};
use titre::protocol::TerminalCredentials;
use titre::session::{
    ReadOptions, Reading, SessionError, TerminalReport, Unread, UnreadReason, read_document,
};
use titre::specimen::{Algorithms, DocumentKind, Order, Quirk, Specimen, SpecimenChip, TerminalSet};
use titre::transport::Transport;

const AT: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);
const EC: &str = "ta=ecdsa:P-256:sha-256";

fn specimen(algorithms: &str, seed: u64, quirks: &[Quirk]) -> Specimen {
    Specimen::make(&Order {
        seed,
        kind: DocumentKind::Td3,
        algorithms: Algorithms::parse(algorithms).unwrap(),
        quirks: quirks.iter().copied().collect::<BTreeSet<_>>(),
        at: AT,
        portrait: &bench::portrait(3000),
    })
    .unwrap()
}

fn day(offset: i64) -> Date {
    AT.date() + Duration::days(offset)
}

fn set(specimen: &Specimen) -> &TerminalSet {
    specimen.terminal.as_ref().unwrap()
}

/// What a terminal of this set has, on the day that it was made.
fn credentials(set: &TerminalSet) -> TerminalCredentials {
    with(set, vec![set.terminal.clone(), set.cvca.clone(), set.dv.clone()], 0)
}

fn with(set: &TerminalSet, certificates: Vec<CardVerifiableCertificate>, offset: i64) -> TerminalCredentials {
    TerminalCredentials::new(certificates, set.keys[2].clone(), day(offset)).unwrap()
}

/// What a certificate of a test says beside its key: names of issuer and holder, role with rights, days.
struct Says<'a> {
    names: [&'a str; 2],
    authorization: Authorization,
    days: [i64; 2],
}

/// A certificate for `key`, signed by `issuer`.
fn issue(
    says: &Says<'_>,
    key: &PrivateKey,
    issuer: &PrivateKey,
    set: &TerminalSet,
) -> CardVerifiableCertificate {
    let scheme: TerminalScheme = set.cvca.body().key.scheme;
    let [issuer_name, holder] = says.names.map(|name| KeyReference::new(name.as_bytes()).unwrap());
    let with_curve = says.authorization.role() == Role::Cvca;
    let body = CertificateBody {
        issuer: issuer_name,
        key: TerminalPublicKey::new(scheme, &key.public(), with_curve).unwrap(),
        holder,
        authorization: says.authorization.clone(),
        effective: day(says.days[0]),
        expires: day(says.days[1]),
        extensions: Vec::new(),
    };
    CardVerifiableCertificate::issue(body, issuer, scheme, &mut SeededEntropy::new("issue", 1)).unwrap()
}

const CVCA: &str = "UTTITRECVCA00001";
const DV: &str = "UTTITREDV00001";
const IS: &str = "UTTITREIS00001";

/// What a session did, by the names of its stages, and what it brought home.
struct Session {
    reading: Result<Reading, SessionError>,
    stages: Vec<String>,
}

impl Session {
    fn run(chip: &mut dyn Transport, of: &Specimen, terminal: Option<TerminalCredentials>) -> Self {
        let mut options = ReadOptions::default();
        options.terminal = terminal;
        let mut stages = Vec::new();
        let password = bench::mrz(&of.chip);
        let mut note = |progress: titre::session::Progress| {
            if stages.last() != Some(&progress.stage) {
                stages.push(progress.stage);
            }
        };
        let reading = read_document(chip, &password, &mut bench::terminal(3), &options, &mut note);
        Self { reading, stages }
    }

    fn of(specimen: &Specimen, terminal: Option<TerminalCredentials>) -> Self {
        Self::run(&mut SpecimenChip::new(specimen.chip.clone()).unwrap(), specimen, terminal)
    }

    fn reading(&self) -> &Reading {
        self.reading.as_ref().unwrap()
    }

    fn report(&self) -> &TerminalReport {
        self.reading().access.terminal.as_ref().unwrap()
    }

    /// Neither DG3 nor DG4 was asked for, and the Reading says why.
    fn assert_untouched(&self, what: &str) {
        let reading = self.reading();
        for number in [3, 4] {
            let file = FileId::Dg(number);
            assert!(!self.stages.contains(&format!("read.dg{number}")), "{what}: {:?}", self.stages);
            assert!(!reading.files.contains_key(&file), "{what}");
            let why = reading.unread.iter().find(|unread| unread.file == file).map(|unread| unread.reason);
            assert_eq!(why, Some(UnreadReason::Policy), "{what}");
        }
        assert!(reading.files.contains_key(&FileId::Dg(2)), "{what}: the rest is read all the same");
    }

    /// The terminal was not let in: at this step, with this status word, after so many certificates; and nothing was
    /// sent after it that a session without a terminal does not send.
    fn assert_refused(&self, of: &Specimen, what: &str, (step, sw): (&str, Option<u16>), commands: u64) {
        self.assert_untouched(what);
        let report = self.report();
        let failure = report.failure.as_ref().unwrap_or_else(|| panic!("{what}: accepted"));
        assert_eq!((failure.step.as_str(), failure.sw), (step, sw), "{what}: {}", failure.reason);
        assert!(!report.authenticated && report.rights.is_empty(), "{what}");
        let plain = Self::of(of, None);
        assert_eq!(self.reading().counts.apdus, plain.reading().counts.apdus + commands, "{what}");
    }
}

fn all_read(specimen: &Specimen, session: &Session, what: &str) {
    let report = session.report();
    assert_eq!(report.failure, None, "{what}");
    assert_eq!(session.reading().files, specimen.chip.files, "{what}");
    assert_eq!(session.reading().unread, [], "{what}");
    assert_eq!(report.authorities, [CVCA], "{what}");
    assert_eq!(report.accepted, [DV, IS], "{what}");
    assert_eq!(report.rights, [FileId::Dg(3), FileId::Dg(4)], "{what}");
    assert_eq!(session.reading().access.reestablished, 0, "{what}");
}

#[test]
fn every_scheme_opens_a_specimen() {
    let mut seen = BTreeSet::new();
    for ta in [
        "rsa-pkcs1:1024:sha-1",
        "rsa-pkcs1:1024:sha-256",
        "rsa-pss:1024:sha-1",
        "rsa-pss:1024:sha-256",
        "rsa-pkcs1:1280:sha-512",
        "rsa-pss:1280:sha-512",
        "ecdsa:brainpoolP192r1:sha-1",
        "ecdsa:brainpoolP224r1:sha-224",
        "ecdsa:brainpoolP256r1:sha-256",
        "ecdsa:P-384:sha-384",
        "ecdsa:P-521:sha-512",
    ] {
        let specimen = specimen(&format!("modern,ta={ta}"), 5, &[]);
        all_read(&specimen, &Session::of(&specimen, Some(credentials(set(&specimen)))), ta);
        seen.insert(set(&specimen).terminal.body().key.scheme.oid());
    }
    assert_eq!(seen.len(), TerminalScheme::all().count(), "{seen:?}");
}

/// BAC names the chip by its number, PACE by its key on a curve or modulo a prime; chip authentication likewise.
#[test]
fn every_way_in_and_every_chip_authentication_goes_with_it() {
    for algorithms in [
        "eac-3des,access=bac",
        "eac-3des",
        "brainpool,access=bac",
        "strong",
        "modp",
        "modern,ca=3des:modp-2048-256",
        "modp,ca=aes-256:P-521",
        "chip-authentication-mapping,ca=aes-128:brainpoolP256r1",
        "integrated-mapping",
    ] {
        let specimen = specimen(&format!("{algorithms},{EC}"), 6, &[]);
        all_read(&specimen, &Session::of(&specimen, Some(credentials(set(&specimen)))), algorithms);
    }
}

#[test]
fn long_certificates_and_signatures_are_chained_where_a_reader_has_no_extended_length() {
    for ta in ["rsa-pkcs1:2048:sha-256", "ecdsa:P-521:sha-512"] {
        for quirk in [Quirk::NoExtendedLength, Quirk::LeMax223, Quirk::NoSfi, Quirk::ShortReads] {
            let specimen = specimen(&format!("modern,ta={ta}"), 5, &[quirk]);
            all_read(
                &specimen,
                &Session::of(&specimen, Some(credentials(set(&specimen)))),
                &format!("{ta} {quirk:?}"),
            );
        }
    }
}

#[test]
fn without_certificates_nothing_is_tried() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let session = Session::of(&specimen, None);
    session.assert_untouched("no terminal");
    assert_eq!(session.reading().access.terminal, None);
    assert!(!session.reading().files.contains_key(&FileId::Cvca));
    // A chip that knows no terminals is read as ever, and the report says why it was none.
    let plain = self::specimen("modern", 5, &[]);
    let session = Session::of(&plain, Some(credentials(set(&specimen))));
    let failure = session.report().failure.as_ref().unwrap();
    assert_eq!((failure.step.as_str(), failure.sw), ("select.cvca", Some(0x6A82)));
    assert_eq!(session.reading().files, plain.chip.files);
}

#[test]
fn what_was_read_is_inspected_as_every_file_is() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let mut store = TrustStore::default();
    store.add_certificate(&Certificate::parse(&specimen.csca).unwrap(), "csca", &specimen.csca);
    let result = |reading: &Reading, number: u8| {
        let inspection = inspect(&Subject::from(reading), &store, AT, Profile::Operational);
        let check = inspection.find(&format!("data_groups.dg{number}.hash")).unwrap();
        (check.result, check.reason.as_ref().map(|reason| reason.code))
    };
    let mut reading = Session::of(&specimen, Some(credentials(set(&specimen)))).reading.unwrap();
    let good = (CheckResult::Successful, None);
    assert_eq!((result(&reading, 3), result(&reading, 4)), (good, good));
    reading.files.get_mut(&FileId::Dg(3)).unwrap()[20] ^= 1;
    assert_eq!(result(&reading, 3), (CheckResult::Failed, Some("hash")));
    reading.files.remove(&FileId::Dg(3));
    let unread = Unread { file: FileId::Dg(3), reason: UnreadReason::NotAuthorized, sw: None };
    reading.unread.push(unread);
    assert_eq!(result(&reading, 3), (CheckResult::NotSupported, Some("not_read_by_policy")));
    // And it goes into the document folder and back.
    let folder = tempfile::tempdir().unwrap();
    reading.write_folder(folder.path()).unwrap();
    assert_eq!(Reading::load_folder(folder.path()).unwrap(), reading);
}
