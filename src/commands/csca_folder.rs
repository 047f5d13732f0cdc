//! The files of a folder and of those below it, for `titre csca import`. Bounded in depth and number; links to folders
//! are not followed, since they can lead in a circle.

use crate::report::{Failure, FailureCode};
use std::path::{Path, PathBuf};

/// How deep folders are followed.
const MAX_DEPTH: usize = 16;
/// Most files, and most folders.
const MAX_FILES: usize = 65_536;

/// The files, in the order of their names.
///
/// # Errors
/// `input.unreadable`; `input.malformed` where there are too many or they stand too deep.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let (mut files, mut folders) = (Vec::new(), vec![(folder.to_owned(), 0)]);
    let mut seen = 0;
    while let Some((current, depth)) = folders.pop() {
        let unreadable = |error: std::io::Error| {
            Failure::new(FailureCode::InputUnreadable).arg("file", current.display()).cause(error)
        };
        for entry in std::fs::read_dir(&current).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            seen += 1;
            if seen > MAX_FILES || depth > MAX_DEPTH {
                return Err(Failure::new(FailureCode::InputMalformed)
                    .arg("file", folder.display())
                    .cause("too many files, or folders too deep"));
            }
            if entry.file_type().map_err(unreadable)?.is_dir() {
                folders.push((path, depth + 1));
            } else if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
