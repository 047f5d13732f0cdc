//! What is changed in a right document, and the check that must see it.

use super::{ACTIVE, CHIP, flip, last, place};
use CheckResult::{Failed, NotSupported, Successful, Undetermined};
use titre::inspection::CheckResult;
use titre::lds::{EfCom, FileId};
use titre::session::{AccessProtocol, Reading, StepFailure};

pub type Change = fn(&mut Reading);

/// What is changed, the check that must see it, its result and reason.
pub const TABLE: &[(&str, Change, &str, CheckResult, &str)] = &[
    (
        "no EF.SOD",
        |r| drop(r.files.remove(&FileId::Sod)),
        "passive_authentication.sod.structure",
        Failed,
        "file_missing",
    ),
    (
        "EF.SOD cut",
        |r| r.files.get_mut(&FileId::Sod).unwrap().truncate(200),
        "passive_authentication.sod.structure",
        Failed,
        "malformed",
    ),
    (
        "signature flipped",
        |r| flip(r, FileId::Sod, last),
        "passive_authentication.sod.signature",
        Failed,
        "signature",
    ),
    (
        "a hash in EF.SOD changed",
        |r| {
            let at = place(&r.files[&FileId::Sod], &[0x02, 0x01, 0x02, 0x04, 0x20]) + 10;
            r.files.get_mut(&FileId::Sod).unwrap()[at] ^= 1;
        },
        "passive_authentication.sod.signed_attributes",
        Failed,
        "message_digest",
    ),
    (
        "content type changed",
        |r| {
            let at = place(&r.files[&FileId::Sod], &[0x06, 0x06, 0x67, 0x81, 0x08, 0x01, 0x01, 0x01]) + 7;
            r.files.get_mut(&FileId::Sod).unwrap()[at] = 2;
        },
        "passive_authentication.sod.signed_attributes",
        Failed,
        "content_type_not_signed",
    ),
    (
        "signing time changed",
        |r| {
            let sod = r.files.get_mut(&FileId::Sod).unwrap();
            let at = place(sod, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x05]) + 13;
            sod[at..at + 2].copy_from_slice(b"01");
        },
        "passive_authentication.validity_at_signing",
        Failed,
        "signed_outside_validity",
    ),
    (
        "key usage changed",
        |r| {
            let sod = r.files.get_mut(&FileId::Sod).unwrap();
            let at = place(sod, &[0x03, 0x02, 0x07, 0x80]);
            sod[at + 2..at + 4].copy_from_slice(&[0x01, 0x06]);
        },
        "passive_authentication.signer",
        Failed,
        "signer_key_usage",
    ),
    (
        "signer's certificate changed",
        |r| {
            let sod = r.files.get_mut(&FileId::Sod).unwrap();
            let at = place(sod, &[0x03, 0x02, 0x07, 0x80]);
            sod[at + 2..at + 4].copy_from_slice(&[0x00, 0x80]);
        },
        "passive_authentication.chain",
        Failed,
        "chain_signature",
    ),
    ("DG1 changed", |r| flip(r, FileId::Dg(1), last), "data_groups.dg1.hash", Failed, "hash"),
    ("DG2 changed", |r| flip(r, FileId::Dg(2), last), "data_groups.dg2.hash", Failed, "hash"),
    ("DG11 changed", |r| flip(r, FileId::Dg(11), last), "data_groups.dg11.hash", Failed, "hash"),
    ("DG14 changed", |r| flip(r, FileId::Dg(14), last), "data_groups.dg14.hash", Failed, "hash"),
    ("DG15 changed", |r| flip(r, FileId::Dg(15), last), "data_groups.dg15.hash", Failed, "hash"),
    (
        "DG1 not read",
        |r| drop(r.files.remove(&FileId::Dg(1))),
        "data_groups.dg1.hash",
        Undetermined,
        "not_read",
    ),
    (
        "DG2 not read",
        |r| drop(r.files.remove(&FileId::Dg(2))),
        "data_groups.dg2.hash",
        Undetermined,
        "not_read",
    ),
    (
        "DG11 not read",
        |r| drop(r.files.remove(&FileId::Dg(11))),
        "data_groups.dg11.hash",
        NotSupported,
        "not_read",
    ),
    (
        "a data group that nobody signed",
        |r| drop(r.files.insert(FileId::Dg(7), vec![0x67, 0])),
        "data_groups.dg7.hash",
        Failed,
        "not_in_sod",
    ),
    (
        "EF.COM hides DG15",
        |r| com(r, |tags| tags.retain(|tag| *tag != 0x6F)),
        "data_groups.com",
        Failed,
        "com_differs",
    ),
    ("EF.COM adds DG16", |r| com(r, |tags| tags.push(0x70)), "data_groups.com", Failed, "com_differs"),
    ("EF.COM adds a tag", |r| com(r, |tags| tags.push(0x71)), "data_groups.com", Failed, "com_unknown_tag"),
    (
        "EF.COM cut",
        |r| r.files.get_mut(&FileId::Com).unwrap().truncate(5),
        "data_groups.com",
        Failed,
        "malformed",
    ),
    ("no EF.COM", |r| drop(r.files.remove(&FileId::Com)), "data_groups.com", NotSupported, "no_com"),
    (
        "PACE offered, BAC used",
        |r| r.access.established.as_mut().unwrap().protocol = AccessProtocol::Bac,
        "access.protocol",
        Failed,
        "downgraded_to_bac",
    ),
    (
        "only unknown PACE offered, BAC used",
        |r| {
            r.access.established.as_mut().unwrap().protocol = AccessProtocol::Bac;
            r.access.pace_offered.iter_mut().for_each(|offer| offer.supported = false);
        },
        "access.protocol",
        NotSupported,
        "pace_variant_not_supported",
    ),
    (
        "nothing but BAC offered",
        |r| {
            r.access.established.as_mut().unwrap().protocol = AccessProtocol::Bac;
            r.access.pace_offered.clear();
        },
        "access.protocol",
        Successful,
        "",
    ),
    ("no access", |r| r.access.established = None, "access.protocol", Undetermined, "no_access"),
    (
        "EF.CardAccess changed",
        |r| flip(r, FileId::CardAccess, last),
        "access.card_access",
        Failed,
        "card_access_differs",
    ),
    (
        "EF.CardAccess hidden",
        |r| drop(r.files.remove(&FileId::CardAccess)),
        "access.card_access",
        Failed,
        "card_access_hidden",
    ),
    (
        "answer of active authentication changed",
        |r| *r.active_authentication.as_mut().unwrap().signature.last_mut().unwrap() ^= 1,
        ACTIVE,
        Failed,
        "chip_signature",
    ),
    (
        "challenge of active authentication changed",
        |r| r.active_authentication.as_mut().unwrap().challenge[0] ^= 1,
        ACTIVE,
        Failed,
        "chip_signature",
    ),
    (
        "active authentication refused",
        |r| r.active_authentication.as_mut().unwrap().failure = Some(refusal()),
        ACTIVE,
        Failed,
        "chip_gave_no_proof",
    ),
    ("no active authentication", |r| r.active_authentication = None, ACTIVE, Undetermined, "not_performed"),
    ("DG15 removed", |r| drop(r.files.remove(&FileId::Dg(15))), ACTIVE, Failed, "key_file_missing"),
    ("DG15 changed, active", |r| flip(r, FileId::Dg(11), last), ACTIVE, Successful, ""),
    ("EF.SOD forged, active", |r| flip(r, FileId::Sod, last), ACTIVE, Failed, "key_file_not_authentic"),
    ("DG14 removed", |r| drop(r.files.remove(&FileId::Dg(14))), CHIP, Failed, "key_file_missing"),
    ("no chip authentication", |r| r.chip_authentication = None, CHIP, Undetermined, "not_performed"),
    (
        "chip authentication not witnessed",
        |r| {
            let evidence = r.chip_authentication.as_mut().unwrap();
            evidence.witnessed = false;
            evidence.failure = Some(refusal());
        },
        CHIP,
        Failed,
        "chip_gave_no_proof",
    ),
    (
        "chip authentication with another key",
        |r| *r.chip_authentication.as_mut().unwrap().chip_public_key.last_mut().unwrap() ^= 1,
        CHIP,
        Failed,
        "key_not_in_dg14",
    ),
    (
        "chip authentication with another protocol",
        |r| r.chip_authentication.as_mut().unwrap().protocol.push_str(".1"),
        CHIP,
        Failed,
        "key_not_in_dg14",
    ),
    ("EF.SOD forged, chip", |r| flip(r, FileId::Sod, last), CHIP, Failed, "key_file_not_authentic"),
    (
        "DG1 not read, State",
        |r| drop(r.files.remove(&FileId::Dg(1))),
        "document.issuing_state",
        Undetermined,
        "no_mrz",
    ),
    (
        "DG1 not read, expiry",
        |r| drop(r.files.remove(&FileId::Dg(1))),
        "document.expiry",
        Undetermined,
        "no_mrz",
    ),
    (
        "another State in the MRZ",
        |r| {
            let dg1 = r.files.get_mut(&FileId::Dg(1)).unwrap();
            let at = place(dg1, b"UTO");
            dg1[at..at + 3].copy_from_slice(b"FRA");
        },
        "document.issuing_state",
        Failed,
        "state_differs",
    ),
    (
        "an unknown State in the MRZ",
        |r| {
            let dg1 = r.files.get_mut(&FileId::Dg(1)).unwrap();
            let at = place(dg1, b"UTO");
            dg1[at..at + 3].copy_from_slice(b"QQQ");
        },
        "document.issuing_state",
        Undetermined,
        "unknown_state",
    ),
];

pub fn com(reading: &mut Reading, change: impl FnOnce(&mut Vec<u8>)) {
    let bytes = reading.files.get_mut(&FileId::Com).unwrap();
    let mut com = EfCom::parse(bytes).unwrap();
    change(&mut com.tags);
    *bytes = com.to_bytes();
}

pub fn refusal() -> StepFailure {
    StepFailure { step: "test".to_owned(), sw: Some(0x6982), reason: "refused".to_owned() }
}
