//! How the specimen chip verifies a terminal: certificates from its trust points on, its own idea of the date, the
//! signature over its challenge, and what that lets the terminal read. Written from the standard and not from the
//! terminal's half; only what a certificate says is read by the same code.
//! Source: Doc 9303-11 section 7.1; BSI TR-03110-3 sections 2.5 (validation), 2.6 (authorization), B.11.4 to B.11.7.

use super::{Answer, SpecimenChip, answer, refuse};
use crate::asn1::tlv;
use crate::crypto::{Entropy, NamedCurve, PublicKey, signature};
use crate::iso7816::{CommandApdu, StatusWord};
use crate::lds::card_verifiable::{
    CardVerifiableCertificate, CertificateBody, KeyReference, Role, TerminalScheme,
};
use crate::lds::{EfCvca, FileId};
use crate::specimen::SpecimenError;
use crate::specimen::chip_data::TerminalTrust;
use time::Date;

/// Most bytes of a command that comes in pieces.
const MAX_CHAINED: usize = 8192;
/// Trust points that a chip keeps.
const MAX_TRUST_POINTS: usize = 2;

/// What the chip keeps when power goes.
pub(super) struct Trust {
    /// The most recent first.
    points: Vec<Imported>,
    today: Date,
}

/// A key that was imported, with what is needed of its certificate.
#[derive(Clone)]
struct Imported {
    name: Vec<u8>,
    key: PublicKey,
    scheme: TerminalScheme,
    curve: Option<NamedCurve>,
    /// Role and rights in effect: what all certificates on the way give.
    bits: Vec<u8>,
    kind: String,
    role: Role,
    effective: Date,
    expires: Date,
}

/// What the chip knows of the terminal in this session.
#[derive(Default)]
pub(super) struct Terminal {
    /// The compressed key that the terminal has agreed with in chip authentication.
    key: Option<Vec<u8>>,
    /// The name that MSE:Set DST selected.
    selected: Option<Vec<u8>>,
    /// The last key of a DV or a terminal that was imported.
    imported: Option<Imported>,
    /// Whether MSE:Set AT selected it.
    chosen: bool,
    challenge: Option<[u8; 8]>,
    /// What came of a command in pieces.
    pieces: Option<(u8, Vec<u8>)>,
    done: bool,
    rights: u8,
}

impl Terminal {
    /// Another command ends one that comes in pieces.
    pub(super) fn pieces_end(&mut self) {
        self.pieces = None;
    }

    /// A new session, whose keys the terminal agreed on with this one; nothing of the old one stays.
    pub(super) fn begin(&mut self, key: Vec<u8>) {
        *self = Self { key: Some(key), ..Self::default() };
    }
}

impl Imported {
    fn new(body: &CertificateBody, curve: Option<NamedCurve>, bits: Vec<u8>) -> Option<Self> {
        let curve = body.key.curve().or(curve);
        Some(Self {
            name: body.holder.as_bytes().to_vec(),
            key: body.key.key(curve)?,
            scheme: body.key.scheme,
            curve,
            bits,
            kind: body.authorization.terminal.clone(),
            role: body.authorization.role(),
            effective: body.effective,
            expires: body.expires,
        })
    }
}

impl Trust {
    pub(super) fn new(data: &TerminalTrust) -> Result<Self, SpecimenError> {
        let wrong =
            || SpecimenError::Chip("a trust point of terminal authentication cannot be used".to_owned());
        let certificate = CardVerifiableCertificate::parse(&data.trust_point)?;
        let body = certificate.body();
        let point = Imported::new(body, None, body.authorization.bits().to_vec()).ok_or_else(wrong)?;
        if point.role != Role::Cvca {
            return Err(wrong());
        }
        Ok(Self { points: vec![point], today: data.date })
    }

    /// The current EF.CVCA.
    fn file(&self) -> Option<EfCvca> {
        let name = |at: usize| self.points.get(at).and_then(|point| KeyReference::new(&point.name));
        Some(EfCvca { current: name(0)?, previous: name(1) })
    }
}

impl SpecimenChip {
    /// Gathers a command that comes in pieces: `None` where it is whole, with the data of all of them.
    pub(super) fn gather(&mut self, command: &CommandApdu) -> Result<Option<CommandApdu>, StatusWord> {
        let chained = command.cla & 0x10 != 0;
        let before = self.state.terminal.pieces.take();
        let mut data = match before {
            Some((ins, data)) if ins == command.ins => data,
            Some(_) => return Err(StatusWord(0x6883)),
            None => Vec::new(),
        };
        data.extend(&command.data);
        if data.len() > MAX_CHAINED {
            return Err(StatusWord::WRONG_LENGTH);
        }
        if chained {
            self.state.terminal.pieces = Some((command.ins, data));
            return Ok(None);
        }
        let mut whole = CommandApdu::new(command.cla, command.ins, command.p1, command.p2).with_data(data);
        whole.le = command.le;
        Ok(Some(whole))
    }

    /// Whether a command is one of terminal authentication, which happens under secure messaging only.
    pub(super) fn is_for_terminal(&self) -> bool {
        self.trust.is_some() && self.state.open && self.state.channel.is_some()
    }

    /// MSE:Set DST: the key that verifies the next certificate.
    pub(super) fn set_verification_key(&mut self, data: &[u8]) -> Answer {
        if !self.is_for_terminal() {
            return refuse(StatusWord::SECURITY_NOT_SATISFIED);
        }
        let name = tlv::read_only(0x83, data).map_err(|_| StatusWord::WRONG_DATA)?.value.to_vec();
        self.state.terminal.selected = None;
        self.verifier(&name).ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
        self.state.terminal.selected = Some(name);
        answer(Vec::new())
    }

    /// A trust point of that name, or the DV just imported.
    fn verifier(&self, name: &[u8]) -> Option<Imported> {
        let imported = self.state.terminal.imported.as_ref();
        let points = self.trust.iter().flat_map(|trust| &trust.points);
        let dv = imported.filter(|imported| imported.role != Role::Terminal);
        points.chain(dv).find(|known| known.name == name).cloned()
    }

    /// PSO:Verify Certificate.
    pub(super) fn verify_certificate(&mut self, command: &CommandApdu) -> Answer {
        if (command.p1, command.p2) != (0x00, 0xBE) {
            return refuse(StatusWord::WRONG_PARAMETERS);
        }
        let name = self.state.terminal.selected.take().ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let issuer = self.verifier(&name).ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
        let certificate =
            CardVerifiableCertificate::from_content(&command.data).map_err(|_| StatusWord::WRONG_DATA)?;
        let body = certificate.body();
        let role = body.authorization.role();
        if body.issuer.as_bytes() != name {
            return refuse(StatusWord::REFERENCE_NOT_FOUND);
        }
        // A CVCA certifies its successor or a DV, a DV a terminal, a terminal nobody; all for one kind of terminal.
        let may = match issuer.role {
            Role::Cvca => role != Role::Terminal,
            Role::DomesticDv | Role::ForeignDv => role == Role::Terminal,
            Role::Terminal => false,
        };
        if !may
            || body.authorization.terminal != issuer.kind
            || body.authorization.bits().len() != issuer.bits.len()
        {
            return refuse(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        certificate.verify(&issuer.key, issuer.scheme).map_err(|_| StatusWord::VERIFICATION_FAILED)?;
        let trust = self.trust.as_mut().ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let is_link = role == Role::Cvca;
        // An expired trust point verifies its successor only.
        let issuer_is_over = issuer.role == Role::Cvca && issuer.expires < trust.today;
        if !is_link && (body.expires < trust.today || issuer_is_over) {
            return refuse(StatusWord::REFERENCE_NOT_USABLE);
        }
        let own = body.authorization.bits();
        let bits =
            if is_link { own.to_vec() } else { issuer.bits.iter().zip(own).map(|(a, b)| a & b).collect() };
        let imported = Imported::new(body, issuer.curve, bits).ok_or(StatusWord::WRONG_DATA)?;
        // Whom the chip believes the date: its State's CVCA, what that certifies, and the terminals of a domestic DV.
        let accurate = issuer.role != Role::ForeignDv;
        if accurate && trust.today < body.effective {
            trust.today = body.effective;
        }
        if is_link {
            trust.points.retain(|point| point.name != imported.name);
            trust.points.push(imported);
            trust.points.sort_by_key(|point| std::cmp::Reverse(point.effective));
            trust.points.truncate(MAX_TRUST_POINTS);
            if let Some(file) = trust.file() {
                self.data.files.insert(FileId::Cvca, file.to_bytes());
            }
        } else {
            self.state.terminal.imported = Some(imported);
            self.state.terminal.chosen = false;
        }
        answer(Vec::new())
    }

    /// MSE:Set AT: the terminal's key, which must be the one just imported.
    pub(super) fn set_terminal_key(&mut self, data: &[u8]) -> Answer {
        if !self.is_for_terminal() {
            return refuse(StatusWord::SECURITY_NOT_SATISFIED);
        }
        let name = tlv::read_only(0x83, data).map_err(|_| StatusWord::WRONG_DATA)?;
        let terminal = &mut self.state.terminal;
        let known = terminal.imported.as_ref().filter(|imported| imported.role == Role::Terminal);
        terminal.chosen = known.is_some_and(|known| known.name == name.value);
        if terminal.chosen { answer(Vec::new()) } else { refuse(StatusWord::REFERENCE_NOT_FOUND) }
    }

    /// GET CHALLENGE of terminal authentication.
    pub(super) fn terminal_challenge(&mut self) -> Answer {
        let mut challenge = [0; 8];
        self.entropy.fill("chip.ta.challenge", &mut challenge).map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        self.state.terminal.challenge = Some(challenge);
        answer(challenge.to_vec())
    }

    /// EXTERNAL AUTHENTICATE: the terminal's signature.
    pub(super) fn external_authenticate(&mut self, command: &CommandApdu) -> Answer {
        if (command.p1, command.p2) != (0, 0) {
            return refuse(StatusWord::WRONG_PARAMETERS);
        }
        let challenge = self.state.terminal.challenge.take().ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let terminal = &self.state.terminal;
        // Once in a session, and after chip authentication, whose keys the rights are bound to.
        let key = terminal.key.as_ref().filter(|_| !terminal.done);
        let key = key.ok_or(StatusWord::SECURITY_NOT_SATISFIED)?;
        let known = terminal.imported.as_ref().filter(|_| terminal.chosen);
        let known = known.ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let message = [self.state.chip_id.as_slice(), &challenge, key].concat();
        signature::verify(&known.key, &known.scheme.signature(), &message, &command.data)
            .map_err(|_| StatusWord::VERIFICATION_FAILED)?;
        let rights = known.bits.last().copied().unwrap_or(0);
        self.state.terminal.done = true;
        self.state.terminal.rights = rights;
        answer(Vec::new())
    }

    /// Whether the terminal may read a file now, as far as terminal authentication decides it.
    pub(super) fn terminal_may_read(&self, file: FileId) -> bool {
        let bit = match file {
            FileId::Dg(3) => 0x01,
            FileId::Dg(4) => 0x02,
            _ => return true,
        };
        self.trust.is_none() || self.state.terminal.rights & bit != 0
    }
}
