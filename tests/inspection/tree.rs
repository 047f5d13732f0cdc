//! The parts of the tree that TR-03135 tells apart: hash and signature, signature and trust, the two certificates,
//! the printed zone, the states of the data groups, States and years.

use super::card_security::Forged;
use super::forge::{self, Cms};
use super::{AT, Genuine, MODERN, OPTICAL, changed, code, find, flip, last};
use CheckResult::{Failed, NotSupported, Successful, Undetermined};
use time::Duration;
use time::macros::{date, datetime};
use titre::inspection::{
    CheckResult, DataGroupState, Finding, Inspection, Profile, Subject, checks, inspect,
};
use titre::lds::{FileId, Mrz};
use titre::pki::{Certificate, TrustStore};
use titre::session::{Unread, UnreadReason};

fn result(inspection: &Inspection, id: &str) -> CheckResult {
    find(inspection, id).result
}

fn zone(genuine: &Genuine) -> Mrz {
    Mrz::parse(std::str::from_utf8(&genuine.reading.files[&FileId::Dg(1)][5..]).unwrap()).unwrap()
}

/// The genuine document with `text` as its printed zone.
fn printed(text: &str) -> Inspection {
    let optical_mrz = Some(Mrz::parse(text).unwrap());
    let subject = Subject { optical_mrz, ..Subject::from(&MODERN.reading) };
    inspect(&subject, &MODERN.store, AT, Profile::Operational)
}

#[test]
fn the_printed_zone_is_compared_field_by_field_and_never_shown() {
    let lines = zone(&MODERN).lines.disclose().clone();
    let text = lines.concat();
    let same = printed(&text);
    assert_eq!((result(&same, OPTICAL), same.verdict), (Successful, Successful));
    // The first place of each field of TD3, and what then differs besides the check digits.
    for (at, field) in [
        (1, "document_code"),
        (2, "issuing_state"),
        (5, "name"),
        (44, "document_number"),
        (54, "nationality"),
        (57, "date_of_birth"),
        (64, "sex"),
        (65, "date_of_expiry"),
        (72, "optional_data"),
        (87, "check_digits"),
    ] {
        let mut other = text.clone().into_bytes();
        other[at] = match (field, other[at]) {
            ("sex", b'F') => b'M',
            ("sex", _) => b'F',
            (_, b'0'..=b'8') => other[at] + 1,
            (_, b'9') => b'8',
            (_, b'A') => b'B',
            _ => b'A',
        };
        let inspection = printed(std::str::from_utf8(&other).unwrap());
        let check = find(&inspection, OPTICAL);
        assert_eq!((check.result, inspection.verdict), (Failed, Failed), "{field}");
        assert_eq!(code(check), "optical_mrz_differs");
        let fields = &check.reason.as_ref().unwrap().args[0].1;
        assert!(fields.split(' ').any(|named| named == field), "{field}: {fields}");
        let json = serde_json::to_string(&inspection).unwrap();
        for secret in [zone(&MODERN).document_number.disclose(), &lines[1]] {
            assert!(!json.contains(secret.as_str()), "{field}: holder data in the result");
        }
    }
    let card =
        printed("I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<");
    assert_eq!(find(&card, OPTICAL).reason.as_ref().unwrap().args, [("fields", "format".to_owned())]);
    // Not given it does not count, given it does, and without DG1 nothing can be told.
    let absent = changed(&MODERN, |_| {});
    assert_eq!((code(find(&absent, OPTICAL)), absent.verdict), ("optical_mrz_not_given", Successful));
    let requirement = find(&absent, OPTICAL).requirement;
    assert!(
        !requirement.counts(NotSupported) && requirement.counts(Failed) && requirement.counts(Undetermined)
    );
    let none = checks::optical_mrz::check(Some(&zone(&MODERN)), None);
    assert_eq!(none, Finding::undetermined("no_mrz").with("file", "EF.DG1"));
}

#[test]
fn hash_and_signature_are_told_apart() {
    let (hash, signature) = ("passive_authentication.sod.hash", "passive_authentication.sod.signature");
    let content = changed(&MODERN, |r| {
        let sod = r.files.get_mut(&FileId::Sod).unwrap();
        let at = super::place(sod, &[0x02, 0x01, 0x02, 0x04, 0x20]) + 10;
        sod[at] ^= 1;
    });
    assert_eq!((result(&content, hash), result(&content, signature)), (Failed, Successful));
    assert_eq!(code(find(&content, hash)), "message_digest");
    let signed = changed(&MODERN, |r| flip(r, FileId::Sod, last));
    assert_eq!((result(&signed, hash), result(&signed, signature)), (Successful, Failed));
    // Without attributes there is no digest of its own, and nothing is wrong.
    let state = Forged::new();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let order = forge::signer(&state.key, &root, ("UT", "DS"));
    let mut bare = Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), &order);
    bare.attributes.clear();
    let subject = Subject::security_object(FileId::Sod, bare.sod());
    let bare = inspect(&subject, &state.store(), AT, Profile::Operational);
    assert_eq!((bare.verdict, code(find(&bare, hash))), (Successful, "no_signed_attributes"));
    let cut = changed(&MODERN, |r| r.files.get_mut(&FileId::Sod).unwrap().truncate(200));
    assert_eq!(find(&cut, hash).reason.as_ref().unwrap().args, [("missing", "EF.SOD".to_owned())]);
}

#[test]
fn the_issuer_is_told_in_parts() {
    let genuine = changed(&MODERN, |_| {});
    for id in ["chain.signature", "chain.trust", "validity.signer", "validity.csca"] {
        assert_eq!(result(&genuine, &format!("passive_authentication.{id}")), Successful, "{id}");
    }
    let state = Forged::new();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let signer = forge::signer(&state.key, &root, ("UT", "DS"));
    let passive = |signer: &forge::Order<'_>, root: &Certificate| {
        let mut store = TrustStore::default();
        store.add_certificate(root, "root", b"root");
        let sod = Cms::new(forge::SOD, &forge::hashes(&[(11, &[0x6B, 0])]), signer).sod();
        let subject = Subject::security_object(FileId::Sod, sod);
        inspect(&subject, &store, AT, Profile::Operational)
    };
    let codes = |inspection: &Inspection, group: &str, parts: [&str; 2]| {
        let id = format!("passive_authentication.{group}");
        let of = |part: &str| code(find(inspection, &format!("{id}.{part}")));
        (code(find(inspection, &id)), of(parts[0]), of(parts[1]))
    };
    let chain = ["signature", "trust"];
    let elsewhere = forge::Order { subject: ("XX", "DS"), issuer: ("XX", "CSCA"), ..signer.clone() };
    let abroad = passive(&elsewhere, &root.certificate());
    assert_eq!(codes(&abroad, "chain", chain), ("csca_country", "", "csca_country"));
    let other = forge::key(8);
    let pretender = forge::Order { issuer_key: &other, ..signer.clone() };
    let forged = passive(&pretender, &root.certificate());
    assert_eq!(codes(&forged, "chain", chain), ("chain_signature", "chain_signature", "csca_trust_unknown"));
    let unknown = passive(&signer, &forge::root(&other, ("XX", "CSCA"), 7).certificate());
    assert_eq!(codes(&unknown, "chain", chain), ("csca_missing", "csca_missing", "csca_trust_unknown"));
    let decisive: Vec<_> = unknown.root.decisive().iter().map(|check| check.id).collect();
    assert_eq!(decisive, ["passive_authentication.chain", "passive_authentication.validity"]);
    for (id, names) in [
        ("passive_authentication.chain.signature", &["country", "key_id", "issuer"][..]),
        ("passive_authentication.chain.trust", &["country", "key_id"]),
        ("passive_authentication.validity.csca", &["country", "key_id"]),
    ] {
        let args = &find(&unknown, id).reason.as_ref().unwrap().args;
        assert_eq!(args.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names, "{id}");
        assert!(args.iter().all(|(_, value)| !value.is_empty() && value != "?"), "{id}: {args:?}");
    }

    let validity = ["signer", "csca"];
    let old = passive(&forge::Order { not_after: "250101000000Z", ..signer.clone() }, &root.certificate());
    assert_eq!(codes(&old, "validity", validity), ("certificate_expired", "certificate_expired", ""));
    let old_root = forge::Order { not_after: "250101000000Z", ..root.clone() };
    let old = passive(&signer, &old_root.certificate());
    assert_eq!(codes(&old, "validity", validity), ("certificate_expired", "", "certificate_expired"));
    assert_eq!(old.verdict, Failed);
}

#[test]
fn certificates_are_valid_from_their_first_second_to_their_last() {
    let key = forge::key(1);
    let certificate = forge::root(&key, ("UT", "CSCA"), 1).certificate();
    let (first, last) = (datetime!(2020-01-01 0:00 UTC), datetime!(2035-01-01 0:00 UTC));
    for (at, expected) in [
        (first - Duration::NANOSECOND, Undetermined),
        (first, Successful),
        (last, Successful),
        (last + Duration::milliseconds(999), Successful),
        (last + Duration::SECOND, Failed),
    ] {
        assert_eq!(certificate.is_valid_at(at), expected == Successful, "{at}");
        assert_eq!(checks::validity::signer(Some(&certificate), at).result, expected, "{at}");
    }
}

#[test]
fn each_data_group_has_its_state() {
    let state = |inspection: &Inspection, number: u8| {
        let group = inspection.data_groups.iter().find(|group| group.file == FileId::Dg(number));
        group.unwrap().state
    };
    let genuine = changed(&MODERN, |_| {});
    assert_eq!(genuine.data_groups.len(), 16);
    for (number, expected) in
        [(1, DataGroupState::Identical), (14, DataGroupState::Identical), (3, DataGroupState::NotPresent)]
    {
        assert_eq!(state(&genuine, number), expected, "DG{number}");
    }
    let json = serde_json::to_value(&genuine).unwrap();
    assert_eq!(json["data_groups"][0], serde_json::json!({"file": "EF.DG1", "state": "identical"}));
    let altered = changed(&MODERN, |r| flip(r, FileId::Dg(2), last));
    assert_eq!(state(&altered, 2), DataGroupState::NotIdentical);
    let unsigned = changed(&MODERN, |r| drop(r.files.insert(FileId::Dg(7), vec![0x67, 0])));
    assert_eq!(state(&unsigned, 7), DataGroupState::NonConformance);
    let in_com = changed(&MODERN, |r| super::changes::com(r, |tags| tags.push(0x70)));
    assert_eq!(state(&in_com, 16), DataGroupState::NonConformance);
    let no_sod = changed(&MODERN, |r| drop(r.files.remove(&FileId::Sod)));
    assert_eq!((state(&no_sod, 1), state(&no_sod, 3)), (DataGroupState::Present, DataGroupState::NotPresent));
    let only_com = changed(&MODERN, |r| {
        r.files.remove(&FileId::Sod);
        r.files.remove(&FileId::Dg(11));
    });
    assert_eq!(state(&only_com, 11), DataGroupState::Present);
    for (reason, sw, expected) in [
        (UnreadReason::Refused, Some(0x6982), DataGroupState::Present),
        (UnreadReason::Refused, Some(0x6A82), DataGroupState::NonConformance),
        (UnreadReason::Malformed, None, DataGroupState::NonConformance),
        (UnreadReason::TooLarge, None, DataGroupState::Aborted),
        (UnreadReason::Policy, None, DataGroupState::Present),
    ] {
        let inspection = changed(&MODERN, |r| {
            r.files.remove(&FileId::Dg(11));
            r.unread.push(Unread { file: FileId::Dg(11), reason, sw });
        });
        assert_eq!(state(&inspection, 11), expected, "{reason:?}");
    }
    let lone = Subject::security_object(FileId::Sod, MODERN.reading.files[&FileId::Sod].clone());
    assert!(inspect(&lone, &MODERN.store, AT, Profile::Operational).data_groups.is_empty());
}

#[test]
fn a_file_of_any_number_must_be_the_one_that_was_signed() {
    let listed = |number| MODERN.reading.files.contains_key(&FileId::Dg(number));
    for (number, id) in (1..=16).zip(checks::data_group_hash::IDS) {
        let inspection = changed(&MODERN, |r| {
            let file = FileId::Dg(number);
            let tag = file.tag().unwrap();
            r.files.insert(file, vec![tag, 0]);
        });
        let expected = if listed(number) { "hash" } else { "not_in_sod" };
        assert_eq!((result(&inspection, id), code(find(&inspection, id))), (Failed, expected), "{id}");
        assert_eq!(result(&inspection, "data_groups"), Failed, "{id}");
    }
}

#[test]
fn the_year_of_expiry_is_told_from_the_signer_and_else_from_now() {
    // Document of two-digit year, seen at, expected year.
    for (year, seen, expected) in [
        ("31", date!(2021 - 11 - 22), 2031),
        ("36", date!(2021 - 11 - 22), 2036),
        ("37", date!(2021 - 11 - 22), 1937),
        ("20", date!(2021 - 11 - 22), 2020),
        ("99", date!(2021 - 11 - 22), 1999),
        ("14", date!(1999 - 12 - 31), 2014),
        ("15", date!(1999 - 12 - 31), 1915),
        ("02", date!(2090 - 01 - 01), 2102),
    ] {
        let line = format!("L898902C36UTO7408122F{year}04159ZE184226B<<<<<10");
        let mrz = Mrz::parse(&format!("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<{line}")).unwrap();
        let at = seen.midnight().assume_utc();
        assert_eq!(checks::expiry::date(&mrz, None, at).unwrap().year(), expected, "{year} at {seen}");
    }
    // Judged in 2060, a document of 2026 expires in 2036 and not in 2136: the signer's certificate says when it was made.
    let later = inspect(
        &Subject::from(&MODERN.reading),
        &MODERN.store,
        datetime!(2060-01-01 0:00 UTC),
        Profile::Operational,
    );
    assert_eq!(code(find(&later, "document.expiry")), "document_expired");
}

#[test]
fn states_and_organisations_are_compared_with_their_certificates() {
    let state = Forged::new();
    let root = forge::root(&state.root_key, ("UT", "CSCA"), 1);
    let judge = |code: &str, country: &'static str| {
        let text = format!(
            "P<{code:<<3}ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
        );
        let order =
            forge::Order { subject: (country, "DS"), ..forge::signer(&state.key, &root, ("UT", "DS")) };
        checks::issuing_state::check(Some(&Mrz::parse(&text).unwrap()), Some(&order.certificate()))
    };
    for (code, country) in [
        ("D", "DE"),
        ("FRA", "FR"),
        ("FRA", "fr"),
        ("EUE", "EU"),
        ("UNO", "UN"),
        ("UNA", "UN"),
        ("UNK", "UN"),
        ("GBD", "GB"),
        ("GBN", "GB"),
        ("GBO", "GB"),
        ("GBP", "GB"),
        ("GBS", "GB"),
        ("GBR", "GB"),
        ("RKS", "KS"),
        ("XOM", "XO"),
        ("HKG", "CN"),
        ("MAC", "CN"),
        ("HKG", "HK"),
        ("UTO", "UT"),
    ] {
        assert_eq!(judge(code, country), Finding::successful(), "{code} {country}");
    }
    for (code, country) in [
        ("D", "AT"),
        ("FRA", "CN"),
        ("EUE", "FR"),
        ("UNO", "CH"),
        ("GBD", "FR"),
        ("XOM", "IT"),
        ("CHN", "HK"),
    ] {
        assert_eq!(judge(code, country).result, Failed, "{code} {country}");
    }
    for code in ["XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XPO", "XES", "XMP", "XDC"] {
        let finding = judge(code, "FR");
        assert_eq!(
            (finding.result, finding.reason.unwrap().code),
            (Undetermined, "organisation_without_code"),
            "{code}"
        );
    }
    for code in ["XXA", "XXB", "XXC", "XXX", "ZZZ", "D<<D"] {
        let finding = judge(code.get(..3).unwrap(), "DE");
        if code.starts_with('D') {
            assert_eq!(finding, Finding::successful());
        } else {
            assert_eq!(
                (finding.result, finding.reason.unwrap().code),
                (Undetermined, "unknown_state"),
                "{code}"
            );
        }
    }
}
