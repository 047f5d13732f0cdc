//! Exchanges driven by hand, so that a terminal can lie: the chip must not let it in.

use super::{EC, Session, bench, credentials, set, specimen};
use titre::crypto::SeededEntropy;
use titre::iso7816::{CommandApdu, Opened, ResponseApdu, SecureMessaging, StatusWord};
use titre::lds::{Dg14, EfCvca, FileId, SecurityInfo, SecurityInfos, TerminalAuthenticationInfo};
use titre::protocol::chip_authentication::{ChipAuthentication, ChipAuthenticationOffer, offer};
use titre::protocol::terminal_authentication::Binding;
use titre::protocol::{
    Bac, Exchange, Next, ProtocolError, ReadCvca, SelectApplication, TerminalAuthentication,
};
use titre::specimen::{Specimen, SpecimenChip};
use titre::transport::Transport;

type Alter = fn(&mut ResponseApdu);

struct Hand {
    chip: SpecimenChip,
    channel: Option<SecureMessaging>,
    binding: Binding,
    /// What was sent, before it was protected.
    sent: Vec<CommandApdu>,
    /// Instruction whose answer is altered on its way, and how.
    alter: Option<(u8, Alter)>,
}

impl Hand {
    fn send(&mut self, command: &CommandApdu) -> ResponseApdu {
        self.sent.push(command.clone());
        let mut wire = |command: &CommandApdu| {
            ResponseApdu::from_bytes(&self.chip.transceive(&command.to_bytes().unwrap()).unwrap()).unwrap()
        };
        let mut reply = match &mut self.channel {
            None => wire(command),
            Some(channel) => {
                let protected = channel.protect(command).unwrap();
                let Opened::Protected(reply) = channel.open(&wire(&protected)) else { panic!("broken") };
                reply
            }
        };
        if let Some((_, alter)) = self.alter.filter(|(ins, _)| *ins == command.ins) {
            alter(&mut reply);
        }
        reply
    }

    fn drive<E: Exchange>(&mut self, exchange: &mut E) -> Result<E::Output, ProtocolError> {
        let mut reply = None;
        loop {
            match exchange.next(reply.as_ref())? {
                Next::Done(output) => return Ok(output),
                Next::Send(command, _) => reply = Some(self.send(&command)),
            }
        }
    }

    /// BAC, and chip authentication where it is wanted.
    fn new(specimen: &Specimen, chip_authentication: bool) -> Self {
        let chip = SpecimenChip::new(specimen.chip.clone()).unwrap();
        let (binding, sent) = (Binding { chip: Vec::new(), terminal: vec![0; 32] }, Vec::new());
        let mut hand = Self { chip, channel: None, binding, sent, alter: None };
        hand.drive(&mut SelectApplication::default()).unwrap();
        let password = bench::mrz(&specimen.chip);
        let titre::protocol::Password::Mrz(key) = &password else { panic!() };
        hand.binding.chip = key.number_with_check_digit().as_bytes().to_vec();
        let mut entropy = SeededEntropy::new("by hand", 1);
        let bac = hand.drive(&mut Bac::new(&password.bac_seed().unwrap(), &mut entropy)).unwrap();
        hand.channel = Some(bac.channel);
        if chip_authentication {
            hand.authenticate_chip(specimen);
        }
        hand
    }

    fn authenticate_chip(&mut self, specimen: &Specimen) {
        let dg14 = Dg14::parse(&specimen.chip.files[&FileId::Dg(14)]).unwrap();
        let ChipAuthenticationOffer::Supported(variant) = offer(&dg14.security_infos) else { panic!() };
        let mut entropy = SeededEntropy::new("by hand", 2);
        let done = self.drive(&mut ChipAuthentication::new(*variant, &mut entropy)).unwrap();
        self.channel = Some(done.channel);
        self.binding.terminal = done.terminal_key.compressed();
    }

    /// The status word that ends terminal authentication, with its step.
    fn authenticate(&mut self, specimen: &Specimen) -> Result<(), (String, u16)> {
        let credentials = credentials(set(specimen));
        let cvca = EfCvca::parse(&specimen.chip.files[&FileId::Cvca]).unwrap();
        let route = credentials.route(&cvca.references().collect::<Vec<_>>()).unwrap();
        let mut entropy = SeededEntropy::new("by hand", 3);
        let (key, binding) = (credentials.key(), self.binding.clone());
        let ended = self.drive(&mut TerminalAuthentication::new(&route, key, binding, true, &mut entropy));
        ended.map_err(|error| (error.step().unwrap().to_string(), error.sw().map_or(0, |sw| sw.0)))
    }

    fn status(&mut self, ins: u8, p: [u8; 2], data: &[u8]) -> u16 {
        self.send(&CommandApdu::new(0x00, ins, p[0], p[1]).with_data(data)).sw.0
    }

    fn select_dg3(&mut self) -> u16 {
        self.status(0xA4, [0x02, 0x0C], &[0x01, 0x03])
    }
}

fn external(sw: u16) -> Result<(), (String, u16)> {
    Err(("ta.external_authenticate".to_owned(), sw))
}

#[test]
fn the_commands_are_those_of_the_standard() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let mut hand = Hand::new(&specimen, true);
    assert_eq!(hand.select_dg3(), 0x6982);
    hand.sent.clear();
    hand.authenticate(&specimen).unwrap();
    assert_eq!(hand.select_dg3(), 0x9000);
    let set = set(&specimen);
    let reference = |certificate: &titre::lds::card_verifiable::CardVerifiableCertificate| {
        let name = certificate.body().holder.as_bytes();
        [&[0x83, name.len() as u8], name].concat()
    };
    let heads: Vec<_> = hand.sent.iter().map(|command| hex::encode_upper(command.header())).collect();
    assert_eq!(
        heads,
        ["002281B6", "002A00BE", "002281B6", "002A00BE", "002281A4", "00840000", "00820000", "00A4020C"]
    );
    let data: Vec<_> = hand.sent.iter().map(|command| command.data.as_slice()).collect();
    assert_eq!(data[0], reference(&set.cvca));
    assert_eq!(data[1], set.dv.content());
    assert_eq!(data[2], reference(&set.dv));
    assert_eq!(data[3], set.terminal.content());
    assert_eq!(data[4], reference(&set.terminal));
    assert_eq!((data[5], hand.sent[5].le), (&[][..], Some(8)));
    assert_eq!(data[6].len(), 64);
}

#[test]
fn a_signature_over_something_else_is_refused() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let mut other_challenge = Hand::new(&specimen, true);
    other_challenge.alter = Some((0x84, |reply| reply.data[0] ^= 1));
    assert_eq!(other_challenge.authenticate(&specimen), external(0x6300));
    // Seven bytes are no challenge: nothing is signed.
    other_challenge.alter = Some((0x84, |reply| reply.data.truncate(7)));
    let signed = other_challenge.sent.len();
    assert_eq!(other_challenge.authenticate(&specimen), Err(("ta.challenge".to_owned(), 0)));
    assert_eq!(other_challenge.sent[signed..].iter().filter(|command| command.ins == 0x82).count(), 0);
    other_challenge.alter = None;
    assert_eq!(other_challenge.select_dg3(), 0x6982);
    let mut other_chip = Hand::new(&specimen, true);
    other_chip.binding.chip[0] ^= 1;
    assert_eq!(other_chip.authenticate(&specimen), external(0x6300));
    let mut other_session = Hand::new(&specimen, true);
    other_session.binding.terminal[0] ^= 1;
    assert_eq!(other_session.authenticate(&specimen), external(0x6300));
    assert_eq!(other_session.select_dg3(), 0x6982);
}

#[test]
fn rights_come_after_chip_authentication_once_and_end_with_its_keys() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let mut without = Hand::new(&specimen, false);
    assert_eq!(without.authenticate(&specimen), external(0x6982));
    assert_eq!(without.select_dg3(), 0x6982);
    let mut hand = Hand::new(&specimen, true);
    hand.authenticate(&specimen).unwrap();
    assert_eq!(hand.select_dg3(), 0x9000);
    assert_eq!(hand.authenticate(&specimen), external(0x6982), "once in a session");
    hand.authenticate_chip(&specimen);
    // Still selected, and not to be read: the rights were bound to the keys before.
    let read = CommandApdu::new(0x00, 0xB0, 0x00, 0x00).with_le(8);
    assert_eq!(hand.send(&read).sw.0, 0x6982);
    assert_eq!(hand.select_dg3(), 0x6982);
    hand.authenticate(&specimen).unwrap();
    assert_eq!(hand.select_dg3(), 0x9000);
    assert_eq!(hand.send(&read).sw.0, 0x9000);
}

#[test]
fn commands_out_of_order_and_broken_certificates_are_refused() {
    let specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let set = set(&specimen);
    let mut hand = Hand::new(&specimen, true);
    let cvca = [&[0x83, 16], super::CVCA.as_bytes()].concat();
    let dv = [&[0x83, 14], super::DV.as_bytes()].concat();
    let (dst, at, verify) = ([0x81, 0xB6], [0x81, 0xA4], [0x00, 0xBE]);
    let mut of_dv = set.dv.content().to_vec();
    assert_eq!(hand.status(0x2A, verify, &of_dv), 0x6985, "no key was selected");
    assert_eq!(hand.status(0x22, dst, &dv), 0x6A88, "a key that is not there yet");
    assert_eq!(hand.status(0x22, dst, &[0x80, 0]), 0x6A80);
    assert_eq!(hand.status(0x22, at, &dv), 0x6A88, "a DV is no terminal");
    assert_eq!(hand.status(0x82, [0, 0], &[0; 64]), 0x6985, "no challenge");
    assert_eq!(hand.status(0x22, dst, &cvca), 0x9000);
    assert_eq!(hand.status(0x2A, verify, set.terminal.content()), 0x6A88, "another issuer");
    assert_eq!(hand.status(0x22, dst, &cvca), 0x9000);
    assert_eq!(hand.status(0x2A, verify, &of_dv[1..]), 0x6A80);
    assert_eq!(hand.status(0x22, dst, &cvca), 0x9000);
    *of_dv.last_mut().unwrap() ^= 1;
    assert_eq!(hand.status(0x2A, verify, &of_dv), 0x6300);
    *of_dv.last_mut().unwrap() ^= 1;
    assert_eq!(hand.status(0x22, dst, &cvca), 0x9000);
    assert_eq!(hand.status(0x2A, verify, &of_dv), 0x9000);
    assert_eq!(hand.status(0x22, dst, &dv), 0x9000);
    // In pieces, and with another command between the pieces.
    let (first, rest) = set.terminal.content().split_at(100);
    let piece = CommandApdu::new(0x10, 0x2A, 0x00, 0xBE).with_data(first);
    assert_eq!(hand.send(&piece).sw.0, 0x9000);
    assert_eq!(hand.status(0x82, [0, 0], &[0; 8]), 0x6883);
    assert_eq!(hand.send(&piece).sw.0, 0x9000);
    assert_eq!(hand.status(0x2A, verify, rest), 0x9000);
    assert_eq!(hand.select_dg3(), 0x6982, "certificates alone open nothing");
}

#[test]
fn ef_cvca_is_read_wherever_it_is_and_however_long() {
    let file = EfCvca::parse(b"\x42\x05UT001").unwrap();
    let whole = file.to_bytes();
    let reply = |sw: u16, data: &[u8]| ResponseApdu { data: data.to_vec(), sw: StatusWord(sw) };
    for (fid, answers) in [
        (None, vec![reply(0x9000, &whole)]),
        (Some(0x0142), vec![reply(0x6C07, &[]), reply(0x9000, &whole[..7])]),
        (None, vec![reply(0x6282, &whole[..20])]),
    ] {
        let mut exchange = ReadCvca::new(fid);
        let Next::Send(select, _) = exchange.next(None).unwrap() else { panic!() };
        assert_eq!(select.data, fid.unwrap_or(0x011C).to_be_bytes());
        let Next::Send(read, _) = exchange.next(Some(&reply(0x9000, &[]))).unwrap() else { panic!() };
        assert_eq!((read.header(), read.le), ([0x00, 0xB0, 0, 0], Some(36)));
        let mut last = None;
        for answer in &answers {
            match exchange.next(Some(answer)).unwrap() {
                Next::Done((bytes, found)) => last = Some((bytes == answer.data, found)),
                Next::Send(again, _) => assert_eq!(again.le, Some(7)),
            }
        }
        assert_eq!(last, Some((true, file.clone())));
    }
    let mut exchange = ReadCvca::new(None);
    exchange.next(None).unwrap();
    exchange.next(Some(&reply(0x9000, &[]))).unwrap();
    assert!(matches!(exchange.next(Some(&reply(0x6982, &[]))), Err(ProtocolError::Refused { .. })));
    // DG14 names the file: here it sends the terminal to another, which is no EF.CVCA.
    let mut specimen = specimen(&format!("modern,{EC}"), 5, &[]);
    let mut dg14 = Dg14::parse(&specimen.chip.files[&FileId::Dg(14)]).unwrap();
    let elsewhere = TerminalAuthenticationInfo { version: 1, ef_cvca: Some(FileId::Com.fid()) };
    let infos = dg14.security_infos.infos().cloned().map(|info| match info {
        SecurityInfo::TerminalAuthentication(_) => SecurityInfo::TerminalAuthentication(elsewhere.clone()),
        other => other,
    });
    dg14.security_infos = SecurityInfos::of(infos.collect::<Vec<_>>()).unwrap();
    specimen.chip.files.insert(FileId::Dg(14), dg14.to_bytes());
    let session = Session::of(&specimen, Some(credentials(set(&specimen))));
    session.assert_refused(&specimen, "another file", ("read.cvca", None), 2);
}
