//! Chip authentication in every group with every cipher, by key number and inferred; active authentication with every
//! trailer; and the reference passport of the BSI with its own keys, over BAC.

use crate::bench::{chip, make, mrz, preset, read};
use std::path::Path;
use titre::crypto::{DomainParameters, HashAlgorithm, PrivateKey, PublicKey, SessionCipher, iso9796};
use titre::lds::{
    ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo, Dg14, Dg15, EfCom, FileId, ID_CA, ID_PK, MrzKey,
    SecurityInfo, SecurityInfos,
};
use titre::protocol::Password;
use titre::specimen::{AccessKind, ActiveKey, AgreementKey, Algorithms, ChipData};

/// The chip of `data` with this key of chip authentication. DG14 names the protocol where `named`, and first a key on
/// another curve where `others`.
fn with_key(data: &ChipData, key: AgreementKey, named: bool, others: bool) -> ChipData {
    let mut data = data.clone();
    let way = key.protocol.split('.').nth_back(1).unwrap();
    let generator = key.parameters.generator();
    let public_key = generator.times(&key.secret().unwrap()).unwrap().to_spki();
    let mut infos = Vec::new();
    let mut info = |id: Option<u64>, public_key: Vec<u8>| {
        let protocol = format!("{ID_PK}.{way}");
        let info = ChipAuthenticationPublicKeyInfo { protocol, public_key, key_id: id };
        infos.push(SecurityInfo::ChipAuthenticationPublicKey(info));
    };
    let key_id = key.key_id.map(u64::from);
    info(key_id, public_key);
    if others {
        info(Some(1), generator.to_spki());
    }
    if named {
        let protocol = key.protocol.clone();
        infos.push(SecurityInfo::ChipAuthentication(ChipAuthenticationInfo { protocol, version: 1, key_id }));
    }
    let security_infos = SecurityInfos::of(infos).unwrap();
    data.files.insert(FileId::Dg(14), Dg14 { security_infos }.to_bytes());
    data.files.insert(FileId::Dg(2), titre::asn1::tlv::encode(0x75, &[0x5A; 300]));
    data.files.insert(FileId::Com, EfCom::lds_1_7(&[1, 2, 14].map(FileId::Dg)).to_bytes());
    data.chip_authentication = Some(key);
    data
}

fn key(suite: u8, id: u8, key_id: Option<u8>) -> AgreementKey {
    let parameters = DomainParameters::from_standardized_id(id).unwrap();
    let way = if matches!(parameters, DomainParameters::Modp(_)) { 1 } else { 2 };
    let cipher = SessionCipher::ALL[usize::from(suite) - 1];
    let protocol = format!("{ID_CA}.{way}.{suite}");
    AgreementKey { protocol, cipher, parameters, key_id, secret: vec![0x31, 0x41, 0x59] }
}

#[test]
fn chip_authentication_in_every_group_with_every_cipher() {
    let data = preset("first-generation", &[]);
    let mut runs = 0;
    for id in (0..=2).chain(8..=18) {
        for suite in 1..=4 {
            let data = with_key(&data, key(suite, id, None), true, false);
            let reading = read(&mut chip(&data), &mrz(&data)).unwrap();
            let evidence = reading.chip_authentication.unwrap();
            assert_eq!((evidence.witnessed, &evidence.failure), (true, &None), "{id} {suite}");
            assert_eq!(evidence.curve, DomainParameters::from_standardized_id(id).unwrap().name());
            assert_eq!(reading.files[&FileId::Dg(1)], data.files[&FileId::Dg(1)]);
            runs += 1;
        }
    }
    assert_eq!(runs, 14 * 4);
}

#[test]
fn a_key_is_named_where_the_chip_has_several_and_a_protocol_inferred_where_none_is() {
    let data = preset("first-generation", &[]);
    for id in [2, 13] {
        let several = with_key(&data, key(2, id, Some(7)), true, true);
        let evidence = read(&mut chip(&several), &mrz(&data)).unwrap().chip_authentication.unwrap();
        assert_eq!((evidence.witnessed, evidence.key_id), (true, Some(7)));
        let inferred = with_key(&data, key(1, id, None), false, false);
        let reading = read(&mut chip(&inferred), &mrz(&data)).unwrap();
        assert!(reading.chip_authentication.unwrap().witnessed);
        assert!(reading.quirks.iter().any(|quirk| quirk == "ca.inferred"), "{:?}", reading.quirks);
        // Another private key than that of DG14.
        let mut clone = several;
        clone.chip_authentication.as_mut().unwrap().secret = vec![9];
        assert!(!read(&mut chip(&clone), &mrz(&data)).unwrap().chip_authentication.unwrap().witnessed);
    }
}

#[test]
fn active_authentication_with_the_trailer_of_every_hash() {
    for hash in HashAlgorithm::ALL {
        let algorithms = Algorithms::parse(&format!("first-generation,aa=rsa-pkcs1:1280:{}", hash.name()));
        let data = make(algorithms.unwrap(), &[]);
        let evidence = read(&mut chip(&data), &mrz(&data)).unwrap().active_authentication.unwrap();
        let key = Dg15::parse(&data.files[&FileId::Dg(15)]).unwrap();
        let key = PublicKey::from_spki(&key.public_key).unwrap();
        assert_eq!(iso9796::verify(&key, &evidence.challenge, &evidence.signature), Ok(hash));
    }
}

/// EF.COM of the set does not list DG15, which it has all the same: it is listed here.
#[test]
fn the_reference_passport_of_the_bsi_over_bac_with_chip_and_active_authentication() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/bsi-reference");
    if !folder.is_dir() {
        eprintln!("SKIPPED the_reference_passport_of_the_bsi: {} is absent", folder.display());
        return;
    }
    let file = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let mut data = preset("first-generation", &[]);
    data.access = AccessKind::Bac;
    data.files.clear();
    for number in [1, 2, 3, 4, 14, 15] {
        data.files.insert(FileId::Dg(number), file(&format!("Datagroup{number}.bin")));
    }
    data.files.insert(FileId::Sod, file("EF_SOD.bin"));
    data.files.insert(FileId::Com, EfCom::lds_1_7(&[1, 2, 3, 4, 14, 15].map(FileId::Dg)).to_bytes());
    data.mrz = titre::lds::Dg1::parse(&data.files[&FileId::Dg(1)]).unwrap().mrz.to_row();
    let secret = PrivateKey::from_pkcs8_der(&file("DG14_sk.pkcs8")).unwrap();
    let secret = secret.as_ec().unwrap();
    data.chip_authentication = Some(AgreementKey {
        protocol: format!("{ID_CA}.2.1"),
        cipher: SessionCipher::TripleDes,
        parameters: DomainParameters::Curve(secret.curve()),
        key_id: None,
        secret: secret.expose().to_vec(),
    });
    let pkcs8 = file("DG15_sk.pkcs8");
    data.active_authentication = Some(ActiveKey { pkcs8, hash: HashAlgorithm::Sha1 });
    let password = Password::Mrz(MrzKey::new("C11T002JM", "960812", "231031").unwrap());
    let reading = read(&mut chip(&data), &password).unwrap();
    for number in [1, 2, 14, 15] {
        assert_eq!(reading.files[&FileId::Dg(number)], data.files[&FileId::Dg(number)]);
    }
    assert!([3, 4].iter().all(|number| !reading.files.contains_key(&FileId::Dg(*number))));
    let chip = reading.chip_authentication.unwrap();
    assert_eq!((chip.witnessed, chip.curve.as_str()), (true, "brainpoolP224r1"), "{:?}", chip.failure);
    let active = reading.active_authentication.unwrap();
    let key = Dg15::parse(&reading.files[&FileId::Dg(15)]).unwrap();
    let key = PublicKey::from_spki(&key.public_key).unwrap();
    let verified = iso9796::verify(&key, &active.challenge, &active.signature);
    assert_eq!(verified, Ok(HashAlgorithm::Sha1));
}
