//! A `Reading` as a document folder: `reading.json` and one `EF.*.bin` a file. Loading bounds every size and
//! trusts nothing: whether the files are genuine is the inspection's business, so that an altered file is
//! judged and not merely refused.
//! Source: titre's own format, `titre.reading/1`.

use super::reading::{
    AccessReport, ActiveAuthEvidence, ChipAuthEvidence, ChipMappingEvidence, Counts, Reading, Unread,
};
use crate::lds::FileId;
use crate::transport::CardInfo;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Name and major version of the format.
pub const FORMAT: &str = "titre.reading/1";
/// Name of the file with everything but the chip's files.
pub const INDEX: &str = "reading.json";
/// Most bytes of one file of a chip.
pub const MAX_FILE: usize = 1 << 20;
/// Most bytes of the index.
const MAX_INDEX: usize = 1 << 20;

/// Why a folder is no document folder, or cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is larger than any such file may be.
    #[error("{path} has more than {limit} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// A file that the index names is not there.
    #[error("{path} is missing")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The index is malformed or of another format.
    #[error("{path} is not an index of a document folder: {problem}")]
    Index {
        /// The file.
        path: PathBuf,
        /// What is wrong, without quoting it.
        problem: String,
    },
}

/// `reading.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    format: String,
    card: CardInfo,
    files: Vec<FileId>,
    access: AccessReport,
    chip_authentication: Option<ChipAuthEvidence>,
    active_authentication: Option<ActiveAuthEvidence>,
    /// Not in folders of documents that were read another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chip_mapping: Option<ChipMappingEvidence>,
    unread: Vec<Unread>,
    quirks: Vec<String>,
    counts: Counts,
}

impl Reading {
    /// Writes the folder's files into `dir`, which exists and is empty; each is readable by its owner only.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn write_folder(&self, dir: &Path) -> Result<(), FolderError> {
        let index = Index {
            format: FORMAT.to_owned(),
            card: self.card.clone(),
            files: self.files.keys().copied().collect(),
            access: self.access.clone(),
            chip_authentication: self.chip_authentication.clone(),
            active_authentication: self.active_authentication.clone(),
            chip_mapping: self.chip_mapping.clone(),
            unread: self.unread.clone(),
            quirks: self.quirks.clone(),
            counts: self.counts,
        };
        for (file, bytes) in &self.files {
            write_private(&dir.join(file_name(*file)), bytes)?;
        }
        let path = dir.join(INDEX);
        let mut text = serde_json::to_vec_pretty(&index)
            .map_err(|error| FolderError::Index { path: path.clone(), problem: error.to_string() })?;
        text.push(b'\n');
        write_private(&path, &text)
    }

    /// Loads a folder that [`Self::write_folder`] wrote.
    ///
    /// # Errors
    /// [`FolderError`] that names the file.
    pub fn load_folder(dir: &Path) -> Result<Self, FolderError> {
        let path = dir.join(INDEX);
        let text = read_bounded(&path, MAX_INDEX)?;
        let problem = |problem: String| FolderError::Index { path: path.clone(), problem };
        let index: Index = serde_json::from_slice(&text).map_err(|error| {
            // The position only: serde's own text may quote what stands there.
            problem(format!("line {} column {}", error.line(), error.column()))
        })?;
        if index.format != FORMAT {
            return Err(problem("its format is not one that this version reads".to_owned()));
        }
        let mut files = BTreeMap::new();
        for file in index.files {
            files.insert(file, read_bounded(&dir.join(file_name(file)), MAX_FILE)?);
        }
        Ok(Self {
            files,
            access: index.access,
            chip_authentication: index.chip_authentication,
            active_authentication: index.active_authentication,
            chip_mapping: index.chip_mapping,
            unread: index.unread,
            quirks: index.quirks,
            counts: index.counts,
            card: index.card,
        })
    }
}

/// Removes a document folder: its index last, so that what a killed run leaves is still known for one. Gives the files that
/// are gone, with their sizes; other files stay, and then the folder does.
///
/// # Errors
/// [`FolderError`], where it is no document folder, or a file cannot be removed.
pub fn erase_folder(dir: &Path) -> Result<Vec<(PathBuf, u64)>, FolderError> {
    let files = Reading::load_folder(dir)?.files;
    let names = files.keys().map(|file| file_name(*file)).chain([INDEX.to_owned()]);
    let mut erased = Vec::new();
    for path in names.map(|name| dir.join(name)) {
        let removed = fs::metadata(&path).and_then(|found| fs::remove_file(&path).map(|()| found.len()));
        let size = removed.map_err(|source| FolderError::Io { path: path.clone(), source })?;
        erased.push((path, size));
    }
    // Not empty: somebody else's files stand in it.
    let _ = fs::remove_dir(dir);
    Ok(erased)
}

/// The name of a chip's file in the folder: `EF.DG1.bin`.
#[must_use]
pub fn file_name(file: FileId) -> String {
    format!("{}.bin", file.name())
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = options.open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|source| FolderError::Io { path: path.to_owned(), source })
}

fn read_bounded(path: &Path, limit: usize) -> Result<Vec<u8>, FolderError> {
    let io = |source: std::io::Error| {
        let path = path.to_owned();
        if source.kind() == std::io::ErrorKind::NotFound {
            FolderError::Missing { path }
        } else {
            FolderError::Io { path, source }
        }
    };
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(io)?.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() > limit {
        return Err(FolderError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::reading::*;
    use super::*;
    use crate::crypto::SessionCipher;
    use crate::transport::Provenance;

    fn sample() -> Reading {
        let failure = StepFailure { step: "pace.nonce".to_owned(), sw: Some(0x6A88), reason: "x".to_owned() };
        Reading {
            files: BTreeMap::from([(FileId::Com, vec![0x60, 0]), (FileId::Dg(2), vec![0x75, 1, 7])]),
            access: AccessReport {
                card_access: true,
                pace_offered: vec![PaceOffer {
                    protocol: "0.4.0.127.0.7.2.2.4.2.4".to_owned(),
                    parameter_id: Some(13),
                    supported: true,
                }],
                established: Some(Established {
                    protocol: AccessProtocol::Bac,
                    password: PasswordKind::Mrz,
                    cipher: SessionCipher::TripleDes,
                    variant: None,
                    curve: None,
                }),
                bac_fallback: true,
                failures: vec![failure.clone()],
                reestablished: 1,
                terminal: Some(TerminalReport {
                    authorities: vec!["UTCVCA00001".to_owned()],
                    rights: vec![FileId::Dg(3)],
                    ..TerminalReport::default()
                }),
                card_lost: 2,
            },
            chip_authentication: Some(ChipAuthEvidence {
                protocol: "0.4.0.127.0.7.2.2.3.2.2".to_owned(),
                key_id: None,
                curve: "secp256r1".to_owned(),
                chip_public_key: vec![4, 1],
                terminal_public_key: vec![4, 2],
                witnessed: false,
                failure: Some(failure),
            }),
            active_authentication: Some(ActiveAuthEvidence {
                challenge: vec![1; 8],
                signature: vec![2; 128],
                failure: None,
            }),
            chip_mapping: Some(ChipMappingEvidence {
                protocol: "0.4.0.127.0.7.2.2.4.6.2".to_owned(),
                curve: "P-256".to_owned(),
                mapping_key: vec![4, 3],
                data: vec![7; 32],
                failure: None,
            }),
            unread: vec![Unread { file: FileId::Dg(3), reason: UnreadReason::Policy, sw: None }],
            quirks: vec!["read.le_224".to_owned()],
            counts: Counts { apdus: 3, sent: 20, received: 30 },
            card: CardInfo {
                provenance: Provenance::Specimen,
                reader: "specimen".to_owned(),
                atr: String::new(),
                protocol: "T=CL".to_owned(),
                max_le: 256,
            },
        }
    }

    #[test]
    fn comes_back_as_it_was_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        sample().write_folder(dir.path()).unwrap();
        assert_eq!(Reading::load_folder(dir.path()).unwrap(), sample());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            for entry in fs::read_dir(dir.path()).unwrap() {
                let mode = entry.unwrap().metadata().unwrap().permissions().mode();
                assert_eq!(mode & 0o777, 0o600);
            }
        }
    }

    #[test]
    fn folders_from_before_terminal_authentication_still_load() {
        let dir = tempfile::tempdir().unwrap();
        let mut old = sample();
        old.access.terminal = None;
        old.write_folder(dir.path()).unwrap();
        assert!(!fs::read_to_string(dir.path().join(INDEX)).unwrap().contains("terminal\":"));
        assert_eq!(Reading::load_folder(dir.path()).unwrap(), old);
    }

    #[test]
    fn broken_folders_are_refused_by_name() {
        let broken = |harm: &dyn Fn(&Path)| {
            let dir = tempfile::tempdir().unwrap();
            sample().write_folder(dir.path()).unwrap();
            harm(dir.path());
            Reading::load_folder(dir.path()).unwrap_err()
        };
        let dg2 = |dir: &Path| dir.join("EF.DG2.bin");
        assert!(matches!(broken(&|dir| fs::remove_file(dg2(dir)).unwrap()), FolderError::Missing { .. }));
        let huge = broken(&|dir| fs::write(dg2(dir), vec![0; MAX_FILE + 1]).unwrap());
        assert!(matches!(huge, FolderError::TooLarge { .. }));
        assert!(matches!(
            broken(&|dir| fs::remove_file(dir.join(INDEX)).unwrap()),
            FolderError::Missing { .. }
        ));
        let rewrite = |from: &'static str, to: &'static str| {
            broken(&move |dir: &Path| {
                let text = fs::read_to_string(dir.join(INDEX)).unwrap();
                assert!(text.contains(from));
                fs::write(dir.join(INDEX), text.replace(from, to)).unwrap();
            })
        };
        for (from, to) in [
            ("titre.reading/1", "titre.reading/9"),
            ("\"EF.DG2\"", "\"../secret\""),
            ("specimen\",\n    \"reader", "marvellous\",\n    \"reader"),
            ("\"quirks\"", "\"quarks\""),
        ] {
            assert!(matches!(rewrite(from, to), FolderError::Index { .. }), "{from}");
        }
    }

    #[test]
    fn debug_shows_no_file() {
        let text = format!("{:?}", sample());
        assert!(text.contains("EF.DG2") && !text.contains("117"), "{text}");
    }
}
