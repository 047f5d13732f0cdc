//! People who do not exist: a head with bone, skin, hair and expression drawn from a seed, photographed as a
//! document does it and filmed as a webcam does it. No picture of a real person is used or stored.
//!
//! The face is a surface of revolution with smooth bumps ([`head`](self)), painted in solid texture and drawn
//! with a depth buffer. It is crude beside a photograph, and good enough for the real networks: detectors find
//! it, embedders keep people apart, landmarks follow pose, lids and mouth. Scores on rendered people say that the
//! program works; they say nothing of its accuracy, and no threshold may be set on them.
//!
//! Left and right are always the subject's own.

mod attack;
mod body;
mod canvas;
mod cheat;
mod expression;
mod features;
mod film;
mod head;
mod identity;
mod light;
mod mesh;
mod plane;
mod points;
mod portrait;
mod room;
mod script;
mod sensor;
mod sitting;
mod skin;
mod space;
mod stream;
mod studio;
#[cfg(feature = "face")]
mod video;

pub use cheat::Attack;
pub use expression::{Expression, Pose};
pub use film::Film;
pub use points::FacePoint;
pub use portrait::PortraitOptions;
pub use script::{Act, LONGEST_MS, TimedAct, VideoScript};
pub use sitting::Sitting;
#[cfg(feature = "face")]
pub use video::render_video;

use identity::Identity;

/// A person made from a seed.
#[derive(Debug, Clone)]
pub struct Person {
    seed: u64,
    identity: Identity,
}

/// People for tests and demonstrations, whose portraits are well below the threshold of a match with each other.
///
/// Found among the first 120 seeds by a randomised greedy search with seed 1 given; the highest cosine between two of
/// them was 0.297 (mobilefacenet_zqcnn_y1) and 0.329 (face-reidentification-retail-0095), where LFW's threshold for a
/// false match rate of 1e-3 is 0.323 and 0.347. `titre specimen people` prints the distributions and its own choice.
/// Each answered random challenges on video, judged by both sets of models; the ninth of the search, 62, is left out,
/// since its mouth is lower than the recommended mesh looks for one.
pub const FIXTURE_SEEDS: [u64; 8] = [1, 14, 36, 46, 51, 59, 77, 115];

/// Why a person was not drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PersonError {
    /// A picture of a size that is not offered.
    #[error("a picture of {width}x{height} pixels is not offered")]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// No JPEG quality gives so small a file.
    #[error("no JPEG quality gives a portrait of {wanted} bytes or less")]
    Bytes {
        /// The size asked for.
        wanted: usize,
    },
    /// A video of a size, rate or length that is not offered.
    #[error("the script's size, rate or length is not offered")]
    Script,
    /// The video encoder or the container refused.
    #[error("the video was not encoded: {0}")]
    Video(String),
    /// The encoder failed.
    #[error("the picture was not encoded: {0}")]
    Image(#[from] image::ImageError),
}

impl Person {
    /// The person of a seed: the same seed gives the same person.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self { seed, identity: Identity::from_seed(seed) }
    }

    /// The seed that this person was made from.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }
}
