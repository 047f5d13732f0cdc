//! A set of models, built in or in a folder: every file that is there is held against its digest when the set is
//! loaded; graphs are built when first needed, from the bytes that were checked.

use super::manifest::{MAX_FILE, Manifest, Model, Task};
use super::{ModelError, ModelRef, Network, built_in};
use crate::crypto::HashAlgorithm;
use std::borrow::Cow;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

/// Largest model file that is read, in bytes.
const MAX_MODEL: u64 = 256 * 1024 * 1024;

/// Where a set of models comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Compiled into the program.
    BuiltIn,
    /// The folder of the user, that `titre models install` fills.
    Installed(PathBuf),
    /// A folder that was named.
    Folder(PathBuf),
}

impl Origin {
    /// The word as results carry it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::BuiltIn => "built_in",
            Self::Installed(_) => "installed",
            Self::Folder(_) => "folder",
        }
    }

    /// The folder, where it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::BuiltIn => None,
            Self::Installed(folder) | Self::Folder(folder) => Some(folder),
        }
    }

    /// Where a file of the set is, or would be.
    fn path(&self, file: &str) -> PathBuf {
        self.folder().map_or_else(|| Path::new("(built in)").join(file), |folder| folder.join(file))
    }

    /// The manifest, and whether it is the origin's own: the built-in set and some folders have one; other folders
    /// are read by that of the recommended set.
    ///
    /// # Errors
    /// [`ModelError::Missing`] without a folder or in a program without weights, [`ModelError::Unreadable`],
    /// [`ModelError::Manifest`].
    pub fn manifest(&self) -> Result<(Manifest, bool), ModelError> {
        let Some(folder) = self.folder() else {
            let manifest = Manifest::built_in()?;
            // A program built without any weights.
            if manifest.models.is_empty() {
                return Err(ModelError::Missing { path: self.path("models") });
            }
            return Ok((manifest, true));
        };
        if !folder.is_dir() {
            return Err(ModelError::Missing { path: folder.to_owned() });
        }
        let Some(bytes) = read(&folder.join("manifest.toml"), MAX_FILE)? else {
            return Ok((Manifest::recommended()?, false));
        };
        let text = String::from_utf8(bytes).map_err(|error| ModelError::manifest(error.to_string()))?;
        Ok((Manifest::parse(&text)?, true))
    }

    /// The bytes of a model, if they are there, with the digest of the manifest.
    fn checked(&self, model: &Model) -> Result<Option<Cow<'static, [u8]>>, ModelError> {
        let path = self.path(&model.file);
        let bytes = match self.folder() {
            None => built_in::file(&model.file).map(Cow::Borrowed),
            Some(_) => read(&path, MAX_MODEL)?.map(Cow::Owned),
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let found = hex::encode(HashAlgorithm::Sha256.digest(&bytes));
        if found != model.sha256 {
            return Err(ModelError::Digest { path, found, expected: model.sha256.clone() });
        }
        Ok(Some(bytes))
    }
}

/// What is there of a model's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileState {
    /// There, with the digest of the manifest, and that many bytes.
    Verified(usize),
    /// Not there.
    Missing,
}

/// A model of the manifest, and what is there of its file or what is wrong with it.
pub type Surveyed = (Model, Result<FileState, ModelError>);

#[derive(Debug)]
struct Entry {
    model: Model,
    /// The checked bytes; taken out when the graph is built.
    bytes: Mutex<Option<Cow<'static, [u8]>>>,
    state: FileState,
    network: OnceLock<Network>,
}

/// The models of one origin.
#[derive(Debug)]
pub struct ModelSet {
    origin: Origin,
    manifest: Manifest,
    own_manifest: bool,
    entries: Vec<Entry>,
}

pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ModelError> {
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

impl ModelSet {
    /// Reads a folder; see [`ModelSet::open`].
    ///
    /// # Errors
    /// As [`ModelSet::open`].
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        Self::open(Origin::Folder(folder.to_owned()))
    }

    /// Takes the manifest of the origin and checks the digest of every file that is there. A file that is not there
    /// is an error only for who needs it: see [`ModelSet::require`].
    ///
    /// # Errors
    /// [`ModelError::Missing`] without a folder or in a program without weights, [`ModelError::Unreadable`],
    /// [`ModelError::Manifest`], [`ModelError::Digest`].
    pub fn open(origin: Origin) -> Result<Self, ModelError> {
        let (manifest, own_manifest) = origin.manifest()?;
        let mut entries = Vec::new();
        for model in &manifest.models {
            let bytes = origin.checked(model)?;
            let state = bytes.as_ref().map_or(FileState::Missing, |bytes| FileState::Verified(bytes.len()));
            let (bytes, network) = (Mutex::new(bytes), OnceLock::new());
            entries.push(Entry { model: model.clone(), state, bytes, network });
        }
        Ok(Self { origin, manifest, own_manifest, entries })
    }

    /// The manifest of an origin, and what is there of each file, without stopping at the first that is wrong.
    ///
    /// # Errors
    /// [`ModelError::Missing`] as [`ModelSet::open`]; [`ModelError::Unreadable`] and [`ModelError::Manifest`] for
    /// the manifest.
    pub fn survey(origin: &Origin) -> Result<(Manifest, Vec<Surveyed>), ModelError> {
        let (manifest, _) = origin.manifest()?;
        let state = |model: &Model| {
            let bytes = origin.checked(model)?;
            Ok(bytes.map_or(FileState::Missing, |bytes| FileState::Verified(bytes.len())))
        };
        let surveyed = manifest.models.iter().map(|model| (model.clone(), state(model))).collect();
        Ok((manifest, surveyed))
    }

    /// Where the set comes from.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The manifest in use.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether the manifest is the origin's own, not that of the recommended set.
    #[must_use]
    pub const fn has_own_manifest(&self) -> bool {
        self.own_manifest
    }

    /// Builds the graph of every model that is there: what loads may still not run.
    ///
    /// # Errors
    /// [`ModelError::Unusable`].
    pub fn build_all(&self) -> Result<(), ModelError> {
        let there = self.entries.iter().filter(|entry| entry.state != FileState::Missing);
        there.into_iter().try_for_each(|entry| self.build(entry).map(drop))
    }

    /// Builds the graphs of these tasks on all cores, so that no picture waits for one after the other. What cannot be
    /// built is said where it is used.
    pub fn prepare(&self, tasks: &[Task]) {
        let wanted: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| tasks.contains(&entry.model.task) && entry.state != FileState::Missing)
            .collect();
        let next = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(wanted.len());
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(entry) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let _ = self.build(entry);
                    }
                });
            }
        });
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
                return Err(ModelError::Missing { path: self.origin.path(&entry.model.file) });
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
        let of = |model: &Model| {
            let Model { name, sha256, maturity, .. } = model.clone();
            ModelRef { name, sha256, maturity }
        };
        named.map(of).collect()
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
            .ok_or_else(|| ModelError::Missing { path: self.origin.path(&entry.model.file) })?;
        let network = Network::build(&entry.model, held)?;
        *bytes = None;
        Ok(entry.network.get_or_init(|| network))
    }
}
