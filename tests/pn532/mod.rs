//! A PN532 on a pseudo-terminal, as far as libnfc drives one, with a specimen chip in its field.
//! Source: NXP UM0701-02, PN532 User Manual: sections 6.2.1 (frames) and 7 (commands).

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use titre::specimen::SpecimenChip;
use titre::transport::Transport;

const ACK: [u8; 6] = [0, 0, 0xFF, 0, 0xFF, 0];
/// Most bytes of a chip's answer in one frame.
const CHUNK: usize = 262;

/// What goes wrong, or is otherwise than mostly.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// Nothing is in the field.
    NoChip,
    /// What is in the field holds memory only, without ISO/IEC 14443-4.
    MemoryCard,
    /// The chip is of type B.
    TypeB,
    /// The chip leaves at this command.
    LostAt(usize),
    /// From this command on the reader says nothing.
    SilentAt(usize),
    /// The reader is unplugged at this command.
    UnpluggedAt(usize),
}

/// The emulated reader. It ends when the process does: libnfc opens and closes it as it likes.
pub struct Pn532 {
    /// The connection string that opens it.
    pub name: String,
    longest: Arc<AtomicUsize>,
}

impl Pn532 {
    pub fn start(chip: SpecimenChip, trouble: Trouble) -> Self {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&controller).unwrap();
        unlockpt(&controller).unwrap();
        let path = ptsname(&controller, Vec::new()).unwrap().into_string().unwrap();
        // Kept open: without any user the controlling side reads errors.
        let terminal = File::options().read(true).write(true).open(&path).unwrap();
        let mut settings = tcgetattr(&terminal).unwrap();
        settings.make_raw();
        tcsetattr(&terminal, OptionalActions::Now, &settings).unwrap();
        let longest = Arc::new(AtomicUsize::new(0));
        let mut firmware = Firmware {
            chip,
            trouble,
            longest: longest.clone(),
            registers: HashMap::new(),
            collected: Vec::new(),
            pending: Vec::new(),
            count: 0,
            stopped: None,
        };
        thread::spawn(move || {
            let _terminal = terminal;
            firmware.run(&mut File::from(controller));
        });
        Self { name: format!("pn532_uart:{path}"), longest }
    }

    pub fn longest_command(&self) -> usize {
        self.longest.load(Ordering::SeqCst)
    }
}

struct Firmware {
    chip: SpecimenChip,
    trouble: Trouble,
    longest: Arc<AtomicUsize>,
    registers: HashMap<[u8; 2], u8>,
    collected: Vec<u8>,
    pending: Vec<u8>,
    count: usize,
    stopped: Option<Trouble>,
}

impl Firmware {
    fn run(&mut self, line: &mut File) {
        let (mut buffer, mut room) = (Vec::new(), [0; 4096]);
        while let Ok(read) = line.read(&mut room) {
            buffer.extend_from_slice(&room[..read]);
            while let Some((command, used)) = next_frame(&buffer) {
                buffer.drain(..used);
                if let [0xD4, code, data @ ..] = command.as_slice() {
                    let answer = [&[0xD5, code + 1], &self.perform(*code, data)[..]].concat();
                    match self.stopped {
                        // The line goes with this thread.
                        Some(Trouble::UnpluggedAt(_)) => return,
                        Some(_) => continue,
                        None => {}
                    }
                    if line.write_all(&[&ACK[..], &frame(&answer)].concat()).is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn perform(&mut self, code: u8, data: &[u8]) -> Vec<u8> {
        match code {
            // Diagnose: the line is tested by an echo.
            0x00 => data.to_vec(),
            // GetFirmwareVersion: PN532, 1.6, types A and B and ISO 18092.
            0x02 => vec![0x32, 1, 6, 7],
            0x06 => data
                .chunks_exact(2)
                .map(|at| self.registers.get(&[at[0], at[1]]).copied().unwrap_or(0))
                .collect(),
            0x08 => {
                for entry in data.chunks_exact(3) {
                    self.registers.insert([entry[0], entry[1]], entry[2]);
                }
                Vec::new()
            }
            // PowerDown, InDeselect, InRelease: done.
            0x16 | 0x44 | 0x52 => vec![0],
            // SENS_RES and SEL_RES of a MIFARE Classic, and its UID.
            0x4A if data.get(1) == Some(&0) && self.trouble == Trouble::MemoryCard => {
                vec![1, 1, 0x00, 0x04, 0x08, 4, 0x08, 0xA1, 0xB2, 0xC3]
            }
            // One chip: ATQB with identifier, application data and protocol information, and an empty answer to ATTRIB.
            0x4A if data.get(1) == Some(&3) && self.trouble == Trouble::TypeB => {
                let application = [0x80, 0x73, 0x84, 0x21];
                let atqb = [&[0x50, 0x08, 0xA1, 0xB2, 0xC3][..], &application, &[0x00, 0x81, 0x85]].concat();
                [&[1, 1][..], &atqb, &[1, 0]].concat()
            }
            0x4A if data.get(1) == Some(&0) && ![Trouble::NoChip, Trouble::TypeB].contains(&self.trouble) => {
                // One chip: SENS_RES, SEL_RES with ISO/IEC 14443-4, four bytes of UID, the answer to select with the
                // historical bytes of a chip without extended length.
                let select = [&[0x70, 0x77, 0x81, 0x02][..], &[0x80, 0x73, 0x84, 0x21, 0x00]].concat();
                let mut found = vec![1, 1, 0x00, 0x08, 0x20, 4, 0x08, 0xA1, 0xB2, 0xC3];
                found.push(select.len() as u8 + 1);
                found.extend(select);
                found
            }
            0x4A => vec![0],
            0x40 => self.exchange(data),
            // InCommunicateThru: nobody answers.
            0x42 => vec![1],
            _ => Vec::new(),
        }
    }

    /// InDataExchange: the bit 40 of the target says that more follows, in both directions.
    fn exchange(&mut self, data: &[u8]) -> Vec<u8> {
        let (target, part) = data.split_first().unwrap();
        if !part.is_empty() {
            self.collected.extend_from_slice(part);
            if target & 0x40 != 0 {
                return vec![0];
            }
            let command = std::mem::take(&mut self.collected);
            self.longest.fetch_max(command.len(), Ordering::SeqCst);
            let number = self.count;
            self.count += 1;
            if self.trouble == Trouble::LostAt(number) {
                // The status for a target that was released.
                return vec![0x29];
            }
            if [Trouble::SilentAt(number), Trouble::UnpluggedAt(number)].contains(&self.trouble) {
                self.stopped = Some(self.trouble);
                return Vec::new();
            }
            self.pending = self.chip.transceive(&command).unwrap();
        }
        let rest = self.pending.split_off(self.pending.len().min(CHUNK));
        let chunk = std::mem::replace(&mut self.pending, rest);
        let more = if self.pending.is_empty() { 0 } else { 0x40 };
        [&[more][..], &chunk].concat()
    }
}

/// The data of the next frame and how many bytes of the line it and what stands before it take.
fn next_frame(line: &[u8]) -> Option<(Vec<u8>, usize)> {
    let start = line.windows(3).position(|bytes| bytes == [0, 0, 0xFF])?;
    let rest = &line[start + 3..];
    let (len, header) = match rest {
        // The host acknowledges.
        [0, 0xFF, ..] => return Some((Vec::new(), start + 5)),
        [0xFF, 0xFF, high, low, _, ..] => (usize::from(u16::from_be_bytes([*high, *low])), 5),
        [0xFF, 0xFF, ..] => return None,
        [len, check, ..] => {
            assert_eq!(len.wrapping_add(*check), 0, "the length's check");
            (usize::from(*len), 2)
        }
        _ => return None,
    };
    let data = rest.get(header..header + len)?;
    let check = rest.get(header + len)?;
    assert_eq!(data.iter().fold(*check, |sum, byte| sum.wrapping_add(*byte)), 0, "the frame's check");
    Some((data.to_vec(), start + 3 + header + len + 1))
}

fn frame(data: &[u8]) -> Vec<u8> {
    let mut frame = vec![0, 0, 0xFF];
    match u8::try_from(data.len()) {
        Ok(len) => frame.extend([len, len.wrapping_neg()]),
        Err(_) => {
            let [high, low] = (data.len() as u16).to_be_bytes();
            frame.extend([0xFF, 0xFF, high, low, high.wrapping_add(low).wrapping_neg()]);
        }
    }
    frame.extend(data);
    frame.extend([data.iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte)), 0]);
    frame
}
