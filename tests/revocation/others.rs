//! The lists of others: those of NIST's PKITS, each by itself, and openssl's. Both skip by name where they are absent.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use titre::pki::{Certificate, Crl, CrlError, CrlIssuerError, RevocationReason, TrustStore, crl_issuer};

/// What comes of a list of PKITS.
fn outcome(der: &[u8], store: &TrustStore) -> &'static str {
    match Crl::parse(der) {
        Err(CrlError::Delta) => "delta",
        Err(CrlError::Scope(_)) => "scope",
        Err(CrlError::UnknownCritical(_)) => "critical",
        Err(_) => "malformed",
        Ok(crl) => match crl_issuer(&crl, store) {
            Ok(_) => "good",
            Err(CrlIssuerError::Unknown { .. }) => "issuer",
            Err(CrlIssuerError::Signature(_)) => "signature",
            Err(CrlIssuerError::KeyUsage(_)) => "key usage",
            Err(CrlIssuerError::Validity(_)) => "validity",
            Err(_) => "unusable",
        },
    }
}

/// What the suite says of the list, by its name. Whether the certificates above are right is not asked here.
fn expected(name: &str) -> &'static str {
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    match name {
        // Its signature is no whole number of bytes.
        "BadCRLSignatureCACRL" => "malformed",
        "BadCRLIssuerNameCACRL" | "TwoCRLsCABadCRL" => "issuer",
        // The second is of 1998; its CSCA certificate begins in 2010.
        "BadnotBeforeDateCACRL" | "pre2000CRLnextUpdateCACRL" => "validity",
        "UnknownCRLEntryExtensionCACRL" | "UnknownCRLExtensionCACRL" => "critical",
        "keyUsageCriticalcRLSignFalseCACRL" | "keyUsageNotCriticalcRLSignFalseCACRL" => "key usage",
        // Inherited parameters are refused.
        "DSAParametersInheritedCACRL" => "unusable",
        "deltaCRLIndicatorNoBaseCACRL" => "delta",
        // Lists for one distribution point each.
        "BasicSelfIssuedCRLSigningKeyCRLCertCRL" | "BasicSelfIssuedOldKeySelfIssuedCertCRL" => "scope",
        _ if name.ends_with("deltaCRL") => "delta",
        _ if begins(&["distributionPoint", "indirectCRL", "onlyContains", "onlySomeReasons"]) => "scope",
        _ => "good",
    }
}

#[test]
fn every_list_of_pkits_is_what_its_name_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/pkits/PKITS_data_2048");
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none() || !folder.join("../..").is_dir(), "PKITS is missing");
        println!("SKIPPED every_list_of_pkits_is_what_its_name_says: ../shared/data/pkits is not there");
        return;
    }
    let mut store = TrustStore::default();
    for file in std::fs::read_dir(folder.join("certs")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        if let Ok(certificate) = Certificate::parse(&bytes) {
            store.add_certificate(&certificate, "pkits", &bytes);
        }
    }
    let (mut found, mut others) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for file in std::fs::read_dir(folder.join("crls")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let outcome = outcome(&std::fs::read(&path).unwrap(), &store);
        if outcome != expected(name) {
            others.push((name.to_owned(), outcome));
        }
        *found.entry(outcome).or_default() += 1;
    }
    assert_eq!(others, []);
    assert_eq!(found.values().sum::<usize>(), 173);
    let refused = found.into_iter().filter(|(outcome, _)| *outcome != "good").collect::<Vec<_>>();
    let counts = [
        ("critical", 2),
        ("delta", 4),
        ("issuer", 2),
        ("key usage", 2),
        ("malformed", 1),
        ("scope", 20),
        ("unusable", 1),
        ("validity", 2),
    ];
    assert_eq!(refused, counts);
}

/// Runs openssl in `folder`; gives whether it was content and what it said.
fn openssl(folder: &Path, args: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").current_dir(folder).args(args).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn has_openssl(test: &str) -> bool {
    let there = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("SKIPPED {test}: no openssl");
    }
    there
}

#[test]
fn openssl_reads_and_verifies_the_lists_of_specimens() {
    if !has_openssl("openssl_reads_and_verifies_the_lists_of_specimens") {
        return;
    }
    let specimen = super::specimen(true);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("csca.der"), &specimen.csca).unwrap();
    std::fs::write(folder.path().join("list.crl"), &specimen.revocation_list).unwrap();
    let run = |args: &[&str]| openssl(folder.path(), args);
    assert!(run(&["x509", "-inform", "DER", "-in", "csca.der", "-out", "csca.pem"]).0);
    let (ok, text) =
        run(&["crl", "-inform", "DER", "-in", "list.crl", "-CAfile", "csca.pem", "-noout", "-text"]);
    assert!(ok && text.contains("verify OK"), "{text}");
    for part in ["Version 2", "X509v3 CRL Number", "X509v3 Authority Key Identifier", "Key Compromise"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let signer = Certificate::parse(&specimen.document_signer).unwrap();
    assert!(text.to_lowercase().contains(&hex::encode(&signer.serial)), "{text}");
}

#[test]
fn lists_of_openssl_are_read_and_verified() {
    if !has_openssl("lists_of_openssl_are_read_and_verified") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let (ok, said) = openssl(folder.path(), args);
        assert!(ok, "openssl {}: {said}", args.join(" "));
    };
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("index.txt", "");
    write("serial", "1234\n");
    write("number", "0A\n");
    write(
        "openssl.cnf",
        "[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\nserial = serial\ncrlnumber = number\nnew_certs_dir = .\n\
         default_md = sha256\npolicy = p\ncrl_extensions = c\n[p]\ncommonName = supplied\ncountryName = supplied\n\
         [c]\nauthorityKeyIdentifier = keyid:always\n[req]\ndistinguished_name = n\nx509_extensions = v\n[n]\n\
         [v]\nbasicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = critical,keyCertSign,cRLSign\n\
         subjectKeyIdentifier = hash\n",
    );
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1", "-nodes", "-keyout"];
    let config = ["-config", "openssl.cnf"];
    run(&[
        &["req", "-x509", "-days", "400", "-subj", "/C=UT/CN=CSCA", "-out", "ca.pem"],
        &key[..],
        &["ca.key"],
        &config,
    ]
    .concat());
    run(&[&["req", "-new", "-subj", "/C=UT/CN=DS", "-out", "ds.csr"], &key[..], &["ds.key"], &config]
        .concat());
    let ca = ["-cert", "ca.pem", "-keyfile", "ca.key", "-batch"];
    run(&[&["ca", "-in", "ds.csr", "-out", "ds.pem", "-days", "100", "-notext"], &ca[..], &config].concat());
    run(&[&["ca", "-revoke", "ds.pem", "-crl_reason", "keyCompromise"], &ca[..], &config].concat());
    run(&[&["ca", "-gencrl", "-crldays", "30", "-out", "list.pem"], &ca[..], &config].concat());
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        titre::asn1::pem::blocks(&text).unwrap()[0].der.to_vec()
    };
    let (root, signer) =
        (Certificate::parse(&read("ca.pem")).unwrap(), Certificate::parse(&read("ds.pem")).unwrap());
    let crl = Crl::parse(&read("list.pem")).unwrap();
    let mut store = TrustStore::default();
    store.add_certificate(&root, "ca.pem", b"ca");
    assert_eq!(crl_issuer(&crl, &store), Ok(&root));
    assert_eq!((crl.number(), crl.entries, crl.defects().len()), (Some(&[0x0A][..]), 1, 0));
    assert_eq!(crl.find(&signer.serial).unwrap().reason, RevocationReason::KeyCompromise);
    assert_eq!(crl.next_update.unwrap() - crl.this_update, time::Duration::days(30));
}
