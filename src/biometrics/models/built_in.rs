//! The weights that are compiled in: every `models/*.onnx` of this repository that `models/manifest.toml` names.
//! They are held against that manifest's digests like any file from outside.

/// A file of `models/`, by name.
macro_rules! weights {
    ($($file:literal),* $(,)?) => {
        &[$(($file, include_bytes!(concat!("../../../models/", $file)))),*]
    };
}

/// File names, as the manifest has them, and contents.
const FILES: &[(&str, &[u8])] =
    weights!["face_detection.onnx", "landmarks.onnx", "lids.onnx", "head_pose.onnx", "embedding.onnx"];

/// The contents of a file of that name.
pub(super) fn file(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(file, _)| *file == name).map(|(_, bytes)| *bytes)
}

#[cfg(test)]
mod tests {
    use super::super::Manifest;
    use super::*;
    use crate::crypto::HashAlgorithm;

    /// What a repository and a binary are asked to carry.
    const MOST_BYTES: usize = 10_000_000;

    #[test]
    fn the_manifest_and_the_files_compiled_in_are_the_same() {
        let manifest = Manifest::built_in().unwrap();
        for model in &manifest.models {
            let bytes = file(&model.file).unwrap_or_else(|| panic!("{} is not compiled in", model.file));
            assert_eq!(hex::encode(HashAlgorithm::Sha256.digest(bytes)), model.sha256, "{}", model.file);
        }
        for (name, _) in FILES {
            let times = manifest.models.iter().filter(|model| model.file == *name).count();
            assert_eq!(times, 1, "{name} in the manifest");
        }
        let total: usize = FILES.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(total <= MOST_BYTES, "{total} bytes");
    }

    #[test]
    fn no_weights_lie_about_that_the_manifest_does_not_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(!name.ends_with(".onnx") || file(&name).is_some(), "{name} is not compiled in");
        }
    }
}
