//! From comparison scores to thresholds and error rates, exactly: no bins. Of the impostor scores only the highest are
//! kept, since they alone decide a threshold; so that a set with a hundred million pairs fits in memory.
//! Source: ISO/IEC 19795-1 (false match and false non-match rate).

use super::embed::Embedding;
use super::models::calibration::{Calibration, Pictures, Rates, supports};
use super::score_histogram::Histogram;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// False match rates that thresholds are chosen for, as far as the pairs support them.
pub const CHOSEN: [f64; 3] = [1e-3, 1e-4, 1e-5];
/// Vectors compared with each other before the next are fetched: both blocks fit in a cache of the second level.
const BLOCK: usize = 64;

/// Scores of comparisons. Lower than a threshold is no match.
#[derive(Debug, Clone)]
pub struct Scores {
    genuine: Vec<f32>,
    /// The highest impostor scores; those at or below `floor` may be missing.
    highest: Vec<f32>,
    keep: usize,
    floor: f32,
    impostors: u64,
    /// Thresholds from elsewhere, with the impostor scores at or above each.
    counted: Vec<(f32, u64)>,
    histogram: Histogram,
}

impl Scores {
    /// None yet. `most` is how many impostor pairs there may be, `elsewhere` the thresholds of other sets.
    #[must_use]
    pub fn new(most: u64, elsewhere: &[f32]) -> Self {
        // One more than the pairs that may match at the laxest rate.
        let keep = (most as f64 * CHOSEN[0]).floor() as usize + 2;
        let counted = elsewhere.iter().map(|threshold| (*threshold, 0)).collect();
        let (floor, histogram) = (f32::MIN, Histogram::default());
        Self { genuine: Vec::new(), highest: Vec::new(), keep, floor, impostors: 0, counted, histogram }
    }

    /// Adds the score of a pair of one person.
    pub fn genuine(&mut self, score: f32) {
        self.genuine.push(score);
        self.histogram.genuine[Histogram::bin(score)] += 1;
    }

    /// Adds the score of a pair of two.
    pub fn impostor(&mut self, score: f32) {
        self.impostors += 1;
        self.histogram.impostor[Histogram::bin(score)] += 1;
        for (threshold, count) in &mut self.counted {
            *count += u64::from(score >= *threshold);
        }
        if score > self.floor {
            self.highest.push(score);
            if self.highest.len() >= self.keep * 2 + BLOCK {
                self.prune();
            }
        }
    }

    fn prune(&mut self) {
        if self.highest.len() > self.keep {
            let (_, least, _) = self.highest.select_nth_unstable_by(self.keep - 1, |a, b| b.total_cmp(a));
            self.floor = *least;
            self.highest.truncate(self.keep);
        }
    }

    fn add(&mut self, other: Self) {
        self.genuine.extend(other.genuine);
        self.impostors += other.impostors;
        self.histogram.add(&other.histogram);
        for (mine, (_, count)) in self.counted.iter_mut().zip(other.counted) {
            mine.1 += count;
        }
        self.highest.extend(other.highest);
        self.floor = self.floor.max(other.floor);
        let floor = self.floor;
        // Equal scores stay: what one part dropped was not above its floor.
        self.highest.retain(|score| *score >= floor);
        self.prune();
    }

    /// Pairs of one person, and of two.
    #[must_use]
    pub const fn pairs(&self) -> (u64, u64) {
        (self.genuine.len() as u64, self.impostors)
    }

    /// How often each score came.
    #[must_use]
    pub const fn histogram(&self) -> &Histogram {
        &self.histogram
    }

    /// The genuine pairs below a threshold.
    fn below(&self, threshold: f32) -> (u64, u64) {
        let below = self.genuine.iter().filter(|score| **score < threshold).count();
        (below as u64, self.genuine.len() as u64)
    }

    /// The least threshold at which at most `rate` of the impostor pairs match; `None` where there are too few pairs
    /// to say anything of such a rate.
    #[must_use]
    pub fn chosen_for(&self, rate: f64) -> Option<Rates> {
        if !supports(self.impostors, rate) || self.genuine.is_empty() {
            return None;
        }
        let may = (self.impostors as f64 * rate * (1.0 + 1e-12)).floor() as usize;
        let mut highest = self.highest.clone();
        highest.sort_by(|a, b| b.total_cmp(a));
        // Just above the first pair that may not match.
        let threshold = highest.get(may)?.next_up();
        let match_ = highest.partition_point(|score| *score >= threshold) as u64;
        Some(Rates::of_counts(Some(rate), threshold, (match_, self.impostors), self.below(threshold)))
    }

    /// The rates at the thresholds of other sets.
    pub fn elsewhere(&self) -> impl Iterator<Item = Rates> + '_ {
        self.counted.iter().map(|(threshold, count)| {
            Rates::of_counts(None, *threshold, (*count, self.impostors), self.below(*threshold))
        })
    }

    /// The whole calibration: each rate that the pairs support, and the thresholds of other sets, by rising threshold.
    #[must_use]
    pub fn calibration(&self, about: About) -> Calibration {
        let chosen = CHOSEN.into_iter().filter_map(|rate| self.chosen_for(rate));
        let mut rates: Vec<Rates> = chosen.collect();
        for found in self.elsewhere() {
            if rates.iter().all(|rates| rates.threshold != found.threshold) {
                rates.push(found);
            }
        }
        rates.sort_by(|a, b| a.threshold.total_cmp(&b.threshold));
        // Two rates may have one threshold, where scores are few or tie: the stricter statement stays.
        rates.dedup_by(|next, kept| {
            let same = next.threshold == kept.threshold;
            if same && next.at.is_some_and(|at| kept.at.is_none_or(|kept| at < kept)) {
                *kept = *next;
            }
            same
        });
        let (genuine_pairs, impostor_pairs) = self.pairs();
        let About { set, pictures, pairs, people, date, command } = about;
        Calibration { set, pictures, pairs, people, genuine_pairs, impostor_pairs, date, command, rates }
    }
}

/// What a calibration says besides its figures; see [`Calibration`].
#[derive(Debug, Clone)]
pub struct About {
    /// The set's name.
    pub set: String,
    /// What kind of pictures it holds.
    pub pictures: Pictures,
    /// What stood on each side of a pair.
    pub pairs: String,
    /// People, where they are known.
    pub people: Option<u64>,
    /// The day.
    pub date: String,
    /// The command that measures it again.
    pub command: String,
}

/// Whose picture it is, and when it was taken: pictures of one sitting are too alike to be a genuine pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// The person.
    pub person: u32,
    /// The sitting, unique over the set.
    pub sitting: u32,
}

/// Vectors that are all compared with each other. Biometric data: it never leaves the process.
#[derive(Debug, Default)]
pub struct Gallery {
    embeddings: Vec<Embedding>,
    labels: Vec<Label>,
}

impl Gallery {
    /// Adds a vector; one that does not compare with the first is not taken, and the answer is false.
    pub fn add(&mut self, embedding: Embedding, label: Label) -> bool {
        let fits = self.embeddings.first().is_none_or(|first| first.cosine(&embedding).is_some());
        if fits {
            self.embeddings.push(embedding);
            self.labels.push(label);
        }
        fits
    }

    /// How many people.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.labels.iter().map(|label| label.person).collect::<BTreeSet<_>>().len() as u64
    }

    /// How many vectors.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Compares every two: genuine where the person is the same and the sitting another, impostor where the person is
    /// another. Blocks of vectors go to `threads` threads.
    #[must_use]
    pub fn all_pairs(&self, threads: usize, elsewhere: &[f32]) -> Scores {
        let most = (self.len() as u64).saturating_mul(self.len() as u64) / 2;
        let total = Mutex::new(Scores::new(most, elsewhere));
        let blocks = self.len().div_ceil(BLOCK);
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    let mut scores = Scores::new(most, elsewhere);
                    loop {
                        let block = next.fetch_add(1, Ordering::Relaxed);
                        if block >= blocks {
                            break;
                        }
                        (0..=block).for_each(|other| self.blocks(block, other, &mut scores));
                    }
                    total.lock().unwrap_or_else(PoisonError::into_inner).add(scores);
                });
            }
        });
        total.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares the vectors of one block with those of another (or with each other) that come before them.
    fn blocks(&self, block: usize, other: usize, scores: &mut Scores) {
        let range = |block: usize| block * BLOCK..((block + 1) * BLOCK).min(self.len());
        for one in range(block) {
            for two in range(other).take_while(|two| *two < one) {
                let (a, b) = (self.labels[one], self.labels[two]);
                let same = a.person == b.person;
                if same && a.sitting == b.sitting {
                    continue;
                }
                // All are of one length, so that every two compare.
                let Some(score) = self.embeddings[one].cosine(&self.embeddings[two]) else { continue };
                if same { scores.genuine(score) } else { scores.impostor(score) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10,000 impostor scores 0.0000, 0.0001, ... 0.9999 in an order that is none, and ten genuine ones.
    fn ladder(elsewhere: &[f32]) -> Scores {
        let mut scores = Scores::new(10_000, elsewhere);
        (0..10_000u32).for_each(|step| scores.impostor((step * 7919 % 10_000) as f32 / 10_000.0));
        (0..10).for_each(|step| scores.genuine(0.9905 + step as f32 * 0.001));
        scores
    }

    #[test]
    fn thresholds_let_exactly_as_many_impostors_pass_as_the_rate_says() {
        let scores = ladder(&[0.5]);
        let rates = scores.chosen_for(1e-3).unwrap();
        assert!(rates.threshold > 0.9989 && rates.threshold < 0.9990, "{rates:?}");
        assert!((rates.false_match_rate - 1e-3).abs() < 1e-12);
        assert!((rates.false_non_match_rate - 0.9).abs() < 1e-9, "{rates:?}");
        let [elsewhere] = scores.elsewhere().collect::<Vec<_>>()[..] else { panic!("one threshold") };
        assert!((elsewhere.false_match_rate - 0.5).abs() < 1e-9 && elsewhere.false_non_match_rate == 0.0);
        assert!(elsewhere.at.is_none());
    }

    #[test]
    fn a_rate_that_the_pairs_cannot_support_is_not_stated() {
        let scores = ladder(&[]);
        assert!(scores.chosen_for(1e-3).is_some() && scores.chosen_for(1e-4).is_none());
        let about = About {
            set: "ladder".to_owned(),
            pictures: Pictures::ColourStills,
            pairs: "all".to_owned(),
            people: None,
            date: "2026-05-28".to_owned(),
            command: "none".to_owned(),
        };
        let calibration = scores.calibration(about);
        assert_eq!(calibration.rates.len(), 1);
        assert_eq!((calibration.genuine_pairs, calibration.impostor_pairs), (10, 10_000));
    }

    #[test]
    fn ties_do_not_let_more_impostors_pass() {
        let mut scores = Scores::new(4_000, &[]);
        (0..4_000).for_each(|step| scores.impostor(if step < 10 { 0.8 } else { 0.1 }));
        scores.genuine(0.9);
        let rates = scores.chosen_for(1e-3).unwrap();
        assert!(rates.threshold > 0.8 && rates.false_match_rate == 0.0, "{rates:?}");
    }

    #[test]
    fn all_pairs_in_parts_are_all_pairs() {
        let mut gallery = Gallery::default();
        let mut state = 1u32;
        for place in 0..300u32 {
            let mut values = [0.0f32; 19];
            for value in &mut values {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *value = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            }
            let embedding = Embedding::of_direction(&values).unwrap();
            assert!(gallery.add(embedding, Label { person: place / 3, sitting: place }));
        }
        assert!(!gallery.add(Embedding::of_direction(&[1.0]).unwrap(), Label { person: 0, sitting: 0 }));
        let one = gallery.all_pairs(1, &[0.2]);
        let three = gallery.all_pairs(3, &[0.2]);
        assert_eq!(one.pairs(), (300, 300 * 299 / 2 - 300));
        assert_eq!((one.pairs(), one.histogram()), (three.pairs(), three.histogram()));
        let (genuine, impostor) = (&one.histogram().genuine, &one.histogram().impostor);
        assert_eq!((genuine.iter().sum::<u64>(), impostor.iter().sum::<u64>()), one.pairs());
        assert_eq!(one.chosen_for(1e-3), three.chosen_for(1e-3));
        assert_eq!(one.elsewhere().collect::<Vec<_>>(), three.elsewhere().collect::<Vec<_>>());
        // The definition, without blocks, pruning or threads.
        let mut slow: Vec<f32> = Vec::new();
        for one in 0..300 {
            for two in (0..one).filter(|two| two / 3 != one / 3) {
                slow.push(gallery.embeddings[one].cosine(&gallery.embeddings[two]).unwrap());
            }
        }
        slow.sort_by(|a, b| b.total_cmp(a));
        let may = (slow.len() as f64 * 1e-3) as usize;
        assert_eq!(one.chosen_for(1e-3).unwrap().threshold, slow[may].next_up());
    }

    #[test]
    fn pictures_of_one_sitting_are_no_pair() {
        let mut gallery = Gallery::default();
        for (x, person, sitting) in [(1.0, 0, 0), (2.0, 0, 0), (3.0, 0, 1), (4.0, 1, 2)] {
            let embedding = Embedding::of_direction(&[1.0, x]).unwrap();
            gallery.add(embedding, Label { person, sitting });
        }
        assert_eq!(gallery.all_pairs(2, &[]).pairs(), (2, 3));
    }
}
