//! What this process changed on disk: every file and folder that [`output`](super::output) or a lock made, replaced or
//! removed, with what it is for and until when it is needed. A report on retention is read off here, so that no writer can
//! forget to say what it left.

use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;

/// What happened to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was not there before.
    Created,
    /// It was there and has another content.
    Replaced,
    /// It was left behind by a run that was killed, and is gone.
    Removed,
}

/// What a file is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// The command line named it as an output.
    AskedFor,
    /// The attestation, the holder's to keep.
    Attestation,
    /// Places and states of a status list, so that attestations can be suspended and revoked.
    StatusRegister,
    /// So that two programs do not change the same file; empty.
    Lock,
    /// The mark that a challenge was answered, so that it serves once.
    UsedChallenge,
    /// The signed list of what was kept and what was erased.
    ErasureReceipt,
    /// The sealed evidence for an archive.
    EvidenceBundle,
    /// A receipt of consent, or its withdrawal.
    ConsentReceipt,
    /// A folder for the files above.
    Folder,
    /// Half-written by a run that was killed.
    LeftBehind,
}

impl Why {
    /// Every purpose, for the test of their texts.
    pub const ALL: [Self; 10] = [
        Self::AskedFor,
        Self::Attestation,
        Self::StatusRegister,
        Self::Lock,
        Self::UsedChallenge,
        Self::ErasureReceipt,
        Self::EvidenceBundle,
        Self::ConsentReceipt,
        Self::Folder,
        Self::LeftBehind,
    ];

    /// The message that says it.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::AskedFor => "kept-asked-for",
            Self::Attestation => "kept-attestation",
            Self::StatusRegister => "kept-status-register",
            Self::Lock => "kept-lock",
            Self::UsedChallenge => "kept-used-challenge",
            Self::ErasureReceipt => "kept-erasure-receipt",
            Self::EvidenceBundle => "kept-evidence-bundle",
            Self::ConsentReceipt => "kept-consent-receipt",
            Self::Folder => "kept-folder",
            Self::LeftBehind => "kept-left-behind",
        }
    }
}

/// A path that this process changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path, as the writer was given it.
    pub path: PathBuf,
    /// Bytes of content; `None` for a folder and for what is gone.
    pub bytes: Option<u64>,
    /// What happened to it.
    pub change: Change,
    /// What it is for.
    pub why: Why,
    /// Until when it is needed; `None` where nothing here ends it.
    pub until: Option<OffsetDateTime>,
}

static LEDGER: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

fn ledger() -> MutexGuard<'static, Vec<Entry>> {
    LEDGER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place in the ledger: what comes after it belongs to one verb.
#[derive(Debug, Clone, Copy)]
pub struct Mark(usize);

impl Mark {
    /// The end as it is now.
    #[must_use]
    pub fn now() -> Self {
        Self(ledger().len())
    }

    /// What changed since, each path once, in the order of the first change.
    #[must_use]
    pub fn since(self) -> Vec<Entry> {
        let mut merged: Vec<Entry> = Vec::new();
        for entry in ledger().iter().skip(self.0) {
            match merged.iter_mut().find(|known| known.path == entry.path) {
                // Made and then replaced is made; the last content counts.
                Some(known) => *known = Entry { change: known.change, ..entry.clone() },
                None => merged.push(entry.clone()),
            }
        }
        merged
    }
}

/// Writes down a change. `bytes` is `None` for a folder and for what is gone.
pub fn record(path: &Path, bytes: Option<u64>, change: Change) {
    let why = match (change, bytes) {
        (Change::Removed, _) => Why::LeftBehind,
        (_, None) => Why::Folder,
        _ => Why::AskedFor,
    };
    ledger().push(Entry { path: path.to_owned(), bytes, change, why, until: None });
}

/// Says what the file at `path`, just written, is for, and until when it is needed.
pub fn explain(path: &Path, why: Why, until: Option<OffsetDateTime>) {
    let mut entries = ledger();
    if let Some(entry) = entries.iter_mut().rev().find(|entry| entry.path == path) {
        (entry.why, entry.until) = (why, until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Lang, output};

    /// What happened below `folder`; other tests write at the same time.
    fn below(folder: &Path, mark: Mark) -> Vec<Entry> {
        let mut entries = mark.since();
        entries.retain(|entry| entry.path.starts_with(folder));
        entries
    }

    #[test]
    fn every_write_is_in_the_ledger_once_with_its_size() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        output::write_file(&at("old"), b"12", false, true).unwrap();
        let mark = Mark::now();
        output::write_file(&at("old"), b"123", true, true).unwrap();
        output::ensure_folder(&at("new/deep")).unwrap();
        output::write_file(&at("new/deep/file"), b"1", false, true).unwrap();
        explain(&at("new/deep/file"), Why::UsedChallenge, Some(OffsetDateTime::UNIX_EPOCH));
        output::write_file(&at("new/deep/file"), b"12345", true, true).unwrap();
        explain(&at("new/deep/file"), Why::Attestation, None);
        let found = below(folder.path(), mark);
        let expected = [
            ("old", Some(3), Change::Replaced, Why::AskedFor),
            ("new", None, Change::Created, Why::Folder),
            ("new/deep", None, Change::Created, Why::Folder),
            ("new/deep/file", Some(5), Change::Created, Why::Attestation),
        ];
        let expected = expected.map(|(name, bytes, change, why)| Entry {
            path: at(name),
            bytes,
            change,
            why,
            until: None,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_folder_is_in_the_ledger_with_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let mark = Mark::now();
        let made = folder.path().join("made");
        output::write_folder(&made, false, |staging| {
            std::fs::write(staging.join("a"), b"1234").unwrap();
            Ok(())
        })
        .unwrap();
        let found: Vec<_> =
            below(folder.path(), mark).into_iter().map(|entry| (entry.path, entry.bytes)).collect();
        assert_eq!(found, [(made.clone(), None), (made.join("a"), Some(4))]);
    }

    #[test]
    fn every_purpose_has_a_text_in_every_language() {
        for lang in Lang::ALL {
            for why in Why::ALL {
                assert!(lang.has(why.message()), "{} in {lang:?}", why.message());
            }
        }
    }
}
