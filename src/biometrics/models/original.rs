//! Where the originator of a model publishes it: which files, under which digests, in which format. The manifest
//! records it so that `titre models install` can fetch the original and make the same ONNX of it on every machine.

use serde::{Deserialize, Serialize};

/// Largest original, in bytes.
pub const MAX_ORIGINAL: u64 = 64 * 1024 * 1024;

/// How a model is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// ONNX: taken as it is.
    Onnx,
    /// TensorFlow Lite, one flat buffer (schema version 3).
    Tflite,
    /// ncnn: a `.param` text and a `.bin` of weights.
    Ncnn,
    /// OpenVINO intermediate representation, version 10 or 11: an `.xml` and a `.bin` of weights.
    Openvino,
    /// Weights that PyTorch saved (`state_dict`), zipped or in the older form, of MiniFASNet.
    Pth,
}

impl Format {
    /// How many files make up one model.
    #[must_use]
    pub const fn files(self) -> usize {
        match self {
            Self::Onnx | Self::Tflite | Self::Pth => 1,
            Self::Ncnn | Self::Openvino => 2,
        }
    }
}

/// One file as its originator publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginalFile {
    /// Where it is, pinned to one version.
    pub url: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Its length in bytes.
    pub size: u64,
}

/// A model as its originator publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// How it is stored.
    pub format: Format,
    /// Its files, in the order of the format.
    pub files: Vec<OriginalFile>,
    /// SHA-256 of the ONNX that titre makes of it; absent where it is published as ONNX.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onnx_sha256: Option<String>,
}

/// Whether `text` is a SHA-256 in lower-case hex.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}

/// Whether titre fetches from there: https, or http from this machine itself.
#[must_use]
pub fn is_allowed_url(url: &str) -> bool {
    let clean = url.bytes().all(|c| c.is_ascii_graphic() && c != b'@' && c != b'\\');
    clean && url.len() <= 2048 && (url.starts_with("https://") || is_loopback(url))
}

/// Whether a URL is http to this machine: what tests, and caches on it, are reached by.
pub(super) fn is_loopback(url: &str) -> bool {
    let host =
        url.strip_prefix("http://").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|c| c.is_ascii_digit()) { name } else { host });
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
}

impl Original {
    /// What is wrong with it, if anything; `sha256` is the digest that the manifest has for the ONNX.
    pub(super) fn defect(&self, sha256: &str) -> Option<&'static str> {
        if self.files.len() != self.format.files() {
            return Some("origin: number of files");
        }
        for file in &self.files {
            if !is_allowed_url(&file.url) {
                return Some("origin: url is not https");
            }
            if !is_digest(&file.sha256) || !(1..=MAX_ORIGINAL).contains(&file.size) {
                return Some("origin: digest or size");
            }
        }
        let sound = match (&self.onnx_sha256, self.format) {
            (None, Format::Onnx) => self.files.iter().all(|file| file.sha256 == sha256),
            (Some(made), format) => format != Format::Onnx && is_digest(made),
            (None, _) => false,
        };
        (!sound).then_some("origin: onnx_sha256")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine() {
        for url in
            ["https://example.org/a", "http://127.0.0.1:8000/a", "http://localhost/a", "http://[::1]:1/a"]
        {
            assert!(is_allowed_url(url), "{url}");
        }
        for url in [
            "http://example.org/a",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "http://127.0.0.1.example.org/",
            "http://127.0.0.1:80@example.org/",
            "http://localhost:x.example.org/",
            "https://a b",
            "",
            "http://",
        ] {
            assert!(!is_allowed_url(url), "{url}");
        }
    }

    #[test]
    fn an_origin_that_does_not_fit_together_is_found() {
        let digest = "0".repeat(64);
        let file = OriginalFile { url: "https://example.org/a".into(), sha256: digest.clone(), size: 1 };
        let good = Original { format: Format::Onnx, files: vec![file.clone()], onnx_sha256: None };
        assert_eq!(good.defect(&digest), None);
        assert!(good.defect(&"1".repeat(64)).is_some());
        let wrong: [fn(&mut Original); 6] = [
            |original| original.files.clear(),
            |original| original.files[0].url = "http://example.org/a".into(),
            |original| original.files[0].sha256.push('0'),
            |original| original.files[0].size = 0,
            |original| original.onnx_sha256 = Some("0".repeat(64)),
            |original| original.format = Format::Pth,
        ];
        for (number, change) in wrong.into_iter().enumerate() {
            let mut changed = good.clone();
            change(&mut changed);
            assert!(changed.defect(&digest).is_some(), "change {number}");
        }
    }
}
