//! The LDS room against documents that the project did not make. The material stands outside the repository,
//! in `../shared/data`; where it is absent each test says so by name and passes.

use std::path::{Path, PathBuf};
use titre::crypto::HashAlgorithm;
use titre::lds::{
    Agreement, Dg1, Dg2, Dg11, Dg12, Dg14, Dg15, EfCom, FileId, LdsSecurityObject, Mapping, MediaType,
    SecurityInfo, SecurityInfos, Suite, face_block, face_record,
};

fn material(test: &str, folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(folder);
    if !path.is_dir() {
        eprintln!("SKIPPED {test}: {} is absent", path.display());
        return None;
    }
    Some(path)
}

fn read(folder: &Path, file: &str) -> Vec<u8> {
    std::fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The eContent of a CMS SignedData, found by the content type's identifier: enough for a test.
fn security_object(sod: &[u8]) -> LdsSecurityObject {
    let identifier = [0x06, 0x06, 0x67, 0x81, 0x08, 0x01, 0x01, 0x01];
    let at = sod.windows(8).position(|window| window == identifier).expect("content type") + 8;
    let (explicit, _) = titre::asn1::tlv::read(&sod[at..]).unwrap();
    let content = titre::asn1::tlv::read_only(0x04, explicit.value).unwrap();
    LdsSecurityObject::parse(content.value).unwrap()
}

#[test]
fn the_reference_passport_of_the_bsi() {
    let Some(folder) = material("the_reference_passport_of_the_bsi", "bsi-reference") else { return };
    let com = EfCom::parse(&read(&folder, "EF_COM.bin")).unwrap();
    assert_eq!(com.to_bytes(), read(&folder, "EF_COM.bin"));
    let groups: Vec<_> = com.data_groups().collect();
    assert_eq!(groups, [1, 2, 3, 4, 14].map(FileId::Dg));

    let dg1 = read(&folder, "Datagroup1.bin");
    let zone = Dg1::parse(&dg1).unwrap();
    assert!(zone.mrz.wrong_check_digits().is_empty());
    assert_eq!(zone.mrz.issuing_state, "D");
    assert_eq!(zone.mrz.mrz_key().unwrap().information(), "C11T002JM496081222310314");
    assert_eq!(zone.to_bytes(), dg1);

    let dg2 = Dg2::parse(&read(&folder, "Datagroup2.bin")).unwrap();
    assert_eq!((dg2.faces.len(), dg2.faces[0].media_type), (1, MediaType::Jp2));

    let infos = Dg14::parse(&read(&folder, "Datagroup14.bin")).unwrap();
    assert_eq!(infos.to_bytes(), read(&folder, "Datagroup14.bin"));
    let ca = infos.security_infos.chip_authentication().next().unwrap();
    assert_eq!(ca.algorithm(), Some((Agreement::Ecdh, Suite::TripleDes)));
    assert_eq!(infos.security_infos.chip_authentication_keys().count(), 1);
    let dg15 = Dg15::parse(&read(&folder, "Datagroup15.bin")).unwrap();
    assert_eq!(dg15.public_key, read(&folder, "DG15_pk.bin"));

    let object = security_object(&read(&folder, "EF_SOD.bin"));
    for (number, hash) in &object.hashes {
        let file = read(&folder, &format!("Datagroup{number}.bin"));
        assert_eq!(&object.hash.digest(&file), hash, "DG{number}");
    }
    assert_eq!(object.hashes.len(), 5);
}

#[test]
fn an_older_passport_of_the_bsi_and_one_of_the_netherlands() {
    let test = "an_older_passport_of_the_bsi_and_one_of_the_netherlands";
    if let Some(folder) = material(test, "bsi-2008") {
        assert!(Dg1::parse(&read(&folder, "Datagroup1.bin")).unwrap().mrz.wrong_check_digits().is_empty());
        assert_eq!(Dg2::parse(&read(&folder, "Datagroup2.bin")).unwrap().faces[0].media_type, MediaType::Jp2);
        let object = security_object(&read(&folder, "EF_SOD.bin"));
        for number in [1u8, 2, 3, 14] {
            let file = read(&folder, &format!("Datagroup{number}.bin"));
            assert_eq!(object.hash.digest(&file), object.hashes[&number], "DG{number}");
        }
    }
    if let Some(folder) = material(test, "nl-test-2006") {
        let com = EfCom::parse(&read(&folder, "ef011E.bin")).unwrap();
        assert_eq!(com.data_groups().collect::<Vec<_>>(), [FileId::Dg(1), FileId::Dg(2), FileId::Dg(15)]);
        let zone = Dg1::parse(&read(&folder, "ef0101.bin")).unwrap().mrz;
        assert!(zone.wrong_check_digits().is_empty());
        assert_eq!(zone.optional_data.disclose(), &["123456789".to_owned()]);
        assert_eq!(Dg2::parse(&read(&folder, "ef0102.bin")).unwrap().faces.len(), 1);
        assert!(Dg15::parse(&read(&folder, "ef010F.bin")).is_ok());
        let object = security_object(&read(&folder, "ef011D.bin"));
        assert_eq!((object.version, object.hash), (0, HashAlgorithm::Sha256));
        for number in [1u8, 2, 15] {
            let file = read(&folder, &format!("ef01{number:02X}.bin"));
            assert_eq!(object.hash.digest(&file), object.hashes[&number], "DG{number}");
        }
    }
}

#[test]
fn samples_of_single_files() {
    let Some(folder) = material("samples_of_single_files", "lds-samples") else { return };
    let dg11 = Dg11::parse(&read(&folder, "EF_DG11.bin")).unwrap();
    assert_eq!(dg11.full_name.unwrap().disclose(), "Doe John");
    assert_eq!(dg11.other_names[0].disclose(), "William");
    let birth = dg11.date_of_birth.unwrap().into_disclosed();
    assert_eq!(birth.to_text(), "19700101", "BCD");
    assert_eq!(dg11.place_of_birth.unwrap().disclose(), "TEST<TEST");
    let dg12 = Dg12::parse(&read(&folder, "EF_DG12.bin")).unwrap();
    assert_eq!(dg12.issuing_authority.as_deref(), Some("TEST"));
    assert_eq!(dg12.date_of_issue.unwrap().to_text(), "20240101");
    assert_eq!(dg12.personalised_at.as_deref(), Some("20240101123059"));

    let dg14 = Dg14::parse(&read(&folder, "spec_sample_encoded_dg14.bin")).unwrap();
    assert_eq!(dg14.to_bytes(), read(&folder, "spec_sample_encoded_dg14.bin"));
    let ca = dg14.security_infos.chip_authentication().next().unwrap();
    assert_eq!(ca.algorithm(), Some((Agreement::Dh, Suite::TripleDes)));
    for file in ["dg2_silver_all_fields.bin", "dg2_silver_mandatory_fields.bin"] {
        let dg2 = Dg2::parse(&read(&folder, file)).unwrap();
        assert_eq!(dg2.faces[0].bytes.disclose(), &read(&folder, "silver.jp2"), "{file}");
    }
}

#[test]
fn a_face_record_gives_the_very_bytes_of_its_image() {
    let test = "a_face_record_gives_the_very_bytes_of_its_image";
    let Some(folder) = material(test, "iso39794/gmrtd_iso19794_test_data") else { return };
    let faces = face_record::parse(&read(&folder, "ISO19794_Test1_Data.bin")).unwrap();
    assert_eq!(faces[0].bytes.disclose(), &read(&folder, "ISO19794_Test1_Face.jpg"));
    assert_eq!((faces[0].media_type, faces[0].width, faces[0].height), (MediaType::Jpeg, 148, 70));
    let faces = face_record::parse(&read(&folder, "ISO19794_Test2_Data_InvalidImage.bin")).unwrap();
    assert_eq!(faces[0].media_type, MediaType::Unknown);
}

#[test]
fn the_samples_of_iso_39794_give_the_very_bytes_of_their_image() {
    let test = "the_samples_of_iso_39794_give_the_very_bytes_of_their_image";
    let Some(folder) = material(test, "iso39794") else { return };
    for file in ["ICAO_39794_5_AP_DG2_AllFields.dat", "ICAO_39794_5_AP_DG2_MandFields.dat"] {
        let dg2 = Dg2::parse(&read(&folder, file)).unwrap();
        assert_eq!(dg2.faces.len(), 1);
        assert_eq!(dg2.faces[0].bytes.disclose(), &read(&folder, "ICAO_39794_5_AP_DG2_Face.jpg"), "{file}");
    }
    let samples = folder.join("gmrtd_iso39794_test_data");
    for (file, image) in [
        ("ICAO_39794_5_AP_AllFields.dat", true),
        ("ICAO_39794_5_AP_MandFields.dat", true),
        ("ICAO_39794_5_AP_MandFields_InvalidImage.dat", false),
    ] {
        let block = read(&samples, file);
        let block = titre::asn1::tlv::read_only(0xA1, &block).unwrap();
        let faces = face_block::parse(block.value).unwrap();
        let expected = read(&samples, "ICAO_39794_5_AP_Face.jpg");
        assert_eq!(faces[0].bytes.disclose() == &expected, image, "{file}");
    }
    let Some(folder) = material(test, "lds-samples") else { return };
    assert_eq!(face_block::parse(&read(&folder, "sample-39794-5-ed-1-v1.der")).unwrap().len(), 1);
}

#[test]
fn the_card_access_of_a_german_card() {
    let Some(folder) = material("the_card_access_of_a_german_card", "npa-2010") else { return };
    let file = read(&folder, "EF.CardAccess.bin");
    let infos = SecurityInfos::parse(&file).unwrap();
    assert_eq!(infos.to_bytes(), file);
    let pace = infos.pace().next().unwrap();
    assert_eq!(pace.algorithm(), Some((Agreement::Ecdh, Mapping::Generic, Suite::Aes128)));
    assert_eq!((pace.version, pace.parameter_id), (2, Some(13)));
    let keys: Vec<_> = infos.chip_authentication().map(|ca| (ca.version, ca.key_id)).collect();
    assert_eq!(keys, [(2, Some(0x41)), (2, Some(0x45))]);
    assert!(!infos.infos().any(|info| matches!(info, SecurityInfo::Malformed { .. })));
}
