//! Every terminal that may not be let in, and what says so: the credentials, the way to the chip's CVCA, or the chip.

use super::{CVCA, DV, EC, IS, Says, Session, credentials, day, issue, set, specimen, with};
use titre::crypto::{PrivateKey, SeededEntropy};
use titre::lds::FileId;
use titre::lds::card_verifiable::{Authorization, Role};
use titre::protocol::{CredentialsError, TerminalCredentials};
use titre::session::UnreadReason;
use titre::specimen::Quirk;

#[test]
fn credentials_that_do_not_fit_together_never_reach_a_chip() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let set = set(&specimen);
    let all = || vec![set.cvca.clone(), set.dv.clone(), set.terminal.clone()];
    let new =
        |certificates, key: &PrivateKey| TerminalCredentials::new(certificates, key.clone(), day(0)).err();
    // The DV's key, and a certificate that is missing.
    assert_eq!(new(all(), &set.keys[1]), Some(CredentialsError::Key));
    assert_eq!(new(vec![set.cvca.clone(), set.dv.clone()], &set.keys[2]), Some(CredentialsError::Key));
    let mut own = SeededEntropy::new("forger", 1);
    let forger = PrivateKey::generate_ec(titre::crypto::NamedCurve::P256, &mut own).unwrap();
    let terminal = Authorization::inspection(Role::Terminal, true, true);
    let says = Says { names: [DV, IS], authorization: terminal, days: [0, 30] };
    let forged = issue(&says, &forger, &forger, set);
    let error = new(vec![set.cvca.clone(), set.dv.clone(), forged.clone()], &forger);
    assert_eq!(error, Some(CredentialsError::Signature(forged.body().holder.clone())));
    assert_eq!(new(vec![set.dv.clone(); 300], &set.keys[2]), Some(CredentialsError::TooMany));
    assert_eq!(new(all(), &set.keys[2]), None);
    assert!(!format!("{:?}", credentials(set)).contains("PRIVATE"));
}

#[test]
fn another_cvca_is_refused_by_name_or_by_its_signatures() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let before = ("ta.certificates", None);
    // Another State's: no way leads there. Two commands: SELECT and READ BINARY of EF.CVCA.
    let other = self::specimen(&format!("modern,{EC}"), 8, &[]);
    let set = set(&specimen);
    let foreign = Says {
        names: ["XXCVCA00001", DV],
        authorization: Authorization::inspection(Role::DomesticDv, true, true),
        days: [0, 30],
    };
    let foreign = issue(&foreign, &set.keys[1], &set.keys[0], set);
    let session = Session::of(&specimen, Some(with(set, vec![foreign, set.terminal.clone()], 0)));
    session.assert_refused(&specimen, "other CVCA", before, 2);
    // Keys of the same names, that the chip does not know.
    let session = Session::of(&specimen, Some(credentials(super::set(&other))));
    session.assert_refused(&specimen, "same names", ("ta.verify_certificate", Some(0x6300)), 4);
    assert_eq!(session.report().accepted, [""; 0]);
    // A DV that signs for itself a terminal with all rights, and a terminal that signs for another.
    let says = Says {
        names: [CVCA, IS],
        authorization: Authorization::inspection(Role::Terminal, true, true),
        days: [0, 30],
    };
    let direct = issue(&says, &set.keys[2], &set.keys[0], set);
    let session = Session::of(&specimen, Some(with(set, vec![direct], 0)));
    session.assert_refused(&specimen, "no DV", ("ta.verify_certificate", Some(0x6985)), 4);
}

#[test]
fn expired_certificates_are_refused_here_and_by_the_chip() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let set = set(&specimen);
    let all = vec![set.cvca.clone(), set.dv.clone(), set.terminal.clone()];
    for (offset, certificate) in [(31, IS), (91, DV), (-1, DV)] {
        let session = Session::of(&specimen, Some(with(set, all.clone(), offset)));
        session.assert_refused(&specimen, certificate, ("ta.certificates", None), 2);
        let reason = &session.report().failure.as_ref().unwrap().reason;
        assert!(reason.contains(certificate) && reason.contains("is not valid on"), "{reason}");
    }
    // The chip believes that it is later than the terminal says.
    for (offset, accepted, commands) in [(31, &[DV][..], 6), (91, &[], 4)] {
        let mut later = specimen.clone();
        later.chip.terminal_authentication.as_mut().unwrap().date = day(offset);
        let session = Session::of(&later, Some(credentials(set)));
        session.assert_refused(&later, "later", ("ta.verify_certificate", Some(0x6984)), commands);
        assert_eq!(session.report().accepted, accepted);
    }
}

#[test]
fn rights_are_those_of_all_certificates() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let set = set(&specimen);
    for (fingerprints, irises) in [(false, true), (true, false), (false, false)] {
        let dv = Says {
            names: [CVCA, DV],
            authorization: Authorization::inspection(Role::ForeignDv, fingerprints, irises),
            days: [0, 30],
        };
        let dv = issue(&dv, &set.keys[1], &set.keys[0], set);
        let session = Session::of(&specimen, Some(with(set, vec![dv, set.terminal.clone()], 0)));
        assert!(session.report().authenticated);
        for (number, right) in [(3, fingerprints), (4, irises)] {
            let file = FileId::Dg(number);
            assert_eq!(session.report().rights.contains(&file), right);
            assert_eq!(session.reading().files.contains_key(&file), right);
            assert_eq!(session.stages.contains(&format!("read.dg{number}")), right);
            let unread = session.reading().unread.iter().find(|unread| unread.file == file);
            assert_eq!(unread.map(|unread| unread.reason), (!right).then_some(UnreadReason::NotAuthorized));
        }
    }
    // The chip's trust point gives less than what the terminal knows of it: the chip decides.
    let mut strict = specimen.clone();
    let says = Says {
        names: [CVCA, CVCA],
        authorization: Authorization::inspection(Role::Cvca, false, true),
        days: [0, 1000],
    };
    let point = issue(&says, &set.keys[0], &set.keys[0], set);
    strict.chip.terminal_authentication.as_mut().unwrap().trust_point = point.to_bytes();
    let session = Session::of(&strict, Some(credentials(set)));
    assert!(session.report().authenticated);
    let unread = &session.reading().unread;
    assert_eq!(
        (unread[0].file, unread[0].reason, unread[0].sw),
        (FileId::Dg(3), UnreadReason::Refused, Some(0x6982))
    );
    assert!(session.reading().files.contains_key(&FileId::Dg(4)));
}

#[test]
fn without_chip_authentication_the_terminal_shows_nothing() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[Quirk::Clone]);
    let session = Session::of(&specimen, Some(credentials(set(&specimen))));
    session.assert_refused(&specimen, "a clone", ("ta.chip_authentication", None), 0);
    // And a chip that lost its EF.CVCA.
    let mut lost = self::specimen(&format!("modern,{EC}"), 5, &[]);
    lost.chip.files.remove(&FileId::Cvca);
    let session = Session::of(&lost, Some(credentials(set(&lost))));
    session.assert_refused(&lost, "no EF.CVCA", ("select.cvca", Some(0x6A82)), 1);
    lost.chip.files.insert(FileId::Cvca, vec![0; 36]);
    let session = Session::of(&lost, Some(credentials(set(&lost))));
    session.assert_refused(&lost, "an empty EF.CVCA", ("read.cvca", None), 2);
}
