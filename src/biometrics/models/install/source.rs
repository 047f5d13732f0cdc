//! Where files are taken from: a folder, whose files are known by digest whatever they are called, or the network,
//! where each has its address.

use super::super::original::MAX_ORIGINAL;
use super::fetch::{Length, download};
use super::{InstallError, digest};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Most files of a folder that are looked at.
const MAX_FILES: usize = 1000;

/// A file, by what it is and perhaps by where it is.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// SHA-256, lower-case hex.
    pub sha256: &'a str,
    /// Address and length, where it is published as such.
    pub at: Option<(&'a str, u64)>,
}

/// Where files are taken from.
pub trait Source {
    /// The bytes with that digest; `None` where this source has none.
    ///
    /// # Errors
    /// [`InstallError`] where it should have some and they cannot be had.
    fn find(&mut self, wanted: &Wanted<'_>) -> Result<Option<Vec<u8>>, InstallError>;
}

fn read(path: &Path) -> Result<Vec<u8>, InstallError> {
    fs::read(path).map_err(|source| InstallError::Unreadable { path: path.to_owned(), source })
}

/// The files of one folder, by digest.
#[derive(Debug)]
pub struct FolderSource {
    files: BTreeMap<String, PathBuf>,
}

impl FolderSource {
    /// Looks at every file of a folder (not of folders in it) that is not too large to be a model.
    ///
    /// # Errors
    /// [`InstallError::Unreadable`].
    pub fn open(folder: &Path) -> Result<Self, InstallError> {
        let unreadable = |source| InstallError::Unreadable { path: folder.to_owned(), source };
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(unreadable)?.take(MAX_FILES) {
            let path = entry.map_err(unreadable)?.path();
            let is_candidate = |data: fs::Metadata| data.is_file() && data.len() <= MAX_ORIGINAL;
            if fs::metadata(&path).is_ok_and(is_candidate) {
                files.insert(digest(&read(&path)?), path);
            }
        }
        Ok(Self { files })
    }

    /// One file alone.
    ///
    /// # Errors
    /// [`InstallError::Unreadable`].
    pub fn of_file(path: &Path) -> Result<Self, InstallError> {
        Ok(Self { files: BTreeMap::from([(digest(&read(path)?), path.to_owned())]) })
    }

    /// Whether a file with that digest is there.
    #[must_use]
    pub fn has(&self, sha256: &str) -> bool {
        self.files.contains_key(sha256)
    }
}

impl Source for FolderSource {
    fn find(&mut self, wanted: &Wanted<'_>) -> Result<Option<Vec<u8>>, InstallError> {
        let Some(path) = self.files.get(wanted.sha256) else { return Ok(None) };
        let bytes = read(path)?;
        let found = digest(&bytes);
        if found != wanted.sha256 {
            // It changed since it was looked at.
            let from = path.display().to_string();
            return Err(InstallError::Digest { from, found, expected: wanted.sha256.to_owned() });
        }
        Ok(Some(bytes))
    }
}

/// Files from their addresses. What has come stands in a folder under its digest, so that what broke off goes on
/// where it stopped; the caller removes the folder when all is done.
pub struct NetworkSource<'a> {
    downloads: PathBuf,
    /// Told how many bytes have come in all.
    progress: &'a mut dyn FnMut(u64),
    done: u64,
}

impl std::fmt::Debug for NetworkSource<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NetworkSource").field("downloads", &self.downloads).finish_non_exhaustive()
    }
}

impl<'a> NetworkSource<'a> {
    /// Downloads by way of the folder `downloads`.
    pub fn new(downloads: PathBuf, progress: &'a mut dyn FnMut(u64)) -> Self {
        Self { downloads, progress, done: 0 }
    }
}

impl Source for NetworkSource<'_> {
    fn find(&mut self, wanted: &Wanted<'_>) -> Result<Option<Vec<u8>>, InstallError> {
        let Some((url, size)) = wanted.at else { return Ok(None) };
        let at_folder = |source| InstallError::Unwritable { path: self.downloads.clone(), source };
        fs::create_dir_all(&self.downloads).map_err(at_folder)?;
        let part = self.downloads.join(format!("{}.part", wanted.sha256));
        let (before, progress) = (self.done, &mut self.progress);
        let failed = |source| InstallError::Download { url: url.to_owned(), source };
        download(url, &part, Length::Exactly(size), &mut |bytes| progress(before + bytes)).map_err(failed)?;
        let bytes = read(&part)?;
        let found = digest(&bytes);
        if found != wanted.sha256 {
            // Kept, it would be taken for a good beginning the next time.
            fs::remove_file(&part)
                .map_err(|source| InstallError::Unwritable { path: part.clone(), source })?;
            let expected = wanted.sha256.to_owned();
            return Err(InstallError::Digest { from: url.to_owned(), found, expected });
        }
        self.done += size;
        Ok(Some(bytes))
    }
}
