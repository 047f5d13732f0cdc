//! Putting models into a folder: found by digest in a folder or fetched from where they are published, converted
//! where they are not ONNX, checked, and each graph built once before the folder gets its name. The manifest that is
//! written with them has the digests of what was really installed.

mod fetch;
mod source;

#[cfg(test)]
mod server;
#[cfg(test)]
mod tests;

pub use fetch::{FetchError, Length, download};
pub use source::{FolderSource, NetworkSource, Source, Wanted};

use super::convert::{ConvertError, convert};
use super::manifest::Model;
use super::{Manifest, ModelError, ModelSet};
use crate::crypto::HashAlgorithm;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Why models were not installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// It could not be fetched.
    #[error("{url}: {source}")]
    Download {
        /// From where.
        url: String,
        /// Why.
        source: FetchError,
    },
    /// What came has another digest.
    #[error("{from} has SHA-256 {found}, expected {expected}")]
    Digest {
        /// From where.
        from: String,
        /// Its digest.
        found: String,
        /// The manifest's.
        expected: String,
    },
    /// Neither the model nor its originals are there.
    #[error("{name} is not there, neither as ONNX nor as its originator publishes it")]
    Absent {
        /// The model.
        name: String,
    },
    /// An original that cannot be turned into ONNX.
    #[error("{name}: {source}")]
    Convert {
        /// The model.
        name: String,
        /// Why.
        source: ConvertError,
    },
    /// A file that cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that cannot be written.
    #[error("{path}: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What was installed does not run.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// How a model came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum How {
    /// It was there already.
    Kept,
    /// As ONNX.
    Ready,
    /// Converted from what its originator publishes.
    Converted,
}

/// A model that now is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Installed {
    /// Its name in the manifest.
    pub name: String,
    /// SHA-256 of the file that was installed.
    pub sha256: String,
    /// How it came.
    pub how: How,
}

/// The digest of bytes, lower-case hex.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(HashAlgorithm::Sha256.digest(bytes))
}

/// Whether a model is in a folder already, under a digest that the manifest knows.
#[must_use]
pub fn kept(model: &Model, folder: &Path) -> Option<Vec<u8>> {
    let bytes = super::set::read(&folder.join(&model.file), super::original::MAX_ORIGINAL).ok().flatten()?;
    let found = digest(&bytes);
    let made = model.origin.as_ref().and_then(|origin| origin.onnx_sha256.as_deref());
    (found == model.sha256 || Some(found.as_str()) == made).then_some(bytes)
}

/// Fills the empty folder `staging` with the models of `names` from `source`, and with whatever else of the manifest
/// is in `before` already. Everything is checked, and every graph built.
///
/// # Errors
/// [`InstallError`]; the folder is then not to be used.
pub fn fill(
    manifest: &Manifest,
    names: &BTreeSet<String>,
    before: &Path,
    source: &mut dyn Source,
    staging: &Path,
) -> Result<Vec<Installed>, InstallError> {
    let mut written = manifest.clone();
    let mut installed = Vec::new();
    for model in &mut written.models {
        let found = match kept(model, before) {
            Some(bytes) => Some((bytes, How::Kept)),
            None if names.contains(&model.name) => Some(acquire(model, source)?),
            None => None,
        };
        if let Some((bytes, how)) = found {
            model.sha256 = digest(&bytes);
            write(&staging.join(&model.file), &bytes)?;
            installed.push(Installed { name: model.name.clone(), sha256: model.sha256.clone(), how });
        }
    }
    write(&staging.join("manifest.toml"), written.to_toml()?.as_bytes())?;
    ModelSet::load(staging)?.build_all()?;
    Ok(installed)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), InstallError> {
    let failed = |source| InstallError::Unwritable { path: path.to_owned(), source };
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    std::io::Write::write_all(&mut file, bytes).and_then(|()| file.sync_all()).map_err(failed)
}

/// The ONNX of one model: as such, or made from its originals. What comes has a digest of the manifest's.
fn acquire(model: &Model, source: &mut dyn Source) -> Result<(Vec<u8>, How), InstallError> {
    let absent = || InstallError::Absent { name: model.name.clone() };
    let published = model.origin.as_ref().filter(|origin| origin.onnx_sha256.is_none());
    let url = published.and_then(|origin| origin.files.first()).map(|file| (file.url.as_str(), file.size));
    if let Some(bytes) = source.find(&Wanted { sha256: &model.sha256, at: url })? {
        return Ok((bytes, How::Ready));
    }
    let origin = model.origin.as_ref().ok_or_else(absent)?;
    let made = origin.onnx_sha256.as_deref().ok_or_else(absent)?;
    if let Some(bytes) = source.find(&Wanted { sha256: made, at: None })? {
        return Ok((bytes, How::Ready));
    }
    let mut originals = Vec::new();
    for file in &origin.files {
        let wanted = Wanted { sha256: &file.sha256, at: Some((&file.url, file.size)) };
        originals.push(source.find(&wanted)?.ok_or_else(absent)?);
    }
    let files: Vec<&[u8]> = originals.iter().map(Vec::as_slice).collect();
    let onnx = convert(origin.format, &files, model.input.shape)
        .map_err(|source| InstallError::Convert { name: model.name.clone(), source })?;
    let found = digest(&onnx);
    if found != made {
        let from = format!("{}, converted", model.name);
        return Err(InstallError::Digest { from, found, expected: made.to_owned() });
    }
    Ok((onnx, How::Converted))
}
