//! The attacks that a video can be: what is held before the camera, or how a file was put together.
//! Source: ISO/IEC 30107-3 (attack types); what each gives away, and what not, stands with it.

/// How a video cheats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attack {
    /// A printed photo with its paper's edges, held and gently tilted before the camera.
    Print,
    /// A print that is larger than the picture: no edge shows.
    PrintEdgeless,
    /// A printed photo that is turned by hand as far as the head should turn.
    PrintTurned,
    /// A printed photo with holes at the eyes, through which living eyes look and blink.
    CutOutEyes,
    /// A video of the person, doing the script, played on a screen before the camera.
    Screen,
    /// The same on a screen that is larger than the picture: no edge shows.
    ScreenEdgeless,
    /// One frame over and over, with camera noise only: a still photo fed in as a video.
    Still,
    /// A still photo fed in, panned, zoomed and rolled as if a hand held the camera.
    PanZoom,
    /// The script, done by somebody else.
    OtherPerson,
    /// The person until the middle, somebody else from then on.
    Swapped,
    /// Each act from another recording of the person, put one after the other.
    Spliced,
    /// The first two seconds and a half over and over.
    Loop,
    /// The acts in another order, as a film of another challenge has them.
    Reordered,
}

impl Attack {
    /// All attacks.
    pub const ALL: [Self; 13] = [
        Self::Print,
        Self::PrintEdgeless,
        Self::PrintTurned,
        Self::CutOutEyes,
        Self::Screen,
        Self::ScreenEdgeless,
        Self::Still,
        Self::PanZoom,
        Self::OtherPerson,
        Self::Swapped,
        Self::Spliced,
        Self::Loop,
        Self::Reordered,
    ];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Print => "print",
            Self::PrintEdgeless => "print-edgeless",
            Self::PrintTurned => "print-turned",
            Self::CutOutEyes => "cut-out-eyes",
            Self::Screen => "screen",
            Self::ScreenEdgeless => "screen-edgeless",
            Self::Still => "still",
            Self::PanZoom => "pan-zoom",
            Self::OtherPerson => "other-person",
            Self::Swapped => "swapped",
            Self::Spliced => "spliced",
            Self::Loop => "loop",
            Self::Reordered => "reordered",
        }
    }

    /// The attack of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attack| attack.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::person::{Act, Film, Person, VideoScript};

    #[test]
    fn names_go_both_ways() {
        for attack in Attack::ALL {
            assert_eq!(Attack::from_name(attack.name()), Some(attack));
        }
    }

    #[test]
    fn every_attack_gives_frames_of_its_own() {
        let mut seen: Vec<(Attack, Vec<u8>)> = Vec::new();
        for attack in Attack::ALL {
            let mut script = VideoScript::of_acts(&[Act::TurnLeft, Act::Smile], 3).with_attack(attack);
            (script.width, script.height, script.fps) = (320, 240, 5);
            // In the first turn, well before the middle, and in the second act.
            let frames: Vec<_> = Film::new(&Person::from_seed(1), &script).unwrap().collect();
            let picked = [frames[12].as_raw().as_slice(), frames[22].as_raw().as_slice()].concat();
            assert_eq!(frames.len(), script.frames() as usize, "{attack:?}");
            assert!(seen.iter().all(|(_, other)| *other != picked), "{attack:?}");
            seen.push((attack, picked));
        }
    }
}
