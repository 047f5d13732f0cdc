//! Every quirk of specimen chips: what titre makes of it, and how the result names it. The tables are whole: a quirk that
//! is in none of them fails.

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;

use bench::{chip, document_of, judge, mrz, read, read_with};
use titre::inspection::CheckResult::{self, Failed, NotSupported, Successful, Undetermined};
use titre::lds::{Dg2, Dg11, FileId, Mrz, Sex};
use titre::pki::Tolerance;
use titre::session::{ReadOptions, Reading, SessionError, UnreadReason};
use titre::specimen::Quirk::{self, *};
use titre::specimen::{Algorithms, DocumentKind, Specimen};

/// Quirks that are read over: the files come whole and the document is found genuine. Beside them the algorithms, and
/// the names in the `Reading`; where there are none, what titre does first is what such a chip wants.
const HARMLESS: &[(&[Quirk], &str, &[&str])] = &[
    (&[LeMax223], "modern", &["read.header_first", "read.le_223"]),
    (&[LeMax192], "modern", &["read.header_first", "read.le_192", "read.le_223"]),
    (&[LeMax160], "modern", &["read.header_first", "read.le_160", "read.le_192", "read.le_223"]),
    (
        &[LeMax128],
        "modern",
        &["read.header_first", "read.le_128", "read.le_160", "read.le_192", "read.le_223"],
    ),
    (
        &[LeMax96],
        "modern",
        &["read.header_first", "read.le_128", "read.le_160", "read.le_192", "read.le_223", "read.le_96"],
    ),
    (&[Le6Cxx], "modern", &["read.exact_le"]),
    (&[Eof6282], "modern", &[]),
    (&[Eof6B00], "modern", &["read.header_first", "read.odd_exact"]),
    (&[EofWrongPadding], "modern", &["read.padding_6282"]),
    (&[EofWrongPadding, LeMax223], "brainpool", &["read.header_first", "read.le_223", "read.padding_6282"]),
    (&[EofWrongPadding, NoExtendedLength], "first-generation", &["read.padding_6282"]),
    (&[ShortReads], "modern", &["read.short"]),
    (&[NoStraddling], "modern", &["read.header_first"]),
    (&[NoStraddling, NoExtendedLength], "modern", &[]),
    (&[LongReadDropsChannel], "modern", &["read.channel_dropped", "read.header_first", "read.le_223"]),
    (
        &[LongReadDropsChannel],
        "first-generation",
        &["read.channel_dropped", "read.header_first", "read.le_223", "read.le_224", "read.le_231"],
    ),
    (&[ExtendedDropsChannel], "modern", &["read.channel_dropped", "read.header_first", "read.le_223"]),
    (
        &[ExtendedDropsChannel],
        "first-generation",
        &["read.channel_dropped", "read.header_first", "read.le_231"],
    ),
    (&[RefusalsDropChannel], "modern", &[]),
    (&[NoExtendedLength], "modern", &[]),
    (&[NoSfi], "modern", &["read.no_sfi"]),
    (&[NoSfi, RefusalsDropChannel], "modern", &["read.channel_dropped", "read.no_sfi"]),
    (&[NoLeInSelect], "modern", &[]),
    (&[NoMasterFile], "modern", &[]),
    (&[NoMasterFile], "first-generation", &[]),
    (&[MfTimeout], "modern", &[]),
    (&[MfTimeout], "first-generation", &["select_mf.timeout"]),
    (&[ApplicationPreselected], "modern", &["select_mf.named"]),
    (&[ApplicationPreselected, MfNamedRefused], "modern", &["select_mf.implicit"]),
    (&[ApplicationPreselected, MfWantsLe], "modern", &["select_mf.named_le"]),
    (&[ApplicationPreselected, MfImplicitIgnored], "modern", &["select_mf.named"]),
    (&[ApplicationPreselected], "first-generation", &[]),
    (&[OtherPreselected], "modern", &["select_mf.named"]),
    (&[OtherPreselected, MfNamedRefused], "first-generation", &[]),
    (&[CardAccess6283], "first-generation", &["card_access.refused"]),
    (&[CardAccessWithoutPace], "first-generation", &[]),
    (&[PaceWantsParameterId], "modern", &["pace.mse_with_84"]),
    (&[PaceRefusesParameterId], "modern", &[]),
    (&[PaceParametersWrittenOut], "modern", &["pace.parameters_written_out"]),
    (&[PaceParametersWrittenOut], "modp", &["pace.parameters_written_out"]),
    (&[PaceParametersWrittenOut], "integrated-mapping", &["pace.parameters_written_out"]),
    (&[PaceSeveral], "modern", &[]),
    (&[CardSecurityTwoKeys], "chip-authentication-mapping", &[]),
    (&[Dg14WithoutChipInfo], "eac-3des", &["ca.inferred"]),
    (&[Dg14WithoutChipInfo], "modern,ca=3des:modp-2048-224", &["ca.inferred"]),
    (&[ChipAuthenticationTwoKeys], "modern", &[]),
    (&[ChipAuthenticationTwoKeys], "eac-3des", &[]),
    (&[Dg14TrailingBytes], "modern", &["dg14.trailing_bytes"]),
    (&[UnknownSecurityInfos], "modern", &[]),
    (&[ActiveAuthenticationDer], "modern", &["aa.signature_der"]),
    (&[ActiveAuthenticationDer], "strong", &["aa.signature_der"]),
    (&[Dg14WithoutActiveInfo], "modern", &[]),
    (
        &[NoExtendedLength, NoSfi, NoMasterFile, NoLeInSelect, ShortReads, Eof6282, PaceWantsParameterId],
        "modern",
        &["pace.mse_with_84", "read.no_sfi", "read.short"],
    ),
];

const ACTIVE: &str = "chip_authenticity.active_authentication";
const CHIP: &str = "chip_authenticity.chip_authentication";

/// A check, and its result.
type Shortfall = (&'static str, CheckResult);

/// Quirks that an inspection finds: the verdict, and the checks that are not successful.
const FOUND: &[(Quirk, CheckResult, &[Shortfall])] = &[
    (CardAccessAltered, Failed, &[("access.card_access", Failed)]),
    (Clone, Failed, &[(ACTIVE, Failed), (CHIP, Failed)]),
    (ChipAuthenticationFails, Failed, &[(CHIP, Failed)]),
    (ListedGroupMissing, Successful, &[("data_groups.dg11.hash", NotSupported)]),
    (Dg3Protected, Successful, &[("data_groups.dg3.hash", NotSupported)]),
    (Dg2Altered, Failed, &[("data_groups.dg2.hash", Failed)]),
    (
        UnknownCsca,
        Undetermined,
        &[
            ("passive_authentication.chain.signature", Undetermined),
            ("passive_authentication.chain.trust", Undetermined),
            ("passive_authentication.validity.csca", Undetermined),
            (ACTIVE, Undetermined),
            (CHIP, Undetermined),
        ],
    ),
];

/// Quirks of what the State signed: the algorithms, and what is tolerated by name; the document is genuine all the same.
const DOCUMENTS: &[(Quirk, &str, &[Tolerance])] = &[
    (SodIndefiniteLength, "modern", &[Tolerance::BerEncoding]),
    (SodContentTypeData, "modern", &[Tolerance::LegacyContentType]),
    (SodRsaEncryption, "rsa", &[Tolerance::SignatureAlgorithmWithoutHash]),
    (SodWithoutSigningTime, "modern", &[]),
    (SodOtherStrings, "modern", &[Tolerance::SignerNameNormalised]),
    (SignerWithoutKeyUsage, "modern", &[Tolerance::KeyUsageMissing]),
    (Dg2FeaturePoints, "modern", &[]),
    (Dg11BcdDate, "modern", &[]),
    (Dg11EmptyFields, "modern", &[]),
    (Dg11LooseNames, "modern", &[]),
    (MrzLongNumber, "first-generation", &[Tolerance::Sha1]),
    (MrzShortNumber, "first-generation", &[Tolerance::Sha1]),
    (MrzOnlySurname, "modern", &[]),
    (MrzUnknownBirthDay, "first-generation", &[Tolerance::Sha1]),
    (MrzSexUnspecified, "modern", &[]),
];

/// Quirks that end a session, or that are of the State's list and not of the chip.
const OTHERS: &[Quirk] = &[StaleCounter, PaceBroken, SignerRevoked];

fn made(quirks: &[Quirk], algorithms: &str) -> Specimen {
    document_of(DocumentKind::Td3, Algorithms::parse(algorithms).unwrap(), quirks)
}

fn read_whole(specimen: &Specimen) -> Result<Reading, SessionError> {
    read(&mut chip(&specimen.chip), &mrz(&specimen.chip))
}

/// The checks that are not successful; revocation lists and EF.CardSecurity are not part of these documents, and nobody
/// read a printed page.
fn shortfalls(specimen: &Specimen, reading: &Reading) -> (CheckResult, Vec<Shortfall>) {
    let inspection = judge(specimen, reading);
    let absent = ["passive_authentication.revocation", "access.card_security", "document.optical_mrz"];
    let leaves = inspection.root.leaves();
    let short = leaves.iter().filter(|check| check.result != Successful && !absent.contains(&check.id));
    (inspection.verdict, short.map(|check| (check.id, check.result)).collect())
}

#[test]
fn harmless_quirks_are_read_over_and_named() {
    for (quirks, algorithms, named) in HARMLESS {
        let specimen = made(quirks, algorithms);
        let reading =
            read_whole(&specimen).unwrap_or_else(|error| panic!("{quirks:?} {algorithms}: {error}"));
        assert!(reading.files == specimen.chip.files, "{quirks:?} {algorithms}: {:?}", reading.unread);
        assert_eq!(reading.unread, [], "{quirks:?} {algorithms}");
        assert_eq!(reading.quirks, *named, "{quirks:?} {algorithms}");
        // What a document without the quirk is, this one is too.
        let plain = made(&[], algorithms);
        let expected = shortfalls(&plain, &read_whole(&plain).unwrap());
        assert_eq!(expected.0, Successful, "{algorithms}");
        assert_eq!(shortfalls(&specimen, &reading), expected, "{quirks:?} {algorithms}");
    }
}

#[test]
fn attacks_and_defects_are_found() {
    for (quirk, verdict, expected) in FOUND {
        let specimen = made(&[*quirk], "modern");
        let reading = read_whole(&specimen).unwrap();
        assert_eq!(shortfalls(&specimen, &reading), (*verdict, expected.to_vec()), "{}", quirk.name());
    }
}

#[test]
fn documents_of_every_kind_are_read_whole_and_found_genuine() {
    for (quirk, algorithms, tolerated) in DOCUMENTS {
        for kind in [DocumentKind::Td3, DocumentKind::Td1] {
            let specimen = document_of(kind, Algorithms::parse(algorithms).unwrap(), &[*quirk]);
            let reading = read_whole(&specimen).unwrap_or_else(|error| panic!("{}: {error}", quirk.name()));
            assert!(reading.files == specimen.chip.files, "{}", quirk.name());
            let inspection = judge(&specimen, &reading);
            assert_eq!(
                (inspection.verdict, &*inspection.tolerated),
                (Successful, *tolerated),
                "{}",
                quirk.name()
            );
            let plain = document_of(kind, Algorithms::parse(algorithms).unwrap(), &[]);
            // A passport's document number has no room for more.
            let shows = *quirk != MrzLongNumber || kind == DocumentKind::Td1;
            assert_eq!(reading.files != plain.chip.files, shows, "{}", quirk.name());
        }
    }
}

#[test]
fn what_documents_say_otherwise_is_understood() {
    let mrz = |quirk, kind| {
        let specimen = document_of(kind, Algorithms::default(), &[quirk]);
        Mrz::parse(&specimen.chip.mrz).unwrap()
    };
    assert_eq!(mrz(MrzLongNumber, DocumentKind::Td1).document_number.disclose().len(), 12);
    assert_eq!(mrz(MrzShortNumber, DocumentKind::Td3).document_number.disclose().len(), 7);
    let birth = mrz(MrzUnknownBirthDay, DocumentKind::Td1).date_of_birth.disclose().unwrap();
    assert!(birth.day.is_none() && birth.month.is_some());
    let sex = mrz(MrzSexUnspecified, DocumentKind::Td3).sex;
    assert_eq!(sex.disclose(), &Some(Sex::Unspecified));
    let details = |quirk| Dg11::parse(&made(&[quirk], "modern").chip.files[&FileId::Dg(11)]).unwrap();
    assert_eq!(details(Dg11BcdDate).date_of_birth, details(Dg2FeaturePoints).date_of_birth);
    assert_eq!(details(Dg11LooseNames).other_names.len(), 1);
    let dg2 = Dg2::parse(&made(&[Dg2FeaturePoints], "modern").chip.files[&FileId::Dg(2)]).unwrap();
    assert_eq!(dg2.faces[0].feature_points.disclose().len(), 2);
    assert!(dg2.faces[0].bytes.disclose().starts_with(&[0xFF, 0xD8]));
}

#[test]
fn what_the_chip_says_no_to_is_told() {
    for also in [&[][..], &[RefusalsDropChannel]] {
        let specimen = made(&[&[ListedGroupMissing], also].concat(), "modern");
        let reading = read_whole(&specimen).unwrap();
        let [unread] = reading.unread.as_slice() else { panic!("{:?}", reading.unread) };
        assert_eq!(
            (unread.file, unread.reason, unread.sw),
            (FileId::Dg(11), UnreadReason::Refused, Some(0x6A82))
        );
        assert_eq!(reading.access.reestablished, u32::from(!also.is_empty()));
    }
    let specimen = made(&[ChipAuthenticationFails], "modern");
    let reading = read_whole(&specimen).unwrap();
    let failure = reading.chip_authentication.unwrap().failure.unwrap();
    assert_eq!((failure.step.as_str(), failure.sw), ("ca.key_agreement", Some(0x6F00)));
    assert_eq!((reading.access.reestablished, reading.unread.len()), (1, 0));
}

#[test]
fn of_several_offers_the_strongest_is_taken_and_named() {
    let specimen = made(&[PaceSeveral], "modern");
    let reading = read_whole(&specimen).unwrap();
    assert_eq!(reading.access.pace_offered.len(), 2);
    assert_eq!(reading.access.established.unwrap().curve.as_deref(), Some("brainpoolP256r1"));
    let specimen = made(&[ChipAuthenticationTwoKeys], "modern");
    let evidence = read_whole(&specimen).unwrap().chip_authentication.unwrap();
    assert_eq!((evidence.key_id, evidence.curve.as_str(), evidence.witnessed), (Some(2), "P-256", true));
}

#[test]
fn what_ends_a_session_is_named() {
    let specimen = made(&[StaleCounter], "modern");
    let error = read_whole(&specimen).unwrap_err();
    assert!(matches!(error, SessionError::SecureMessaging { .. }), "{error}");
    let specimen = made(&[PaceBroken], "modern");
    let error = read_whole(&specimen).unwrap_err();
    assert!(matches!(error, SessionError::DowngradeRefused(_)) && error.sw() == Some(0x6FFF), "{error}");
    let mut options = ReadOptions::default();
    options.allow_bac_fallback = true;
    let reading = read_with(&mut chip(&specimen.chip), &mrz(&specimen.chip), &options).unwrap();
    assert!(reading.access.bac_fallback);
    let (verdict, short) = shortfalls(&specimen, &reading);
    assert_ne!(verdict, Successful);
    assert!(short.iter().any(|(id, _)| *id == "access.protocol"), "{short:?}");
    // The list of the State is another file; the chip is as any.
    let specimen = made(&[SignerRevoked], "modern");
    assert!(read_whole(&specimen).unwrap().files == made(&[], "modern").chip.files);
    assert_ne!(specimen.revocation_list, made(&[], "modern").revocation_list);
}

#[test]
fn no_quirk_is_forgotten() {
    for (quirk, name, _) in Quirk::ALL {
        let harmless = HARMLESS.iter().any(|(quirks, ..)| quirks.contains(&quirk));
        let found = FOUND.iter().any(|(found, ..)| *found == quirk);
        let document = DOCUMENTS.iter().any(|(document, ..)| *document == quirk);
        assert!(harmless || found || document || OTHERS.contains(&quirk), "{name} is in no table");
    }
}

#[test]
fn every_name_of_a_reading_is_explained() {
    let known: Vec<&str> = titre::protocol::quirks::all().map(|(id, _)| id).collect();
    for (quirks, _, named) in HARMLESS {
        assert!(named.iter().all(|name| known.contains(name)), "{quirks:?}");
    }
    // What the code notes, whether a specimen shows it or not.
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut noted = 0;
    for room in ["session", "protocol"] {
        for entry in std::fs::read_dir(source.join(room)).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for call in ["note_quirks(&[", "quirks.insert("] {
                for (at, _) in text.match_indices(call) {
                    let rest = &text[at + call.len()..];
                    let names = rest[..rest.find([']', ')']).unwrap()].split('"').skip(1).step_by(2);
                    for name in names {
                        assert!(known.contains(&name), "{name} is in no table of quirks.rs");
                        noted += 1;
                    }
                }
            }
        }
    }
    assert!(noted >= 15, "{noted}");
}
