//! Files that leave the program: a temporary file beside the target, synced, then renamed. Killed at any
//! point, there is no output or a whole one. Nothing is overwritten without `--force`.

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
    let mut builder = tempfile::Builder::new();
    builder.prefix(".titre-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(if private { 0o600 } else { 0o644 }));
    }
    let mut file = builder.tempfile_in(parent(path)).map_err(unwritable)?;
    let _staged = Staged::new(file.path());
    file.write_all(bytes).map_err(unwritable)?;
    file.as_file().sync_all().map_err(unwritable)?;
    let kept = if force { file.persist(path).map(drop) } else { file.persist_noclobber(path).map(drop) };
    kept.map_err(|error| unwritable(error.error))
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
    let staging = tempfile::Builder::new().prefix(".titre-").tempdir_in(parent(path)).map_err(unwritable)?;
    fill(staging.path())?;
    if force && fs::symlink_metadata(path).is_ok() {
        // The old folder moves aside first, so that at no point there is half of one.
        let aside =
            tempfile::Builder::new().prefix(".titre-old-").tempdir_in(parent(path)).map_err(unwritable)?;
        fs::rename(path, aside.path().join("old")).map_err(unwritable)?;
    }
    let made = staging.keep();
    fs::rename(&made, path).map_err(|error| {
        let _ = fs::remove_dir_all(&made);
        unwritable(error)
    })
}

/// Makes sure that a folder is there.
///
/// # Errors
/// `output.unwritable`.
pub fn ensure_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path)
        .map_err(|error| Failure::new(FailureCode::OutputUnwritable).arg("file", path.display()).cause(error))
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
