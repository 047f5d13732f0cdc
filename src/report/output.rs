//! Files that leave the program: a temporary file beside the target, synced, then renamed. Killed at any
//! point, there is no output or a whole one. Nothing is overwritten without `--force`.
//!
//! What a killed run leaves under a temporary name is as readable as the file would have been; whoever writes into the
//! same folder next removes it. A run that lives holds a lock on what it stages, which ends with it.

use super::ledger::{self, Change};
use super::{Failure, FailureCode};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Reads a whole file of at most `limit` bytes; `-` is standard input.
///
/// # Errors
/// `input.unreadable` and `input.too_large`.
pub fn read_input(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(FailureCode::InputUnreadable).arg("file", path.display()).cause(error)
    };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let file = fs::File::open(path).map_err(unreadable)?;
        file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > limit {
        return Err(Failure::new(FailureCode::InputTooLarge).arg("file", path.display()).arg("limit", limit));
    }
    Ok(bytes)
}

/// Refuses now what could not be written later, before long work begins.
///
/// # Errors
/// `output.exists` where `path` is there and `force` is not given.
pub fn check_free(path: &Path, force: bool) -> Result<(), Failure> {
    if !force && path.as_os_str() != "-" && fs::symlink_metadata(path).is_ok() {
        return Err(Failure::new(FailureCode::OutputExists).arg("file", path.display()));
    }
    Ok(())
}

/// Writes a whole file, or none. `private` gives mode 0600. `-` is standard output.
///
/// # Errors
/// `output.exists`, `output.unwritable`.
pub fn write_file(path: &Path, bytes: &[u8], force: bool, private: bool) -> Result<(), Failure> {
    check_free(path, force)?;
    let unwritable = |error: std::io::Error| {
        Failure::new(FailureCode::OutputUnwritable).arg("file", path.display()).cause(error)
    };
    if path.as_os_str() == "-" {
        let mut stdout = std::io::stdout().lock();
        return stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(unwritable);
    }
    let folder = parent(path);
    remove_left_behind(&folder);
    let change = if fs::symlink_metadata(path).is_ok() { Change::Replaced } else { Change::Created };
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(if private { 0o600 } else { 0o644 }));
    }
    let make = || builder.tempfile_in(&folder);
    let (mut file, _lock) =
        held(make, |file| file.as_file().try_clone(), |file| file.path()).map_err(unwritable)?;
    let _staged = Staged::new(file.path());
    file.write_all(bytes).map_err(unwritable)?;
    file.as_file().sync_all().map_err(unwritable)?;
    let kept = if force { file.persist(path).map(drop) } else { file.persist_noclobber(path).map(drop) };
    kept.map_err(|error| unwritable(error.error))?;
    sync_folder(&folder);
    ledger::record(path, Some(bytes.len() as u64), change);
    Ok(())
}

/// Fills a folder through `fill` beside its place, then renames it there: a whole folder or none.
///
/// # Errors
/// `output.exists`, `output.unwritable`, and whatever `fill` says.
pub fn write_folder(
    path: &Path,
    force: bool,
    fill: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    check_free(path, force)?;
    let unwritable = |error: std::io::Error| {
        Failure::new(FailureCode::OutputUnwritable).arg("file", path.display()).cause(error)
    };
    let parent = parent(path);
    remove_left_behind(&parent);
    let make = || tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent);
    let (staging, _lock) =
        held(make, |folder| fs::File::open(folder.path()), tempfile::TempDir::path).map_err(unwritable)?;
    fill(staging.path())?;
    let mut change = Change::Created;
    if force && fs::symlink_metadata(path).is_ok() {
        change = Change::Replaced;
        // The old folder moves aside first, so that at no point there is half of one.
        let aside = tempfile::Builder::new().prefix(".titre-old-").tempdir_in(&parent).map_err(unwritable)?;
        fs::rename(path, aside.path().join("old")).map_err(unwritable)?;
    }
    let made = staging.keep();
    fs::rename(&made, path).map_err(|error| {
        let _ = fs::remove_dir_all(&made);
        unwritable(error)
    })?;
    sync_folder(&parent);
    record_folder(path, change);
    Ok(())
}

/// The ledger's entries for a folder and all that it holds.
fn record_folder(path: &Path, change: Change) {
    ledger::record(path, None, change);
    let mut below: Vec<_> = fs::read_dir(path).into_iter().flatten().flatten().collect();
    below.sort_by_key(fs::DirEntry::file_name);
    for entry in below {
        match entry.metadata() {
            Ok(found) if found.is_dir() => record_folder(&entry.path(), change),
            Ok(found) => ledger::record(&entry.path(), Some(found.len()), change),
            Err(_) => {}
        }
    }
}

/// Makes sure that a folder is there.
///
/// # Errors
/// `output.unwritable`.
pub fn ensure_folder(path: &Path) -> Result<(), Failure> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();
    fs::create_dir_all(path).map_err(|error| {
        Failure::new(FailureCode::OutputUnwritable).arg("file", path.display()).cause(error)
    })?;
    missing.iter().rev().for_each(|made| ledger::record(made, None, Change::Created));
    Ok(())
}

/// How the name of what is staged begins; six letters and digits follow.
const PREFIX: &str = ".titre-";

/// Makes a temporary file or folder, with a lock on it for as long as the file that comes with it is open. Another run may
/// take it for left behind before there is a lock, and remove it: then a new one is made.
fn held<T>(
    make: impl Fn() -> std::io::Result<T>,
    open: impl Fn(&T) -> std::io::Result<fs::File>,
    path: impl Fn(&T) -> &Path,
) -> std::io::Result<(T, fs::File)> {
    loop {
        let made = make()?;
        let file = open(&made)?;
        // Where the file system has no locks, nothing is ever told to be left behind.
        if file.lock().is_err() || fs::symlink_metadata(path(&made)).is_ok() {
            return Ok((made, file));
        }
    }
}

/// Removes what killed runs staged in a folder and nobody holds any more.
fn remove_left_behind(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).unwrap_or_default();
        if random.len() != 6 || !random.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        let Ok(found) = entry.file_type() else { continue };
        // Neither a link nor a pipe is titre's, nor what others on this machine do not let it open.
        if !found.is_file() && !found.is_dir() {
            continue;
        }
        let path = entry.path();
        let Ok(file) = fs::File::open(&path) else { continue };
        if file.try_lock().is_err() {
            continue;
        }
        let gone = if found.is_file() { fs::remove_file(&path) } else { fs::remove_dir_all(&path) };
        if gone.is_ok() {
            ledger::record(&path, None, Change::Removed);
        }
    }
}

/// Makes a name last: after a loss of power too, it is there. Where a folder cannot be synced, the system sees to it.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// What stands on disk before it has its name; a signal removes it.
static STAGED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Keeps a path on the list of what is staged for as long as it lives.
struct Staged(PathBuf);

impl Staged {
    fn new(path: &Path) -> Self {
        STAGED.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        STAGED.lock().unwrap_or_else(PoisonError::into_inner).retain(|path| *path != self.0);
    }
}

/// Removes everything that has not got its name yet: for a run that a signal ends.
pub fn remove_staged() {
    for path in STAGED.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
    }
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
