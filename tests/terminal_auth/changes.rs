//! What changes over the years: CVCAs that hand over to their successors, the chip's idea of the date; and a chip that
//! drops the channel at any command.

use super::{CVCA, DV, EC, IS, Says, Session, credentials, day, issue, set, specimen};
use titre::crypto::{NamedCurve, PrivateKey, SeededEntropy};
use titre::lds::FileId;
use titre::lds::card_verifiable::{Authorization, ChainProblem, Holder, Role, verify_chain};
use titre::protocol::TerminalCredentials;
use titre::specimen::{Specimen, SpecimenChip};
use titre::transport::virtual_reader::VirtualCard;
use titre::transport::{CardInfo, Transport, TransportError};

const CVCA2: &str = "UTTITRECVCA00002";
const DV2: &str = "UTTITREDV00002";
const IS2: &str = "UTTITREIS00002";

fn role(role: Role) -> Authorization {
    Authorization::inspection(role, true, true)
}

/// A successor of the specimen's CVCA with a DV and a terminal, all made on day 1000; the link is the first certificate.
fn successor(of: &Specimen) -> TerminalCredentials {
    let set = set(of);
    let mut entropy = SeededEntropy::new("successor", 1);
    let [cvca, dv, terminal] =
        [0; 3].map(|_| PrivateKey::generate_ec(NamedCurve::P256, &mut entropy).unwrap());
    let made = |names, authorization, days, key, issuer| {
        issue(&Says { names, authorization, days }, key, issuer, set)
    };
    let certificates = vec![
        made([IS2, IS2], role(Role::Cvca), [1000, 1001], &dv, &dv),
        made([DV2, IS2], role(Role::Terminal), [1000, 1030], &terminal, &dv),
        made([CVCA2, DV2], role(Role::ForeignDv), [1000, 1090], &dv, &cvca),
        made([CVCA, CVCA2], role(Role::Cvca), [1000, 2095], &cvca, &set.keys[0]),
    ];
    TerminalCredentials::new(certificates, terminal, day(1000)).unwrap()
}

#[test]
fn link_certificates_lead_to_the_next_cvca_and_the_date_goes_on() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let mut chip = SpecimenChip::new(specimen.chip.clone()).unwrap();
    let session = Session::run(&mut chip, &specimen, Some(successor(&specimen)));
    assert_eq!(session.report().failure, None);
    assert_eq!(session.report().authorities, [CVCA]);
    assert_eq!(session.report().accepted, [CVCA2, DV2, IS2]);
    assert!(session.reading().files.contains_key(&FileId::Dg(3)));
    // The new key is there to stay, and with it the date: what was good before is expired now.
    chip.reset();
    let session = Session::run(&mut chip, &specimen, Some(credentials(set(&specimen))));
    assert_eq!(session.report().authorities, [CVCA2, CVCA]);
    let failure = session.report().failure.as_ref().unwrap();
    assert_eq!((failure.step.as_str(), failure.sw), ("ta.verify_certificate", Some(0x6984)));
    session.assert_untouched("a terminal of long ago");
    // The way from the new key is shorter.
    chip.reset();
    let session = Session::run(&mut chip, &specimen, Some(successor(&specimen)));
    assert_eq!(session.report().accepted, [DV2, IS2]);
    assert!(session.reading().files.contains_key(&FileId::Dg(4)));
}

#[test]
fn an_expired_cvca_certifies_its_successor_and_no_dv() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let set = set(&specimen);
    let mut later = specimen.clone();
    later.chip.terminal_authentication.as_mut().unwrap().date = day(1096);
    let says = |names, authorization, days| Says { names, authorization, days };
    let dv = issue(&says([CVCA, DV], role(Role::DomesticDv), [0, 2000]), &set.keys[1], &set.keys[0], set);
    let own = issue(&says([DV, IS], role(Role::Terminal), [0, 2000]), &set.keys[2], &set.keys[1], set);
    let credentials =
        TerminalCredentials::new(vec![dv.clone(), own.clone()], set.keys[2].clone(), day(0)).unwrap();
    let session = Session::of(&later, Some(credentials));
    session.assert_refused(&later, "an expired CVCA", ("ta.verify_certificate", Some(0x6984)), 4);
    let link = issue(&says([CVCA, CVCA2], role(Role::Cvca), [1000, 1010]), &set.keys[0], &set.keys[0], set);
    // The same by the terminal's own judgement.
    let trusted = Holder::trusted(&set.cvca).unwrap();
    let error = verify_chain(&trusted, &[dv.clone(), own], day(1096)).unwrap_err();
    assert_eq!((error.certificate.to_string().as_str(), error.problem), (DV, ChainProblem::Expired));
    assert_eq!(trusted.next(&link, day(1096)).unwrap().reference.to_string(), CVCA2);
    let many = vec![link; 17];
    assert_eq!(verify_chain(&trusted, &many, day(1096)).unwrap_err().problem, ChainProblem::TooLong);
    assert_eq!(Holder::trusted(&dv).unwrap_err().problem, ChainProblem::Role);
    // Signed by its own key as it says, but not in truth; and a terminal of a CVCA without a DV.
    let own = issue(&says([CVCA, CVCA], role(Role::Cvca), [0, 1000]), &set.keys[0], &set.keys[1], set);
    assert_eq!(Holder::trusted(&own).unwrap_err().problem, ChainProblem::Signature);
    let direct = issue(&says([CVCA, IS], role(Role::Terminal), [0, 30]), &set.keys[2], &set.keys[0], set);
    assert_eq!(trusted.next(&direct, day(0)).unwrap_err().problem, ChainProblem::Role);
    assert_eq!(trusted.next(&set.terminal, day(0)).unwrap_err().problem, ChainProblem::Issuer);
}

/// A DV for signature terminals, under a CVCA of inspection systems.
#[test]
fn a_chain_is_for_one_kind_of_terminal() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let set = set(&specimen);
    let kind = hex::decode("060904007F0007030102035301").unwrap();
    let other = |bits: u8| Authorization::parse(&[&kind[..], &[bits]].concat()).unwrap();
    let says = |names, authorization| Says { names, authorization, days: [0, 30] };
    let dv = issue(&says([CVCA, DV], other(0x83)), &set.keys[1], &set.keys[0], set);
    let own = issue(&says([DV, IS], other(0x03)), &set.keys[2], &set.keys[1], set);
    let trusted = Holder::trusted(&set.cvca).unwrap();
    assert_eq!(trusted.next(&dv, day(0)).unwrap_err().problem, ChainProblem::Kind);
    let credentials = TerminalCredentials::new(vec![dv, own], set.keys[2].clone(), day(0)).unwrap();
    let session = Session::of(&specimen, Some(credentials));
    session.assert_refused(&specimen, "another kind", ("ta.verify_certificate", Some(0x6985)), 4);
}

#[test]
fn only_terminals_of_a_domestic_dv_are_believed_the_date() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let set = set(&specimen);
    for (kind, believed) in [(Role::DomesticDv, true), (Role::ForeignDv, false)] {
        let says = |names, authorization, days| Says { names, authorization, days };
        let dv = issue(&says([CVCA, DV], role(kind), [0, 500]), &set.keys[1], &set.keys[0], set);
        let own = issue(&says([DV, IS2], role(Role::Terminal), [60, 90]), &set.keys[2], &set.keys[1], set);
        let late = TerminalCredentials::new(vec![dv, own], set.keys[2].clone(), day(60)).unwrap();
        let mut chip = SpecimenChip::new(specimen.chip.clone()).unwrap();
        assert!(Session::run(&mut chip, &specimen, Some(late)).report().authenticated, "{kind:?}");
        // A terminal that was good until day 30.
        chip.reset();
        let session = Session::run(&mut chip, &specimen, Some(credentials(set)));
        assert_eq!(session.report().authenticated, !believed, "{kind:?}");
    }
}

/// A chip that answers one command without secure messaging, and has then forgotten everything.
struct Drops(SpecimenChip, u64);

impl Transport for Drops {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.1 = self.1.wrapping_sub(1);
        if self.1 == 0 {
            return Ok(vec![0x69, 0x88]);
        }
        self.0.transceive(command)
    }
    fn card(&self) -> &CardInfo {
        self.0.card()
    }
}

#[test]
fn a_channel_that_is_dropped_at_any_command_is_told_or_made_good() {
    let specimen = specimen(&format!("eac-3des,access=bac,{EC}"), 5, &[]);
    let whole = Session::of(&specimen, Some(credentials(set(&specimen))));
    let (mut again, mut told) = (0, 0);
    for at in 5..=whole.reading().counts.apdus {
        let mut chip = Drops(SpecimenChip::new(specimen.chip.clone()).unwrap(), at);
        let session = Session::run(&mut chip, &specimen, Some(credentials(set(&specimen))));
        let Ok(reading) = &session.reading else { continue };
        let report = session.report();
        if report.authenticated {
            again += 1;
            assert_eq!(reading.files.get(&FileId::Dg(3)), specimen.chip.files.get(&FileId::Dg(3)), "{at}");
            assert_eq!(reading.files.get(&FileId::Dg(4)), specimen.chip.files.get(&FileId::Dg(4)), "{at}");
            assert!(reading.chip_authentication.as_ref().unwrap().witnessed, "{at}");
        } else {
            told += 1;
            assert!(report.failure.is_some(), "{at}");
            assert!(!reading.files.contains_key(&FileId::Dg(3)), "{at}");
        }
    }
    eprintln!("dropped at {} commands: {again} made good, {told} told", whole.reading().counts.apdus);
    assert!(again >= 5 && told >= 5, "{again} {told}");
}
