//! Certificates and keys that others made: those of PersoSim, for inspection systems, authentication and signature
//! terminals. They stand outside the repository, in `../shared/data`.

use super::{EC, Session, specimen};
use std::path::PathBuf;
use time::Date;
use time::macros::date;
use titre::crypto::PrivateKey;
use titre::lds::card_verifiable::{
    CardVerifiableCertificate, ChainProblem, Holder, ID_IS, Role, verify_chain,
};
use titre::lds::{EfCvca, FileId};
use titre::protocol::TerminalCredentials;

const DAY: Date = date!(2016 - 12 - 01);

fn folder(test: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/terminal-authentication/gtCertificates");
    if !folder.is_dir() {
        eprintln!("SKIPPED {test}: {} is absent", folder.display());
        return None;
    }
    Some(folder)
}

struct Chain {
    certificates: [CardVerifiableCertificate; 3],
    /// There is none of the DV for authentication terminals.
    keys: [Option<PrivateKey>; 3],
}

fn chain(folder: &std::path::Path, kind: &str) -> Chain {
    let upper = kind.to_uppercase();
    let read = |name: &str| std::fs::read(folder.join(format!("CFG.DFLT.EAC.{upper}/{name}"))).unwrap();
    let names = ["CVCA_Cert_01".to_owned(), format!("dv_{kind}_cert_1"), format!("{kind}_cert_1")];
    let keys = ["CVCA_KEY_01".to_owned(), format!("DV_Key_01_{kind}"), format!("{upper}_Key_01_default")];
    Chain {
        certificates: names
            .map(|name| CardVerifiableCertificate::parse(&read(&format!("{name}.cvcert"))).unwrap()),
        keys: keys.map(|name| {
            let file = folder.join(format!("CFG.DFLT.EAC.{upper}/{name}.pkcs8"));
            file.is_file().then(|| PrivateKey::from_pkcs8_der(&std::fs::read(file).unwrap()).unwrap())
        }),
    }
}

#[test]
fn chains_of_persosim_verify_and_belong_to_their_keys() {
    let Some(folder) = folder("chains_of_persosim_verify_and_belong_to_their_keys") else { return };
    for kind in ["is", "at", "st"] {
        let Chain { certificates: [cvca, dv, terminal], keys } = chain(&folder, kind);
        let trusted = Holder::trusted(&cvca).unwrap();
        let dv_holder = trusted.next(&dv, DAY).unwrap();
        let holder = verify_chain(&trusted, &[dv.clone(), terminal.clone()], DAY).unwrap();
        assert_eq!(holder.rights.role(), Role::Terminal);
        let is = kind == "is";
        assert_eq!(holder.rights.terminal == ID_IS, is);
        assert_eq!([3, 4].map(|number| holder.rights.may_read(FileId::Dg(number))), [is, is], "{kind}");
        let mut matched = 0;
        for (holder, key) in [&trusted, &dv_holder, &holder].into_iter().zip(&keys) {
            matched += key.as_ref().map_or(0, |key| usize::from(key.public() == holder.key));
        }
        assert_eq!(matched, if kind == "at" { 2 } else { 3 }, "{kind}");
        let problem = |chain: &[CardVerifiableCertificate], day| {
            verify_chain(&trusted, chain, day).unwrap_err().problem
        };
        assert_eq!(problem(&[terminal.clone(), dv.clone()], DAY), ChainProblem::Issuer, "{kind}");
        assert_eq!(problem(std::slice::from_ref(&terminal), DAY), ChainProblem::Issuer, "{kind}");
        let both = [dv, terminal];
        assert_eq!(problem(&both, date!(2016 - 12 - 31)), ChainProblem::Expired, "{kind}");
        assert_eq!(problem(&both, date!(2016 - 01 - 01)), ChainProblem::NotYetValid, "{kind}");
    }
}

#[test]
fn certificates_are_written_as_they_were_read_and_no_bit_may_differ() {
    let Some(folder) = folder("certificates_are_written_as_they_were_read_and_no_bit_may_differ") else {
        return;
    };
    let lone = std::fs::read(folder.join("DETESTeID00005.cvcert")).unwrap();
    let lone = CardVerifiableCertificate::parse(&lone).unwrap();
    Holder::trusted(&lone).unwrap();
    let Chain { certificates: [cvca, dv, terminal], .. } = chain(&folder, "is");
    let at = chain(&folder, "at").certificates;
    assert_eq!(at[2].body().extensions.len(), 1, "the sector of the terminal");
    for certificate in [&lone, &cvca, &dv, &terminal, &at[2]] {
        let body = certificate.body().to_bytes().unwrap();
        assert_eq!(certificate.content()[..body.len()], body);
        assert_eq!(CardVerifiableCertificate::parse(&certificate.to_bytes()).as_ref(), Ok(certificate));
    }
    let issuer = Holder::trusted(&cvca).unwrap().next(&dv, DAY).unwrap();
    let bytes = terminal.to_bytes();
    let mut read = 0;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        let Ok(certificate) = CardVerifiableCertificate::parse(&changed) else { continue };
        read += 1;
        assert!(issuer.next(&certificate, DAY).is_err(), "byte {at}");
    }
    assert!(read > 100, "{read}");
}

/// Their terminal, their CVCA, our chip: neither half can agree with itself here on what a certificate is.
#[test]
fn a_specimen_that_trusts_persosims_cvca_lets_its_terminal_in() {
    let Some(folder) = folder("a_specimen_that_trusts_persosims_cvca_lets_its_terminal_in") else { return };
    for (kind, rights) in [("is", &[FileId::Dg(3), FileId::Dg(4)][..]), ("at", &[])] {
        let Chain { certificates, keys: [_, _, key] } = chain(&folder, kind);
        let mut specimen = specimen(&format!("brainpool,{EC}"), 4, &[]);
        let cvca = EfCvca { current: certificates[0].body().holder.clone(), previous: None };
        specimen.chip.files.insert(FileId::Cvca, cvca.to_bytes());
        let trust = specimen.chip.terminal_authentication.as_mut().unwrap();
        (trust.trust_point, trust.date) = (certificates[0].to_bytes(), DAY);
        let credentials = TerminalCredentials::new(certificates.to_vec(), key.unwrap(), DAY).unwrap();
        let session = Session::of(&specimen, Some(credentials));
        assert_eq!(session.report().failure, None, "{kind}");
        assert_eq!(session.report().rights, rights, "{kind}");
        assert_eq!(session.reading().files.contains_key(&FileId::Dg(3)), !rights.is_empty(), "{kind}");
    }
}
