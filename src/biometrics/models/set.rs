//! The models folder: every file that is there is held against its digest when the set is loaded; graphs are
//! built when first needed, from the bytes that were checked.

use super::manifest::{MAX_FILE, Manifest, Model, Task};
use super::{ModelError, ModelRef, Network};
use crate::crypto::HashAlgorithm;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

/// Largest model file that is read, in bytes.
const MAX_MODEL: u64 = 256 * 1024 * 1024;

/// What is there of a model's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileState {
    /// There, with the digest of the manifest.
    Verified,
    /// Not there.
    Missing,
}

/// A model of the manifest, and what is there of its file or what is wrong with it.
pub type Surveyed = (Model, Result<FileState, ModelError>);

#[derive(Debug)]
struct Entry {
    model: Model,
    /// The checked bytes; taken out when the graph is built.
    bytes: Mutex<Option<Vec<u8>>>,
    state: FileState,
    network: OnceLock<Network>,
}

/// The models of one folder.
#[derive(Debug)]
pub struct ModelSet {
    folder: PathBuf,
    manifest: Manifest,
    own_manifest: bool,
    entries: Vec<Entry>,
}

fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ModelError> {
    let unreadable = |source| ModelError::Unreadable { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(unreadable(std::io::Error::new(ErrorKind::FileTooLarge, format!("over {limit} bytes"))));
    }
    Ok(Some(bytes))
}

/// The bytes of a model's file, if they are there, with the digest of the manifest.
fn checked(folder: &Path, model: &Model) -> Result<Option<Vec<u8>>, ModelError> {
    let path = folder.join(&model.file);
    let Some(bytes) = read(&path, MAX_MODEL)? else { return Ok(None) };
    let found = hex::encode(HashAlgorithm::Sha256.digest(&bytes));
    if found != model.sha256 {
        return Err(ModelError::Digest { path, found, expected: model.sha256.clone() });
    }
    Ok(Some(bytes))
}

impl ModelSet {
    /// Reads the folder's manifest (or takes the one brought along) and checks the digest of every file that is
    /// there. A file that is not there is an error only for who needs it: see [`ModelSet::require`].
    ///
    /// # Errors
    /// [`ModelError::Missing`] without a folder, [`ModelError::Unreadable`], [`ModelError::Manifest`],
    /// [`ModelError::Digest`].
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        if !folder.is_dir() {
            return Err(ModelError::Missing { path: folder.to_owned() });
        }
        let (manifest, own_manifest) = Self::manifest_of(folder)?;
        let mut entries = Vec::new();
        for model in &manifest.models {
            let bytes = checked(folder, model)?;
            entries.push(Entry {
                model: model.clone(),
                state: if bytes.is_some() { FileState::Verified } else { FileState::Missing },
                bytes: Mutex::new(bytes),
                network: OnceLock::new(),
            });
        }
        Ok(Self { folder: folder.to_owned(), manifest, own_manifest, entries })
    }

    /// What is there of each file, without stopping at the first that is wrong.
    ///
    /// # Errors
    /// [`ModelError::Missing`] without a folder, [`ModelError::Unreadable`] and [`ModelError::Manifest`] for the
    /// manifest.
    pub fn survey(folder: &Path) -> Result<Vec<Surveyed>, ModelError> {
        if !folder.is_dir() {
            return Err(ModelError::Missing { path: folder.to_owned() });
        }
        let (manifest, _) = Self::manifest_of(folder)?;
        let state =
            |model: &Model| Ok(checked(folder, model)?.map_or(FileState::Missing, |_| FileState::Verified));
        Ok(manifest.models.iter().map(|model| (model.clone(), state(model))).collect())
    }

    /// The manifest for a folder: its own, or the one brought along.
    ///
    /// # Errors
    /// [`ModelError::Unreadable`], [`ModelError::Manifest`].
    pub fn manifest_of(folder: &Path) -> Result<(Manifest, bool), ModelError> {
        match read(&folder.join("manifest.toml"), MAX_FILE)? {
            None => Ok((Manifest::embedded()?, false)),
            Some(bytes) => {
                let text =
                    String::from_utf8(bytes).map_err(|error| ModelError::manifest(error.to_string()))?;
                Ok((Manifest::parse(&text)?, true))
            }
        }
    }

    /// The manifest in use.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether the manifest is the folder's own.
    #[must_use]
    pub const fn has_own_manifest(&self) -> bool {
        self.own_manifest
    }

    /// Builds the graph of every model that is there: what loads may still not run.
    ///
    /// # Errors
    /// [`ModelError::Unusable`].
    pub fn build_all(&self) -> Result<(), ModelError> {
        let there = self.entries.iter().filter(|entry| entry.state == FileState::Verified);
        there.into_iter().try_for_each(|entry| self.build(entry).map(drop))
    }

    /// Fails where a file that one of `tasks` needs is not there, before long work begins.
    ///
    /// # Errors
    /// [`ModelError::Missing`] names the file.
    pub fn require(&self, tasks: &[Task]) -> Result<(), ModelError> {
        for task in tasks {
            let mut of_task = self.entries.iter().filter(|entry| entry.model.task == *task).peekable();
            if of_task.peek().is_none() {
                return Err(ModelError::manifest(format!("no model for {}", task.name())));
            }
            if let Some(entry) = of_task.find(|entry| entry.state == FileState::Missing) {
                return Err(ModelError::Missing { path: self.folder.join(&entry.model.file) });
            }
        }
        Ok(())
    }

    /// Whether every model of a task is there.
    #[must_use]
    pub fn has(&self, task: Task) -> bool {
        self.require(&[task]).is_ok()
    }

    /// The one network of a task.
    ///
    /// # Errors
    /// [`ModelError::Missing`], [`ModelError::Unusable`], [`ModelError::Manifest`].
    pub fn network(&self, task: Task) -> Result<&Network, ModelError> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.model.task == task)
            .ok_or_else(|| ModelError::manifest(format!("no model for {}", task.name())))?;
        self.build(entry)
    }

    /// All networks of a task, in the manifest's order.
    ///
    /// # Errors
    /// As [`ModelSet::network`].
    pub fn networks(&self, task: Task) -> Result<Vec<&Network>, ModelError> {
        self.entries.iter().filter(|entry| entry.model.task == task).map(|entry| self.build(entry)).collect()
    }

    /// The networks of these names.
    ///
    /// # Errors
    /// As [`ModelSet::network`].
    pub fn named(&self, names: &[String]) -> Result<Vec<&Network>, ModelError> {
        let find = |name: &String| self.entries.iter().find(|entry| entry.model.name == *name);
        let unlisted = |name: &String| ModelError::manifest(format!("no model {name}"));
        names.iter().map(|name| self.build(find(name).ok_or_else(|| unlisted(name))?)).collect()
    }

    /// How results name the models of these names.
    #[must_use]
    pub fn refs(&self, names: &[String]) -> Vec<ModelRef> {
        let named = names.iter().filter_map(|name| self.manifest.model(name));
        named.map(|model| ModelRef { name: model.name.clone(), sha256: model.sha256.clone() }).collect()
    }

    fn build<'a>(&self, entry: &'a Entry) -> Result<&'a Network, ModelError> {
        if let Some(network) = entry.network.get() {
            return Ok(network);
        }
        let mut bytes = entry.bytes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Another thread may have built it while this one waited.
        if let Some(network) = entry.network.get() {
            return Ok(network);
        }
        let held = bytes
            .as_deref()
            .ok_or_else(|| ModelError::Missing { path: self.folder.join(&entry.model.file) })?;
        let network = Network::build(&entry.model, held)?;
        *bytes = None;
        Ok(entry.network.get_or_init(|| network))
    }
}
