//! Every way of changing a document, each with its own reason; and bytes that are no document at all.

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;
use titre::attestation::AttestationError;
use titre::attestation::status::StatusReference;

type Change = fn(&mut Value);

/// The document with one of its parts changed.
fn changed(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut document = cbor::parse(bytes).unwrap();
    change(&mut document);
    cbor::encode(&document)
}

/// Changes what stands in a tag 24.
fn within(value: &mut Value, change: impl FnOnce(&mut Value)) {
    let mut inner = opened(value);
    change(&mut inner);
    *value = embed(cbor::encode(&inner));
}

/// The items of a namespace.
fn items<'a>(document: &'a mut Value, namespace: &str) -> &'a mut Vec<Value> {
    at(at(document, "nameSpaces"), namespace).as_array_mut().unwrap()
}

fn set(value: &mut Value, name: &str, to: impl Into<Value>) {
    *at(value, name) = to.into();
}

fn part(document: &mut Value, number: usize) -> &mut Value {
    &mut at(document, "issuerAuth").as_array_mut().unwrap()[number]
}

/// Changes the protected header or the mobile security object, and signs anew with the issuer's own key.
fn resigned(bench: &Bench, bytes: &[u8], change: impl FnOnce(&mut Value), protected: &[u8]) -> Vec<u8> {
    changed(bytes, |document| {
        let mut payload = cbor::parse(part(document, 2).as_bytes().unwrap()).unwrap();
        within(&mut payload, change);
        let payload = cbor::encode(&payload);
        *part(document, 3) = signature(&bench.key(), protected, &payload);
        *part(document, 2) = Value::Bytes(payload);
        *part(document, 0) = Value::Bytes(protected.to_vec());
    })
}

const ES256: &[u8] = &[0xA1, 0x01, 0x26];

#[test]
fn what_is_changed_after_signing_is_refused() {
    let bench = Bench::new(1);
    let bytes = bench.mdoc().to_bytes();
    let cases: [(&str, &str, &str, Change); 17] = [
        ("value", "attestation.disclosures", "disclosure.unreferenced", |document| {
            within(&mut items(document, NAMESPACE_ISO)[0], |item| set(item, "elementValue", "Other"));
        }),
        ("name", "attestation.disclosures", "disclosure.unreferenced", |document| {
            within(&mut items(document, NAMESPACE_ISO)[0], |item| set(item, "elementIdentifier", "other"));
        }),
        ("random", "attestation.disclosures", "disclosure.unreferenced", |document| {
            within(&mut items(document, NAMESPACE_ISO)[0], |item| {
                set(item, "random", Value::Bytes(vec![0; 32]))
            });
        }),
        ("too little random", "attestation.disclosures", "disclosure.malformed", |document| {
            within(&mut items(document, NAMESPACE_ISO)[0], |item| {
                set(item, "random", Value::Bytes(vec![0; 15]))
            });
        }),
        ("digest identifier", "attestation.disclosures", "disclosure.unreferenced", |document| {
            within(&mut items(document, NAMESPACE_ISO)[0], |item| set(item, "digestID", 999));
        }),
        ("a decoy for an element", "attestation.disclosures", "disclosure.unreferenced", |document| {
            // Every identifier below 16 has a digest; one that no element has is a decoy's.
            let used: Vec<Value> = items(document, NAMESPACE_ISO)
                .iter()
                .map(|item| at(&mut opened(item), "digestID").clone())
                .collect();
            let decoy = (0..16).map(Value::from).find(|id| !used.contains(id)).unwrap();
            within(&mut items(document, NAMESPACE_ISO)[0], |item| set(item, "digestID", decoy));
        }),
        ("an identifier used twice", "attestation.disclosures", "disclosure.twice", |document| {
            let item = items(document, NAMESPACE_ISO)[0].clone();
            items(document, NAMESPACE_ISO).push(item);
        }),
        ("another namespace", "attestation.disclosures", "disclosure.unreferenced", |document| {
            let item = items(document, NAMESPACE_ISO).remove(0);
            *items(document, NAMESPACE_PHOTO_ID) = vec![item];
        }),
        ("a namespace of its own", "attestation.disclosures", "disclosure.unreferenced", |document| {
            let item = items(document, NAMESPACE_ISO).remove(0);
            at(document, "nameSpaces").as_map_mut().unwrap().push(("other".into(), Value::Array(vec![item])));
        }),
        ("no CBOR in an element", "attestation.disclosures", "disclosure.malformed", |document| {
            items(document, NAMESPACE_ISO)[0] = embed(vec![0xFF]);
        }),
        ("a member twice in an element", "attestation.disclosures", "disclosure.malformed", |document| {
            within(&mut items(document, NAMESPACE_ISO)[0], |item| {
                item.as_map_mut().unwrap().push(("elementValue".into(), "Other".into()));
            });
        }),
        ("signed content", "attestation.signature", "signature.invalid", |document| {
            let payload = part(document, 2).as_bytes_mut().unwrap();
            *payload.last_mut().unwrap() ^= 1;
        }),
        ("no content", "attestation.signature", "payload.malformed", |document| {
            *part(document, 2) = Value::Null;
        }),
        ("signature", "attestation.signature", "signature.invalid", |document| {
            part(document, 3).as_bytes_mut().unwrap()[40] ^= 1;
        }),
        ("algorithm", "attestation.signature", "header.algorithm", |document| {
            *part(document, 0) = Value::Bytes(vec![0xA1, 0x01, 0x38, 0x22]);
        }),
        ("no chain", "attestation.signature", "header.certificates", |document| {
            *part(document, 1) = Value::Map(vec![]);
        }),
        ("an array of one certificate", "attestation.signature", "header.certificates", |document| {
            let chain = &mut part(document, 1).as_map_mut().unwrap()[0].1;
            *chain = Value::Array(vec![chain.clone()]);
        }),
    ];
    for (what, check, reason, change) in cases {
        let found = bench.verify(&changed(&bytes, change));
        assert_eq!(refusal(&found), (check, reason), "{what}");
        assert!(found.claims.is_none(), "{what}: nothing unverified is told");
    }
    // Another test issuer's certificate in place of the signer's.
    let other = Bench::new(2).issuer.leaf().der().to_vec();
    let swapped = changed(&bytes, |document| {
        part(document, 1).as_map_mut().unwrap()[0].1 = Value::Bytes(other);
    });
    assert_eq!(refusal(&bench.verify(&swapped)), ("attestation.signature", "signature.invalid"));
}

#[test]
fn what_an_issuer_may_not_sign_is_refused() {
    let bench = Bench::new(1);
    let bytes = bench.mdoc().to_bytes();
    fn validity<'a>(mso: &'a mut Value, name: &str) -> &'a mut Value {
        at(at(mso, "validityInfo"), name)
    }
    fn date(text: &str) -> Value {
        Value::Tag(0, Box::new(text.into()))
    }
    fn remove(value: &mut Value, name: &str) {
        value.as_map_mut().unwrap().retain(|(key, _)| key.as_text() != Some(name));
    }
    let cases: [(&str, &str, &str, Change); 19] = [
        ("a real type", "attestation.type", "type.test_issuer_without_test_type", |mso| {
            set(mso, "docType", DOC_TYPE);
        }),
        ("another type", "attestation.type", "type.unknown", |mso| {
            set(mso, "docType", "org.iso.18013.5.1.mDL")
        }),
        ("no type", "attestation.disclosures", "payload.malformed", |mso| remove(mso, "docType")),
        ("version", "attestation.disclosures", "payload.malformed", |mso| set(mso, "version", "2.0")),
        ("digest algorithm", "attestation.disclosures", "payload.digest_algorithm", |mso| {
            set(mso, "digestAlgorithm", "SHA-512");
        }),
        ("no digests", "attestation.disclosures", "payload.malformed", |mso| remove(mso, "valueDigests")),
        ("a short digest", "attestation.disclosures", "payload.malformed", |mso| {
            let digests = at(at(mso, "valueDigests"), NAMESPACE_ISO).as_map_mut().unwrap();
            digests[0].1 = Value::Bytes(vec![1; 31]);
        }),
        ("a digest twice", "attestation.disclosures", "payload.digest_twice", |mso| {
            let digests = at(at(mso, "valueDigests"), NAMESPACE_ISO).as_map_mut().unwrap();
            digests[1].1 = digests[0].1.clone();
        }),
        ("too many digests", "attestation.disclosures", "token.too_large", |mso| {
            let digests = at(at(mso, "valueDigests"), NAMESPACE_ISO).as_map_mut().unwrap();
            digests.extend((1000..2100u64).map(|id| {
                let digest = [&id.to_be_bytes()[..], &[1; 24]].concat();
                (id.into(), Value::Bytes(digest))
            }));
        }),
        ("expired", "attestation.validity", "validity.expired", |mso| {
            *validity(mso, "validUntil") = date("2026-05-28T12:00:00Z");
        }),
        ("not yet", "attestation.validity", "validity.not_yet", |mso| {
            *validity(mso, "validFrom") = date("2026-05-28T12:02:00Z");
        }),
        ("no date", "attestation.validity", "validity.malformed", |mso| {
            *validity(mso, "validUntil") = date("tomorrow");
        }),
        ("a date without its tag", "attestation.validity", "validity.malformed", |mso| {
            *validity(mso, "validUntil") = "2027-05-28T12:00:00Z".into();
        }),
        ("before the certificate", "attestation.validity", "validity.outside_certificate", |mso| {
            *validity(mso, "signed") = date("2020-05-28T12:00:00Z");
        }),
        ("no holder's key", "attestation.holder_key", "holder_key.missing", |mso| {
            remove(at(mso, "deviceKeyInfo"), "deviceKey");
        }),
        ("a key off the curve", "attestation.holder_key", "holder_key.malformed", |mso| {
            let key = at(at(mso, "deviceKeyInfo"), "deviceKey").as_map_mut().unwrap();
            key[3].1 = key[2].1.clone();
        }),
        ("a key for another algorithm", "attestation.holder_key", "holder_key.malformed", |mso| {
            at(at(mso, "deviceKeyInfo"), "deviceKey").as_map_mut().unwrap().push((3.into(), (-35).into()));
        }),
        ("a status that is none", "attestation.status", "status.not_checked", |mso| {
            mso.as_map_mut().unwrap().push(("status".into(), Value::Map(vec![])));
        }),
        ("a certificate that speaks for another", "attestation.type", "type.issuer_name", |_| {}),
    ];
    for (what, check, reason, change) in cases {
        let changed = match what {
            "a certificate that speaks for another" => {
                let mut claims = bench.claims();
                claims.retain(|(name, _)| *name != "iss");
                claims.push(("iss", Claim::Plain(json!("https://other.example"))));
                issue(claims, &bench.issuer, &mut SeededEntropy::new("mdoc-salts", 1)).unwrap().to_bytes()
            }
            _ => resigned(&bench, &bytes, change, ES256),
        };
        assert_eq!(refusal(&bench.verify(&changed)), (check, reason), "{what}");
    }
    for (protected, reason) in [
        (&[0xA0][..], "header.algorithm"),
        (&[0xA2, 0x01, 0x26, 0x02, 0x81, 0x0A], "header.critical"),
        (&[0xA2, 0x01, 0x26, 0x18, 0x21, 0x40], "header.malformed"),
        (&[0x26], "header.malformed"),
    ] {
        let changed = resigned(&bench, &bytes, |_| {}, protected);
        assert_eq!(refusal(&bench.verify(&changed)), ("attestation.signature", reason), "{protected:02x?}");
    }
}

#[test]
fn elements_with_names_that_none_may_have_are_refused() {
    let bench = Bench::new(1);
    let bytes = bench.mdoc().to_bytes();
    // An element of titre's namespace gets another name, and its digest is signed.
    let named = |name: &str| {
        let mut digest = Vec::new();
        let bytes = changed(&bytes, |document| {
            let item = items(document, NAMESPACE)
                .iter_mut()
                .find(|item| at(&mut opened(item), "elementIdentifier").as_text() == Some("jti"))
                .unwrap();
            within(item, |item| set(item, "elementIdentifier", name));
            let id = at(&mut opened(item), "digestID").clone();
            digest =
                vec![(id, Value::Bytes(titre::crypto::HashAlgorithm::Sha256.digest(&cbor::encode(item))))];
        });
        let (id, value) = digest.pop().unwrap();
        let sign = |mso: &mut Value| {
            let digests = at(at(mso, "valueDigests"), NAMESPACE).as_map_mut().unwrap();
            digests.iter_mut().find(|(number, _)| *number == id).unwrap().1 = value;
        };
        refusal(&bench.verify(&resigned(&bench, &bytes, sign, ES256)))
    };
    assert_eq!(named("anything"), ("accepted", ""));
    for name in ["iat", "nbf", "exp", "vct", "cnf", "status"] {
        assert_eq!(named(name), ("attestation.disclosures", "disclosure.never_selective"), "{name}");
    }
    assert_eq!(named("issuing_country").1, "disclosure.conflict");
    assert_eq!(named("family_name").1, "disclosure.conflict", "of another namespace");
    assert_eq!(named("verified_claims.verification.assurance_level").1, "disclosure.conflict");
    assert_eq!(named("verified_claims.verification.evidence.0").1, "disclosure.conflict");
}

#[test]
fn a_status_list_is_looked_up() {
    let bench = Bench::new(1);
    let mut claims = bench.claims();
    let reference = StatusReference { uri: "https://issuer.example/status/1".to_owned(), index: 7 };
    claims.push(("status", Claim::Plain(reference.to_claim())));
    let mdoc = issue(claims, &bench.issuer, &mut SeededEntropy::new("mdoc-salts", 1)).unwrap();
    let mdoc = Attestation::parse(&mdoc.to_bytes()).unwrap();
    assert_eq!(refusal(&mdoc.verify(&bench.expect())), ("attestation.status", "status.not_checked"));
    for (state, expected) in [(0, ""), (1, "status.revoked"), (2, "status.suspended")] {
        let mut list = titre::attestation::status::StatusList::new(2, 16).unwrap();
        list.set(7, state).unwrap();
        let (ttl, end) = (Duration::hours(1), AT + Duration::days(7));
        let token =
            titre::attestation::status::publish(&list, &reference.uri, AT, ttl, end, &bench.issuer).unwrap();
        let found = mdoc.verify(&Expectations { status_list: Some(&token), ..bench.expect() });
        assert_eq!(refusal(&found).1, expected);
    }
}

#[test]
fn a_presentation_that_was_changed_is_refused() {
    let bench = Bench::new(1);
    let bytes = bench.present(&["age_over_18", "family_name"]);
    fn document(response: &mut Value) -> &mut Value {
        &mut at(response, "documents").as_array_mut().unwrap()[0]
    }
    fn device(response: &mut Value) -> &mut Value {
        at(document(response), "deviceSigned")
    }
    fn proof(response: &mut Value) -> &mut Vec<Value> {
        at(at(device(response), "deviceAuth"), "deviceSignature").as_array_mut().unwrap()
    }
    let cases: [(&str, &str, &str, Change); 9] = [
        ("type", "attestation.disclosures", "payload.doc_type", |response| {
            set(document(response), "docType", DOC_TYPE);
        }),
        ("signature", "attestation.key_binding", "key_binding.session", |response| {
            proof(response)[3].as_bytes_mut().unwrap()[5] ^= 1;
        }),
        ("time", "attestation.key_binding", "key_binding.session", |response| {
            within(at(device(response), "nameSpaces"), |spaces| {
                let later = Value::Tag(0, Box::new("2026-05-28T12:04:00Z".into()));
                set(at(spaces, NAMESPACE), "presented_at", later);
            });
        }),
        ("no time", "attestation.key_binding", "key_binding.session", |response| {
            *at(device(response), "nameSpaces") = embed(vec![0xA0]);
        }),
        ("a payload", "attestation.key_binding", "key_binding.malformed", |response| {
            proof(response)[2] = Value::Bytes(vec![]);
        }),
        ("algorithm", "attestation.key_binding", "key_binding.malformed", |response| {
            proof(response)[0] = Value::Bytes(vec![0xA1, 0x01, 0x05]);
        }),
        ("a MAC", "attestation.key_binding", "key_binding.malformed", |response| {
            let auth = at(device(response), "deviceAuth").as_map_mut().unwrap();
            auth[0].0 = "deviceMac".into();
        }),
        ("an element", "attestation.disclosures", "disclosure.unreferenced", |response| {
            let signed = at(document(response), "issuerSigned");
            within(&mut items(signed, NAMESPACE_ISO)[0], |item| set(item, "elementValue", false));
        }),
        (
            "an element of another document",
            "attestation.disclosures",
            "disclosure.unreferenced",
            |response| {
                let entropy = &mut SeededEntropy::new("mdoc-salts", 2);
                let other = issue(Bench::new(1).claims(), &Bench::new(1).issuer, entropy).unwrap();
                let mut other = cbor::parse(&other.to_bytes()).unwrap();
                let item = items(&mut other, NAMESPACE_PHOTO_ID).remove(0);
                let signed = at(document(response), "issuerSigned");
                let spaces = at(signed, "nameSpaces").as_map_mut().unwrap();
                spaces.push((NAMESPACE_PHOTO_ID.into(), Value::Array(vec![item])));
            },
        ),
    ];
    assert_eq!(refusal(&bench.verify_presented(&bytes, SHOP, AT)), ("accepted", ""));
    for (what, check, reason, change) in cases {
        let found = bench.verify_presented(&changed(&bytes, change), SHOP, AT);
        assert_eq!(refusal(&found), (check, reason), "{what}");
    }
    // By the standard, whoever carries a presentation may leave elements out; none can be put in.
    let fewer = changed(&bytes, |response| {
        let signed = at(document(response), "issuerSigned");
        items(signed, NAMESPACE_ISO).clear();
    });
    assert_eq!(bench.verify_presented(&fewer, SHOP, AT).disclosed, Vec::<String>::new());
}

/// The holder's key signs `spaces` as another wallet would.
fn proof_over(bench: &Bench, spaces: &Value) -> Vec<u8> {
    let info = Value::Array(vec![SHOP.name.into(), SHOP.nonce.into(), Value::Null, SHOP.name.into()]);
    let hash = titre::crypto::HashAlgorithm::Sha256.digest(&cbor::encode(&info));
    let handover = Value::Array(vec!["OpenID4VPHandover".into(), Value::Bytes(hash)]);
    let spaces = cbor::encode(spaces);
    let signed = cbor::encode(&embed(cbor::encode(&Value::Array(vec![
        "DeviceAuthentication".into(),
        Value::Array(vec![Value::Null, Value::Null, handover]),
        DOC_TYPE_TEST.into(),
        embed(spaces.clone()),
    ]))));
    changed(&bench.present(&[]), |response| {
        let document = &mut at(response, "documents").as_array_mut().unwrap()[0];
        let device = at(document, "deviceSigned");
        *at(device, "nameSpaces") = embed(spaces);
        let proof = at(at(device, "deviceAuth"), "deviceSignature").as_array_mut().unwrap();
        proof[3] = signature(bench.secret.signer(), ES256, &signed);
    })
}

#[test]
fn a_proof_of_another_wallet_is_understood() {
    let bench = Bench::new(1);
    let judged = |spaces: Value| refusal(&bench.verify_presented(&proof_over(&bench, &spaces), SHOP, AT)).1;
    let own = |elements: Vec<(Value, Value)>| Value::Map(vec![(NAMESPACE.into(), Value::Map(elements))]);
    let time = |text: &str| Value::Tag(0, Box::new(text.into()));
    assert_eq!(judged(own(vec![("presented_at".into(), time("2026-05-28T12:00:00Z"))])), "");
    assert_eq!(judged(own(vec![("presented_at".into(), time("2026-05-28T11:50:00Z"))])), "key_binding.time");
    assert_eq!(judged(own(vec![("presented_at".into(), "2026-05-28".into())])), "key_binding.malformed");
    assert_eq!(judged(Value::Map(vec![])), "key_binding.no_time");
    // What the issuer did not authorise the key for.
    assert_eq!(judged(own(vec![("family_name".into(), "Other".into())])), "key_binding.malformed");
    let foreign = Value::Map(vec![(NAMESPACE_ISO.into(), Value::Map(vec![]))]);
    assert_eq!(judged(foreign), "key_binding.malformed");
}

#[test]
fn what_is_no_document_is_none() {
    let bench = Bench::new(1);
    let (bytes, shown) = (bench.mdoc().to_bytes(), bench.present(&[]));
    let refused = |bytes: &[u8]| match Attestation::parse(bytes) {
        Err(AttestationError::Mdoc(error)) => error.reason(),
        other => panic!("{other:?}"),
    };
    let response = |change: Change| refused(&changed(&shown, change));
    assert_eq!(response(|response| set(response, "version", "2.0")), "token.format");
    assert_eq!(response(|response| set(response, "status", 10)), "token.format");
    assert_eq!(response(|response| set(response, "documents", Value::Array(vec![]))), "token.format");
    assert_eq!(
        response(|response| {
            let documents = at(response, "documents").as_array_mut().unwrap();
            documents.push(documents[0].clone());
        }),
        "token.format"
    );
    assert_eq!(refused(&[0xA0]), "token.format");
    assert_eq!(refused(&bytes[..bytes.len() - 1]), "token.format");
    assert_eq!(refused(&[&bytes[..], &[0]].concat()), "token.format", "something after it");
    assert!(matches!(Attestation::parse(b""), Err(AttestationError::SdJwt(_))));
    assert!(matches!(Attestation::parse(&[0x80]), Err(AttestationError::SdJwt(_))));
}

/// Whole files for the fuzz target `mdoc`, where `TITRE_SEEDS` names a folder.
fn seed(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("TITRE_SEEDS") {
        let folder = std::path::Path::new(&folder).join("mdoc");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

static PRESENTED: LazyLock<Vec<u8>> = LazyLock::new(|| Bench::new(1).present(&["age_over_18"]));

#[test]
fn a_document_with_one_bit_changed_is_never_accepted() {
    let bench = Bench::new(1);
    let bytes = bench.mdoc().to_bytes();
    seed("document", &bytes);
    seed("presentation", &PRESENTED);
    let mut looked_at = 0;
    for place in (0..bytes.len()).step_by(11) {
        let mut bytes = bytes.clone();
        bytes[place] ^= 1 << (place % 8);
        if let Ok(read) = Attestation::parse(&bytes) {
            assert_ne!(read.verify(&bench.expect()).result(), Verdict::Successful, "byte {place}");
            let _ = read.show_unverified();
            looked_at += 1;
        }
    }
    assert!(looked_at > 100, "{looked_at}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), first in 0xA0u8..0xC0) {
        let _ = Attestation::parse(&bytes);
        let _ = Attestation::parse(&[&[first][..], &bytes].concat()).map(|read| read.show_unverified());
    }

    #[test]
    fn no_change_of_parts_makes_it_panic(place in any::<prop::sample::Index>(), with in proptest::collection::vec(any::<u8>(), 0..8)) {
        let bytes = &*PRESENTED;
        let place = place.index(bytes.len());
        let end = (place + with.len()).min(bytes.len());
        let changed = [&bytes[..place], &with, &bytes[end..]].concat();
        if let Ok(read) = Attestation::parse(&changed) {
            let _ = read.show_unverified();
        }
    }
}
