//! The manifest of models: `manifest.toml`, schema `titre.models/1`. It names each model by digest, says how its
//! input is made, and holds thresholds only together with the data set and the error rates they came from.

use super::ModelError;
use super::calibration::{ComparisonPlan, Maturity};
use super::original::{Original, is_digest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The name and major version of the manifest.
pub const SCHEMA: &str = "titre.models/1";
/// Largest manifest that is read, in bytes.
pub const MAX_FILE: u64 = 1024 * 1024;

/// The manifest of the built-in set.
const BUILT_IN: &str = include_str!("../../../models/manifest.toml");
/// The manifest of the recommended set; a folder's own takes its place.
const RECOMMENDED: &str = include_str!("../../../models/recommended.toml");

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Task {
    /// Boxes and five points.
    FaceDetection,
    /// The dense mesh.
    Landmarks,
    /// Lids and iris of one eye.
    Iris,
    /// What faces are compared by.
    Embedding,
    /// Live or attack, from one frame.
    PresentationAttack,
    /// Yaw, pitch and roll, as a second opinion on the mesh.
    HeadPose,
}

impl Task {
    /// The name as the manifest has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FaceDetection => "face_detection",
            Self::Landmarks => "landmarks",
            Self::Iris => "iris",
            Self::Embedding => "embedding",
            Self::PresentationAttack => "presentation_attack",
            Self::HeadPose => "head_pose",
        }
    }
}

/// How a model's crop is made and its output read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decoder {
    /// YuNet: anchor-free heads at strides 8, 16, 32.
    Yunet,
    /// MediaPipe face landmark, 468 points.
    MediapipeMesh,
    /// MediaPipe iris landmark, 71 + 5 points.
    MediapipeIris,
    /// An embedding of a face aligned to the ArcFace template of 112 by 112.
    EmbeddingArcface,
    /// An embedding of a face aligned to the template of face-reidentification-retail-0095.
    EmbeddingReid,
    /// MiniFASNet: three logits, the second is live.
    Minifasnet,
    /// FSA-Net: yaw, pitch, roll.
    Fsanet,
}

impl Decoder {
    const fn task(self) -> Task {
        match self {
            Self::Yunet => Task::FaceDetection,
            Self::MediapipeMesh => Task::Landmarks,
            Self::MediapipeIris => Task::Iris,
            Self::EmbeddingArcface | Self::EmbeddingReid => Task::Embedding,
            Self::Minifasnet => Task::PresentationAttack,
            Self::Fsanet => Task::HeadPose,
        }
    }
}

/// Order of the colour planes of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
}

/// How pixels become a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// N, C, H, W; N is 1 and C is 3.
    pub shape: [usize; 4],
    /// Order of the planes.
    pub colour: Colour,
    /// Taken off each sample (0 to 255) first.
    pub subtract: f32,
    /// Divides each sample then.
    pub divide: f32,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name, unique in the manifest.
    pub name: String,
    /// What it is for.
    pub task: Task,
    /// How far its figures go.
    #[serde(default)]
    pub maturity: Maturity,
    /// How its crop is made and its output read.
    pub decoder: Decoder,
    /// Side of the crop in face boxes, for `minifasnet`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crop_scale: Option<f32>,
    /// File name in the models folder; no path.
    pub file: String,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// SPDX identifier of the weights' licence.
    pub licence: String,
    /// Where the weights come from.
    pub source: String,
    /// What they were trained on, as far as it is known.
    pub training_data: String,
    /// How pixels become the input tensor.
    pub input: Input,
    /// What the output is, in words.
    pub output: String,
    /// What its originator publishes, for `titre models install`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Original>,
}

/// How presentation attacks are detected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PadPlan {
    /// The models, averaged.
    pub models: Vec<String>,
    /// At or above this mean: live.
    pub threshold: f32,
    /// The data set and error rates of the threshold.
    pub calibration: String,
}

/// The whole manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    schema: String,
    /// The models.
    #[serde(default, rename = "model")]
    pub models: Vec<Model>,
    /// How faces are compared, where the set compares any.
    #[serde(default)]
    comparison: Option<ComparisonPlan>,
    /// How networks detect presentation attacks; a set without it claims none, and that check is `not_supported`.
    #[serde(default)]
    pub presentation_attack: Option<PadPlan>,
}

impl Manifest {
    /// The manifest of the weights that are compiled in.
    ///
    /// # Errors
    /// None in a build that passed its tests; [`ModelError::Manifest`] else.
    pub fn built_in() -> Result<Self, ModelError> {
        Self::parse(BUILT_IN)
    }

    /// The manifest of the recommended set, for folders that have none of their own.
    ///
    /// # Errors
    /// As [`Manifest::built_in`].
    pub fn recommended() -> Result<Self, ModelError> {
        Self::parse(RECOMMENDED)
    }

    /// How faces are compared.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] where the set compares none.
    pub fn comparison(&self) -> Result<&ComparisonPlan, ModelError> {
        self.comparison.as_ref().ok_or_else(|| ModelError::manifest("no comparison"))
    }

    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] says which entry is wrong.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let manifest: Self = toml::from_str(text).map_err(|error| ModelError::manifest(error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The manifest as a file, which [`Manifest::parse`] reads.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] where it holds what TOML cannot say.
    pub fn to_toml(&self) -> Result<String, ModelError> {
        toml::to_string_pretty(self).map_err(|error| ModelError::manifest(error.to_string()))
    }

    /// How far the figures of the comparison go: no further than those of the least of its models.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] where the set compares none.
    pub fn maturity(&self) -> Result<Maturity, ModelError> {
        let maturity =
            |name: &String| self.model(name).map_or(Maturity::Demonstration, |model| model.maturity);
        Ok(self.comparison()?.models.iter().map(maturity).min().unwrap_or_default())
    }

    /// The model of that name.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }

    fn check(&self) -> Result<(), ModelError> {
        if self.schema != SCHEMA {
            return Err(ModelError::manifest(format!("schema is {:?}, expected {SCHEMA:?}", self.schema)));
        }
        let mut names = BTreeSet::new();
        for model in &self.models {
            let wrong = |what: &str| Err(ModelError::manifest(format!("model {}: {what}", model.name)));
            if !names.insert(model.name.as_str()) {
                return wrong("named twice");
            }
            if model.decoder.task() != model.task {
                return wrong("task and decoder do not go together");
            }
            // A path could lead out of the models folder.
            if model.file.is_empty() || model.file.starts_with('.') || model.file.contains(['/', '\\', '\0'])
            {
                return wrong("file is not a plain file name");
            }
            if !is_digest(&model.sha256) {
                return wrong("sha256 is not 64 lower-case hex digits");
            }
            let [n, c, h, w] = model.input.shape;
            if n != 1 || c != 3 || !(16..=1024).contains(&h) || !(16..=1024).contains(&w) {
                return wrong("input shape is not 1, 3, H, W with sides of 16 to 1024");
            }
            if !model.input.subtract.is_finite() || !model.input.divide.is_normal() {
                return wrong("subtract or divide is no usable number");
            }
            if let Some(defect) = model.origin.as_ref().and_then(|origin| origin.defect(&model.sha256)) {
                return wrong(defect);
            }
            let scale = model.crop_scale;
            if (model.decoder == Decoder::Minifasnet) != scale.is_some()
                || scale.is_some_and(|scale| !(1.0..=8.0).contains(&scale))
            {
                return wrong("crop_scale belongs to minifasnet, 1 to 8");
            }
        }
        let listed = |names: &[String], task: Task| {
            let known = |name: &String| self.model(name).is_some_and(|model| model.task == task);
            if names.is_empty() || !names.iter().all(known) {
                return Err(ModelError::manifest(format!("{}: a model is not listed", task.name())));
            }
            Ok(())
        };
        if let Some(pad) = &self.presentation_attack {
            listed(&pad.models, Task::PresentationAttack)?;
        }
        if let Some(comparison) = &self.comparison {
            listed(&comparison.models, Task::Embedding)?;
            comparison.check()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifests_brought_along_are_in_order() {
        Manifest::built_in().unwrap();
        let manifest = Manifest::recommended().unwrap();
        let operating = manifest.comparison().unwrap().operating().unwrap();
        assert_eq!((operating.upper.threshold, operating.lower.threshold), (0.459, 0.314));
        assert_eq!(manifest.maturity().unwrap(), Maturity::Measured);
        assert!(manifest.presentation_attack.is_some());
    }

    #[test]
    fn a_manifest_that_is_wrong_is_refused() {
        for (from, to) in [
            ("titre.models/1", "titre.models/2"),
            ("yunet_n_320_320.onnx", "../yunet.onnx"),
            ("sha256 = \"81db", "sha256 = \"81DB"),
            ("task = \"landmarks\"", "task = \"iris\""),
            ("name = \"fsanet_var\"", "name = \"fsanet_1x1\""),
            ("[1, 3, 320, 320]", "[1, 3, 320, 320000]"),
            ("divide = 128.0", "divide = 0.0"),
            ("https://raw", "http://raw"),
            ("format = \"tflite\"", "format = \"onnx\""),
            ("format = \"ncnn\"", "format = \"pth\""),
            ("crop_scale = 2.7\n", ""),
            ("match_at = 1e-5", "match_at = 1e-6"),
            ("set = \"LFW deep-funneled\"\ncaveat", "set = \"another\"\ncaveat"),
            ("impostor_pairs = 87307271", "impostor_pairs = 87307"),
            ("impostor_pairs = 87307271", "impostor_pairs = 0"),
            ("threshold = 0.39,", "threshold = 0.3,"),
            ("threshold = 0.39,", "threshold = 3.9,"),
            ("false_match_rate = 9.999e-5", "false_match_rate = 1.01e-4"),
            ("false_non_match_rate = 0.0044", "false_non_match_rate = 0.0054"),
            ("pictures = \"colour_stills\"", "pictures = \"drawings\""),
            ("match_at = 1e-5\nno_match_below = 1e-3", "match_at = 1e-3\nno_match_below = 1e-5"),
            ("models = [\"mobilefacenet_zqcnn_y1\"", "models = [\"fsanet_var\""),
            ("licence = \"MIT\"\n", ""),
            ("maturity = \"measured\"", "maturity = \"finished\""),
        ] {
            let text = RECOMMENDED.replacen(from, to, 1);
            assert_ne!(text, RECOMMENDED, "{from} is not in the manifest");
            assert!(matches!(Manifest::parse(&text), Err(ModelError::Manifest(_))), "{from} -> {to}");
        }
    }

    #[test]
    fn by_default_no_more_impostors_than_one_in_100_000_match_and_silence_is_a_demonstration() {
        for manifest in [Manifest::built_in().unwrap(), Manifest::recommended().unwrap()] {
            assert!(manifest.comparison().map_or(true, |comparison| comparison.match_at <= 1e-5));
        }
        let silent = Manifest::parse(&RECOMMENDED.replace("maturity = \"measured\"\n", "")).unwrap();
        assert_eq!(silent.maturity().unwrap(), Maturity::Demonstration);
        // One model that is no more than a demonstration makes all of it one.
        let from = "name = \"mobilefacenet_zqcnn_y1\"\ntask = \"embedding\"\nmaturity = \"measured\"";
        let text = RECOMMENDED.replace(from, &from.replace("measured", "demonstration"));
        assert_ne!(text, RECOMMENDED);
        assert_eq!(Manifest::parse(&text).unwrap().maturity().unwrap(), Maturity::Demonstration);
    }
}
