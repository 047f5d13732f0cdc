//! How often each score came, in bins, for a picture of it. No threshold is ever taken from here: see `error_rates`.

/// Bins over cosines of -1 to 1.
pub const BINS: usize = 200;

/// Counts of genuine and impostor scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// Pairs of one person, by bin.
    pub genuine: Vec<u64>,
    /// Pairs of two.
    pub impostor: Vec<u64>,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { genuine: vec![0; BINS], impostor: vec![0; BINS] }
    }
}

impl Histogram {
    /// The bin of a score; those beyond the ends fall into the outermost.
    #[must_use]
    pub fn bin(score: f32) -> usize {
        let place = (score + 1.0) / 2.0 * BINS as f32;
        // Not a number becomes 0, as a face that was not found is the lowest score.
        (place as usize).min(BINS - 1)
    }

    /// The score at the lower edge of a bin.
    #[must_use]
    pub fn edge(bin: usize) -> f32 {
        bin as f32 / BINS as f32 * 2.0 - 1.0
    }

    /// Adds the counts of another part of the pairs.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in [(&mut self.genuine, &other.genuine), (&mut self.impostor, &other.impostor)] {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BINS, Histogram};

    #[test]
    fn a_score_lies_in_the_bin_whose_edges_hold_it() {
        for score in [-1.0, -0.503, 0.0, 0.004, 0.459, 0.999] {
            let bin = Histogram::bin(score);
            assert!(
                Histogram::edge(bin) <= score + 1e-6 && score < Histogram::edge(bin + 1) + 1e-6,
                "{score}"
            );
        }
        assert_eq!([-7.0, 1.0, 7.0, f32::NAN].map(Histogram::bin), [0, BINS - 1, BINS - 1, 0]);
    }
}
