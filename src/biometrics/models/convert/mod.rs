//! Models as their originators publish them, turned into ONNX: what `titre models install` does with a format that
//! tract does not read. Each reader knows the operators of the models in `models/recommended.toml` and refuses
//! every other by name. A reader executes nothing of what it reads, and what it allocates is bounded by [`MAX_BYTES`].
//!
//! ```text
//! tflite   --flatbuffer--+
//! ncnn     --param, bin--+--> GraphWriter --> ONNX, opset 13, the same bytes on every machine
//! OpenVINO --xml, bin----+
//! PyTorch  --pickle------+   (weights only: the graph of MiniFASNet is written here)
//! ```
//!
//! Weights stored as half floats stay so, behind a Cast that tract folds away when it loads the graph.

mod bytes;
mod constant;
mod flatbuffer;
mod graph;
mod minifasnet;
mod ncnn;
mod normalisation;
mod openvino;
mod pickle;
mod pth;
mod tflite;
mod xml;
mod zip;

#[cfg(test)]
mod originals_tests;
#[cfg(test)]
mod pth_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tflite_tests;

pub use super::original::Format;

/// Most bytes of weights in one model; files and tensors above it are refused.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most operators, tensors or layers in one model.
pub const MAX_ITEMS: usize = 8192;

/// Why a model cannot be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// The file is cut off, or what it says does not fit together.
    #[error("malformed: {0}")]
    Malformed(String),
    /// An operator, or a way to use one, that no recommended model needs.
    #[error("not converted: {0}")]
    Unsupported(String),
    /// More weights or more operators than [`MAX_BYTES`] and [`MAX_ITEMS`] allow.
    #[error("over the limit: {0}")]
    TooLarge(&'static str),
}

impl ConvertError {
    fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into())
    }

    fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }
}

type Result<T> = std::result::Result<T, ConvertError>;

/// The ONNX model for `files` (in the order of [`Format`]), whose input is `input` (N, C, H, W).
///
/// # Errors
/// [`ConvertError`].
pub fn convert(format: Format, files: &[&[u8]], input: [usize; 4]) -> Result<Vec<u8>> {
    if files.iter().any(|file| file.len() > MAX_BYTES) {
        return Err(ConvertError::TooLarge("file"));
    }
    match (format, files) {
        (Format::Onnx, [model]) => Ok(model.to_vec()),
        (Format::Tflite, [model]) => tflite::convert(model, input),
        (Format::Ncnn, [param, bin]) => ncnn::convert(param, bin, input),
        (Format::Openvino, [xml, bin]) => openvino::convert(xml, bin, input),
        (Format::Pth, [weights]) => minifasnet::convert(weights, input),
        _ => Err(ConvertError::malformed(format!("{} files, expected {}", files.len(), format.files()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onnx_is_taken_as_it_is_and_the_number_of_files_is_checked() {
        assert_eq!(convert(Format::Onnx, &[b"x"], [1, 3, 8, 8]), Ok(b"x".to_vec()));
        for format in [Format::Onnx, Format::Tflite, Format::Ncnn, Format::Openvino, Format::Pth] {
            assert!(convert(format, &[b"", b"", b""], [1, 3, 8, 8]).is_err(), "{format:?}");
        }
    }
}
