//! Files broken at random, the same way in every run, given to what reads them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// The longest that one broken file may take, on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Breaks files, the same way in every run.
struct Breaker(u64);

impl Breaker {
    fn next(&mut self, below: usize) -> usize {
        // xorshift64: the low bits are weak, so the high ones are taken.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as usize) % below.max(1)
    }

    /// One to four changes: a bit, a byte, a number, a piece removed, doubled or moved, the end cut off.
    fn broken(&mut self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        for _ in 0..=self.next(4) {
            let at = self.next(bytes.len());
            let end = bytes.len().min(at + 1 + self.next(64));
            match self.next(8) {
                0 | 1 if !bytes.is_empty() => bytes[at] ^= 1 << self.next(8),
                2 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF][self.next(5)],
                3 if at + 4 <= bytes.len() => {
                    let number = [0, 1, u32::MAX, i32::MAX as u32, 0x0001_0000, 65_535][self.next(6)];
                    bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
                }
                4 => drop(bytes.drain(at.min(end)..end)),
                5 => {
                    let piece = bytes[at.min(end)..end].to_vec();
                    let to = self.next(bytes.len() + 1);
                    bytes.splice(to..to, piece);
                }
                6 => bytes.truncate(at),
                _ => {}
            }
        }
        bytes
    }
}

/// Gives `reader` the whole file and `times` broken ones; says how many broken ones it accepted.
pub fn withstands(name: &str, whole: &[u8], times: usize, reader: impl Fn(&[u8]) -> bool) -> usize {
    assert!(reader(whole), "{name}: the whole file is good");
    let mut breaker = Breaker(0x9E37_79B9_7F4A_7C15);
    let accepted = (0..times).filter(|time| {
        let broken = breaker.broken(whole);
        let start = Instant::now();
        let answer = catch_unwind(AssertUnwindSafe(|| reader(&broken)));
        assert!(start.elapsed() < PATIENCE, "{name}, variant {time}: took {:?}", start.elapsed());
        answer.unwrap_or_else(|_| panic!("{name}, variant {time}: panicked"))
    });
    let accepted = accepted.count();
    assert!(accepted < times, "{name}: nothing that is broken was noticed");
    accepted
}
