//! Specimen documents: what is signed verifies, for this program's own code and for openssl, the files read back,
//! and the same seed and time give the same bytes.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use time::OffsetDateTime;
use time::macros::datetime;
use titre::asn1::tlv;
use titre::crypto::{GroupElement, PublicKey, SignatureScheme, signature};
use titre::lds::{Dg1, Dg2, Dg11, Dg14, Dg15, EfCom, FileId, MediaType, SecurityInfos};
use titre::specimen::{
    Algorithms, ChipData, DocumentKind, KeyKind, Order, PRESETS, Quirk, Specimen, SpecimenChip, SpecimenError,
};

const AT: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

fn portrait() -> Vec<u8> {
    let mut portrait = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut portrait)
        .encode(&[200; 30 * 40 * 3], 30, 40, image::ExtendedColorType::Rgb8)
        .unwrap();
    portrait
}

fn make(kind: DocumentKind, algorithms: &str, quirks: &[Quirk], seed: u64) -> Specimen {
    Specimen::make(&Order {
        seed,
        kind,
        algorithms: Algorithms::parse(algorithms).unwrap(),
        quirks: quirks.iter().copied().collect::<BTreeSet<_>>(),
        at: AT,
        portrait: &portrait(),
    })
    .unwrap()
}

/// A certificate's signed part, algorithm, key and signature.
fn certificate(der: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>) {
    let outer = tlv::read_only(0x30, der).unwrap();
    let [tbs, algorithm, signature] = tlv::children(outer.value).unwrap().try_into().unwrap();
    let key = tlv::children(tbs.value).unwrap()[6].raw.to_vec();
    (tbs.raw.to_vec(), algorithm.raw.to_vec(), key, signature.value[1..].to_vec())
}

fn signed_by(subject: &[u8], issuer: &[u8]) -> bool {
    let (tbs, algorithm, _, made) = certificate(subject);
    let key = PublicKey::from_spki(&certificate(issuer).2).unwrap();
    let scheme = SignatureScheme::from_algorithm_identifier(&algorithm, None).unwrap();
    signature::verify(&key, &scheme, &tbs, &made).is_ok()
}

#[test]
fn files_read_back_for_every_set_of_algorithms_and_both_kinds() {
    for preset in &PRESETS {
        for kind in [DocumentKind::Td3, DocumentKind::Td1] {
            let specimen = make(kind, preset.name, &[], 3);
            let files = &specimen.chip.files;
            let dg = |number| &files[&FileId::Dg(number)];
            assert_eq!(Dg1::parse(dg(1)).unwrap().mrz, specimen.holder.mrz);
            let face = Dg2::parse(dg(2)).unwrap().faces.remove(0);
            assert_eq!((face.media_type, face.width, face.height), (MediaType::Jpeg, 30, 40));
            assert_eq!(face.bytes.disclose(), &portrait());
            assert_eq!(Dg11::parse(dg(11)).unwrap(), specimen.holder.details);
            let algorithms = preset.algorithms;
            let listed: Vec<_> = EfCom::parse(&files[&FileId::Com]).unwrap().data_groups().collect();
            assert!(listed.iter().all(|file| files.contains_key(file)));
            assert_eq!(listed.contains(&FileId::Dg(15)), algorithms.active_authentication.is_some());
            if let Some(signer) = algorithms.active_authentication {
                let key = PublicKey::from_spki(&Dg15::parse(dg(15)).unwrap().public_key).unwrap();
                assert_eq!(matches!(key, PublicKey::Rsa { .. }), matches!(signer.key, KeyKind::Rsa { .. }));
            }
            if let Some(agreement) = algorithms.chip_authentication {
                let infos = Dg14::parse(dg(14)).unwrap().security_infos;
                let key = infos.chip_authentication_keys().next().unwrap();
                let public = GroupElement::from_spki(&key.public_key).unwrap();
                let secret = specimen.chip.chip_authentication.as_ref().unwrap().secret().unwrap();
                assert_eq!(public, agreement.parameters.generator().times(&secret).unwrap());
                assert!(infos.chip_authentication().next().unwrap().algorithm().is_some());
            }
            let access = files.get(&FileId::CardAccess).map(|file| SecurityInfos::parse(file).unwrap());
            assert_eq!(access.is_some(), algorithms.access.pace());
            if let Some(access) = access {
                // What is offered without protection is what DG14 has signed.
                let signed = Dg14::parse(dg(14)).unwrap().security_infos;
                assert!(access.pace().all(|offer| signed.pace().any(|other| other == offer)));
            }
            assert!(signed_by(&specimen.csca, &specimen.csca), "{}", preset.name);
            assert!(signed_by(&specimen.document_signer, &specimen.csca), "{}", preset.name);
            assert!(!signed_by(&specimen.csca, &specimen.document_signer));
        }
    }
}

#[test]
fn the_same_seed_and_time_give_the_same_bytes_and_others_do_not() {
    for name in ["modern", "rsa"] {
        let (one, two) = (make(DocumentKind::Td3, name, &[], 5), make(DocumentKind::Td3, name, &[], 5));
        assert_eq!(one.chip.to_json().unwrap(), two.chip.to_json().unwrap());
        assert_eq!((&one.csca, &one.master_list), (&two.csca, &two.master_list));
    }
    let (one, other) = (make(DocumentKind::Td3, "modern", &[], 5), make(DocumentKind::Td3, "modern", &[], 6));
    assert_ne!(one.chip.mrz, other.chip.mrz);
    assert_ne!(one.csca, other.csca);
}

#[test]
fn a_broken_chip_file_is_refused() {
    let good = make(DocumentKind::Td1, "modern", &[Quirk::PaceBroken], 1).chip.to_json().unwrap();
    let read = ChipData::from_json(&good).unwrap();
    assert_eq!(read.to_json().unwrap(), good);
    let text = String::from_utf8(good).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        ChipData::from_json(text.replacen(from, to, 1).as_bytes()).unwrap_err()
    };
    let can = format!("\"can\": \"{}\"", read.can);
    let secret = hex::encode(&read.chip_authentication.as_ref().unwrap().secret);
    for error in [
        changed("titre.specimen-chip/1", "titre.specimen-chip/2"),
        changed(&can, "\"can\": \"12345\""),
        changed(&read.mrz, &read.mrz[1..]),
        changed("\"access\": \"pace+bac\"", "\"access\": \"bac\""),
        changed("pace-broken", "pace-mended"),
        changed("EF.SOD", "EF.SOX"),
        changed(&secret, &"ff".repeat(secret.len() / 2)),
        changed("{", "["),
    ] {
        assert!(!error.to_string().contains(&read.mrz[..10]), "{error}");
    }
    let missing = SpecimenChip::load(Path::new("/nonexistent")).err().unwrap();
    assert!(matches!(missing, SpecimenError::File { .. }));
}

#[test]
fn what_is_no_portrait_is_refused() {
    for bytes in [&b""[..], b"\xFF\xD8", b"\xFF\xD8\xFF\xE0\x00\x00\xFF\xE0\x00\x00", b"GIF89a"] {
        let order = Order {
            seed: 1,
            kind: DocumentKind::Td3,
            algorithms: Algorithms::default(),
            quirks: BTreeSet::new(),
            at: AT,
            portrait: bytes,
        };
        assert!(matches!(Specimen::make(&order), Err(SpecimenError::Portrait)), "{bytes:X?}");
    }
}

/// The crates `cms`, `der` and `x509-cert` read strict DER, and write it back the same.
#[test]
fn another_reader_finds_strict_der_in_ef_sod_and_master_list() {
    use cms::content_info::ContentInfo;
    use cms::signed_data::SignedData;
    use der::{Decode, Encode};
    for preset in &PRESETS {
        let specimen = make(DocumentKind::Td3, preset.name, &[], 5);
        let sod = &specimen.chip.files[&FileId::Sod];
        for object in [tlv::read_only(0x77, sod).unwrap().value, &specimen.master_list] {
            let info = ContentInfo::from_der(object).unwrap();
            assert_eq!(info.to_der().unwrap(), object, "{}", preset.name);
            let signed: SignedData = info.content.decode_as().unwrap();
            assert_eq!(signed.signer_infos.0.len(), 1);
            assert_eq!(signed.to_der().unwrap(), info.content.to_der().unwrap(), "{}", preset.name);
        }
        for der in [&specimen.csca, &specimen.document_signer, &specimen.master_list_signer] {
            let certificate = x509_cert::Certificate::from_der(der).unwrap();
            assert_eq!(&certificate.to_der().unwrap(), der, "{}", preset.name);
        }
    }
}

fn openssl(folder: &Path, args: &[&str]) -> (bool, String) {
    let out = Command::new("openssl").current_dir(folder).args(args).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (out.status.success(), text)
}

#[test]
fn openssl_reads_and_verifies_certificates_ef_sod_and_master_list() {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("SKIPPED openssl_reads_and_verifies_certificates_ef_sod_and_master_list: no openssl");
        return;
    }
    let at = AT.unix_timestamp().to_string();
    for preset in &PRESETS {
        let specimen = make(DocumentKind::Td3, preset.name, &[], 4);
        let folder = tempfile::tempdir().unwrap();
        let sod = &specimen.chip.files[&FileId::Sod];
        let cms = tlv::read_only(0x77, sod).unwrap().value;
        for (name, bytes) in [
            ("csca.der", &specimen.csca[..]),
            ("ds.der", &specimen.document_signer),
            ("mls.der", &specimen.master_list_signer),
            ("sod.cms", cms),
            ("list.cms", &specimen.master_list),
        ] {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let run = |args: &[&str]| {
            let (ok, text) = openssl(folder.path(), args);
            assert!(ok, "{}: openssl {}: {text}", preset.name, args.join(" "));
            text
        };
        for name in ["csca", "ds", "mls"] {
            let (der, pem) = (format!("{name}.der"), format!("{name}.pem"));
            run(&["x509", "-inform", "DER", "-in", &der, "-out", &pem]);
            let text = run(&["x509", "-in", &pem, "-noout", "-text"]);
            for part in ["C = UT", "DirName:/L=UTO", "Private Key Usage Period", "Authority Key Identifier"] {
                assert!(text.contains(part), "{name}: {part}: {text}");
            }
            assert_eq!(text.contains("CA:TRUE, pathlen:0"), name == "csca");
            assert_eq!(text.contains("Digital Signature"), name != "csca");
        }
        // The signatures over the content, and not the chain: openssl refuses explicit parameters in chains.
        run(&["cms", "-verify", "-inform", "DER", "-in", "sod.cms", "-noverify", "-out", "object.der"]);
        run(&["cms", "-verify", "-inform", "DER", "-in", "list.cms", "-noverify", "-out", "list.der"]);
        let object = std::fs::read(folder.path().join("object.der")).unwrap();
        let object = titre::lds::LdsSecurityObject::parse(&object).unwrap();
        for (number, hash) in &object.hashes {
            assert_eq!(&object.hash.digest(&specimen.chip.files[&FileId::Dg(*number)]), hash, "DG{number}");
        }
        let explicit = |key| matches!(key, KeyKind::Ec { explicit: true, .. });
        let algorithms = preset.algorithms;
        if !explicit(algorithms.csca.key) && !explicit(algorithms.document_signer.key) {
            // Openssl thinks too little of SHA-1 and of RSA with less than 2048 bits at its default level.
            let common = ["-CAfile", "csca.pem", "-purpose", "any", "-attime", &at, "-auth_level", "0"];
            run(&[&["verify", "-check_ss_sig"][..], &common, &["ds.pem"]].concat());
            let cms = ["cms", "-verify", "-inform", "DER", "-in", "sod.cms", "-out", "object.der"];
            run(&[&cms[..], &common].concat());
            let other = make(DocumentKind::Td3, preset.name, &[], 9);
            std::fs::write(folder.path().join("other.der"), other.csca).unwrap();
            run(&["x509", "-inform", "DER", "-in", "other.der", "-out", "csca.pem"]);
            assert!(!openssl(folder.path(), &[&cms[..], &common].concat()).0, "another CSCA");
        }
    }
}

#[test]
fn the_command_writes_the_same_folder_twice_and_replaces_nothing() {
    let place = tempfile::tempdir().unwrap();
    let make = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("titre").unwrap();
        command.current_dir(place.path()).args([
            "--at",
            "2026-11-22T12:00:00Z",
            "--lang",
            "en",
            "specimen",
            "make",
        ]);
        command.args(arguments).assert()
    };
    make(&["-o", "one", "--seed", "7", "--document", "td1", "--quirk", "le-6cxx"]).success();
    make(&["-o", "two", "--seed", "7", "--document", "td1", "--quirk", "le-6cxx"]).success();
    let mut names: Vec<_> = std::fs::read_dir(place.path().join("one"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names.len(), 16, "{names:?}");
    for name in &names {
        let read = |folder: &str| std::fs::read(place.path().join(folder).join(name)).unwrap();
        assert_eq!(read("one"), read("two"), "{name:?}");
    }
    assert!(SpecimenChip::load(&place.path().join("one")).is_ok());
    make(&["-o", "one"]).code(34);
    make(&["-o", "three", "--quirk", "unheard-of"]).code(2);
    make(&["-o", "three", "--algorithms", "modern,pace=rot13:P-256"]).code(2);
    assert!(!place.path().join("three").exists());
}
