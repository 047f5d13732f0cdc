//! The recording of a session with a chip: one JSON line each for header, exchanges, entropy draws, events and
//! end. It holds wire bytes only. Reading checks the digest, the numbering and every bound, so that a recording
//! that was cut or altered is refused before the first command.
//! Source: titre's own format, `titre.recording/1`; all binary values are hex.

use super::TransportError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Name and major version of the format.
pub const FORMAT: &str = "titre.recording/1";
/// Most bytes of a recording.
pub const MAX_BYTES: usize = 64 << 20;
/// Most lines of a recording.
pub const MAX_ENTRIES: usize = 200_000;
/// Most bytes of one line: the largest response in hex and some room.
const MAX_LINE: usize = 300_000;

/// What a recording may hold, and so where it may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Class {
    /// From a real document: personal data.
    Raw,
    /// Rebuilt on a specimen after a real session.
    Anonymous,
    /// From a specimen: nobody's data.
    Synthetic,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// Program and version that recorded.
    pub tool: String,
    /// What the recording may hold.
    pub class: Class,
    /// The reader's name.
    pub reader: String,
    /// Answer to reset, in hex.
    pub atr: String,
    /// Transmission protocol.
    pub protocol: String,
    /// Largest Le of reader and chip.
    pub max_le: u32,
}

/// One line between header and end.
#[derive(Clone, PartialEq, Eq)]
pub enum Entry {
    /// A command and what came back.
    Exchange {
        /// Microseconds from the start of the recording to the sending of the command.
        t_us: u64,
        /// Microseconds until the response.
        took_us: u64,
        /// The command as sent.
        command: Vec<u8>,
        /// The response as received, or what went wrong with the transport.
        reply: Result<Vec<u8>, LostReply>,
    },
    /// Random bytes that the terminal drew.
    Draw {
        /// The label of the draw.
        label: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Something worth noting, such as the start of a phase.
    Event {
        /// A dotted name.
        name: String,
    },
}

/// Why an exchange brought no response; what a replay answers with again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LostReply {
    /// The card was lost.
    CardLost,
    /// No answer in time.
    Timeout,
    /// Reader or card service failed.
    Reader,
}

/// A whole recording.
#[derive(Clone, PartialEq, Eq)]
pub struct Recording {
    /// The first line.
    pub header: Header,
    /// Everything else in order.
    pub entries: Vec<Entry>,
}

/// The lines as they stand in the file. `n` counts them from 1.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    n: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    t_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<LostReply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    draw: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    end: u64,
    sha256: String,
}

impl Recording {
    /// Whether it holds entropy, without which the protocols cannot run again.
    #[must_use]
    pub fn has_draws(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry, Entry::Draw { .. }))
    }

    /// The file: lines, then the end line with the SHA-256 of what stands above it.
    ///
    /// # Errors
    /// [`TransportError::Recording`] where a bound of the format is passed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, TransportError> {
        if self.entries.len() > MAX_ENTRIES {
            return Err(broken("it has too many lines"));
        }
        let mut out = json_line(&self.header)?;
        for (index, entry) in self.entries.iter().enumerate() {
            out.extend(json_line(&line(index as u64 + 1, entry))?);
        }
        let end = End { end: self.entries.len() as u64, sha256: hex::encode(Sha256::digest(&out)) };
        out.extend(json_line(&end)?);
        if out.len() > MAX_BYTES {
            return Err(broken("it is too large"));
        }
        Ok(out)
    }

    /// Reads a file that [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`TransportError::Recording`] where it is cut, altered, out of order or too large.
    pub fn parse(bytes: &[u8]) -> Result<Self, TransportError> {
        if bytes.len() > MAX_BYTES {
            return Err(broken("it is too large"));
        }
        let body = bytes.strip_suffix(b"\n").ok_or_else(|| broken("its last line is cut"))?;
        let end_at = body.iter().rposition(|byte| *byte == b'\n').ok_or_else(|| broken("it has no end"))? + 1;
        let (above, end) = (&bytes[..end_at], &body[end_at..]);
        let end: End = parse_line(end, "its end line is missing or malformed")?;
        if hex::encode(Sha256::digest(above)) != end.sha256 {
            return Err(broken("its digest is wrong: it was altered"));
        }
        let mut lines = above.split_inclusive(|byte| *byte == b'\n');
        let header: Header = parse_line(lines.next().unwrap_or_default(), "its header is malformed")?;
        if header.format != FORMAT {
            return Err(broken("it is of a format that this version does not read"));
        }
        let mut entries = Vec::new();
        for text in lines {
            let number = entries.len() as u64 + 1;
            if entries.len() == MAX_ENTRIES || text.len() > MAX_LINE {
                return Err(broken("it has too many or too long lines"));
            }
            let line: Line = parse_line(text, "a line is malformed")?;
            if line.n != number {
                return Err(broken("its lines are out of order"));
            }
            entries.push(entry(line)?);
        }
        if end.end != entries.len() as u64 {
            return Err(broken("its end line counts other lines"));
        }
        Ok(Self { header, entries })
    }
}

fn line(n: u64, entry: &Entry) -> Line {
    let empty = Line { n, ..Line::default() };
    match entry {
        Entry::Exchange { t_us, took_us, command, reply } => Line {
            t_us: Some(*t_us),
            took_us: Some(*took_us),
            c: Some(hex::encode(command)),
            r: reply.as_ref().ok().map(hex::encode),
            lost: reply.as_ref().err().copied(),
            ..empty
        },
        Entry::Draw { label, bytes } => {
            Line { draw: Some(label.clone()), hex: Some(hex::encode(bytes)), ..empty }
        }
        Entry::Event { name } => Line { event: Some(name.clone()), ..empty },
    }
}

fn entry(line: Line) -> Result<Entry, TransportError> {
    let bytes = |text: String| hex::decode(text).map_err(|_| broken("a value is not hex"));
    match line {
        Line {
            t_us: Some(t_us),
            took_us: Some(took_us),
            c: Some(c),
            r,
            lost,
            draw: None,
            hex: None,
            event: None,
            ..
        } => {
            let reply = match (r, lost) {
                (Some(r), None) => Ok(bytes(r)?),
                (None, Some(lost)) => Err(lost),
                _ => return Err(broken("an exchange has no reply or two")),
            };
            Ok(Entry::Exchange { t_us, took_us, command: bytes(c)?, reply })
        }
        Line {
            t_us: None,
            took_us: None,
            c: None,
            r: None,
            lost: None,
            draw: Some(label),
            hex: Some(hex),
            event: None,
            ..
        } => Ok(Entry::Draw { label, bytes: bytes(hex)? }),
        Line {
            t_us: None,
            took_us: None,
            c: None,
            r: None,
            lost: None,
            draw: None,
            hex: None,
            event: Some(name),
            ..
        } => Ok(Entry::Event { name }),
        _ => Err(broken("a line is neither exchange, draw nor event")),
    }
}

fn json_line(value: &impl Serialize) -> Result<Vec<u8>, TransportError> {
    let mut line = serde_json::to_vec(value).map_err(|error| TransportError::Recording(error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}

/// Parses one line; what serde says is not passed on, since it may quote the line.
fn parse_line<T: for<'a> Deserialize<'a>>(line: &[u8], problem: &str) -> Result<T, TransportError> {
    serde_json::from_slice(line).map_err(|_| broken(problem))
}

fn broken(problem: &str) -> TransportError {
    TransportError::Recording(problem.to_owned())
}

impl From<&TransportError> for LostReply {
    fn from(error: &TransportError) -> Self {
        match error {
            TransportError::CardLost(_) => Self::CardLost,
            TransportError::Timeout { .. } | TransportError::Overdue { .. } => Self::Timeout,
            _ => Self::Reader,
        }
    }
}

// Wire bytes of a real document are personal even when encrypted: counts only.
impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recording({:?}, {} entries)", self.header.class, self.entries.len())
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exchange { command, reply, .. } => {
                write!(f, "Exchange(command {}, reply {:?})", command.len(), reply.as_ref().map(Vec::len))
            }
            Self::Draw { label, bytes } => write!(f, "Draw({label}, {})", bytes.len()),
            Self::Event { name } => write!(f, "Event({name})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn sample() -> Recording {
        let header = Header {
            format: FORMAT.to_owned(),
            tool: "titre test".to_owned(),
            class: Class::Synthetic,
            reader: "specimen".to_owned(),
            atr: String::new(),
            protocol: "T=CL".to_owned(),
            max_le: 256,
        };
        let entries = vec![
            Entry::Event { name: "phase.access".to_owned() },
            Entry::Draw { label: "bac.rnd_ifd".to_owned(), bytes: vec![1, 2, 3] },
            Entry::Exchange {
                t_us: 5,
                took_us: 7,
                command: vec![0, 0x84, 0, 0, 8],
                reply: Ok(vec![0x90, 0]),
            },
            Entry::Exchange { t_us: 9, took_us: 1, command: vec![0], reply: Err(LostReply::CardLost) },
        ];
        Recording { header, entries }
    }

    #[test]
    fn comes_back_as_it_was() {
        let bytes = sample().to_bytes().unwrap();
        assert_eq!(Recording::parse(&bytes).unwrap(), sample());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(r#"{"n":3,"t_us":5,"took_us":7,"c":"0084000008","r":"9000"}"#), "{text}");
        assert!(text.contains(r#"{"n":2,"draw":"bac.rnd_ifd","hex":"010203"}"#), "{text}");
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_refused() {
        let bytes = sample().to_bytes().unwrap();
        for len in 0..bytes.len() {
            assert!(Recording::parse(&bytes[..len]).is_err(), "cut to {len}");
        }
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert!(Recording::parse(&altered).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_line_out_of_order_is_refused_even_under_a_right_digest() {
        let bytes = sample().to_bytes().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.pop();
        lines.swap(1, 2);
        let above = lines.join("\n") + "\n";
        let end = format!("{{\"end\":4,\"sha256\":\"{}\"}}\n", hex::encode(Sha256::digest(&above)));
        let error = Recording::parse((above + &end).as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "recording: its lines are out of order");
    }

    #[test]
    fn debug_shows_no_bytes() {
        let text = format!("{:?} {:?}", sample(), sample().entries);
        assert!(!text.contains("132") && !text.contains("[1, 2, 3]"), "{text}");
    }
}
