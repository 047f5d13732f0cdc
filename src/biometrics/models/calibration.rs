//! What a comparison's thresholds were worth on named sets of images: part of a model, since a rate without the set it
//! was measured on says nothing.
//! Source: ISO/IEC 19795-1 (false match and false non-match rate; rule of 3 and rule of 30, annex B); E. B. Wilson,
//! "Probable inference, the law of succession, and statistical inference" (1927).
//! Limit: the intervals take the pairs as independent, which those of one person are not; the truth is wider.

use super::ModelError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Pairs, times the rate, from which on a rate may be stated at all.
/// Source: the rule of 3: no error in N trials bounds the rate at 3 / N, with 95 % confidence.
pub const LEAST_EXPECTED: f64 = 3.0;
/// Errors from which on the true rate lies within 30 % of the observed one, with 90 % confidence: the rule of 30.
pub const SURE_ERRORS: u64 = 30;
/// Most calibrations of one comparison, and most rates of one calibration.
const MAX_ENTRIES: usize = 64;

/// How far a model's figures go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Maturity {
    /// It shows how things work; no decision on a real person may rest on it. What says nothing is this.
    #[default]
    Demonstration,
    /// Its error rates were measured on public sets.
    Measured,
}

impl Maturity {
    /// The word as results carry it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Demonstration => "demonstration",
            Self::Measured => "measured",
        }
    }
}

/// What kind of pictures a set holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Pictures {
    /// Colour photographs.
    ColourStills,
    /// Pictures of a colour camera that films a person before it, as a kiosk's does.
    ColourVideo,
    /// Grey photographs: another domain than any camera of today.
    GreyStills,
}

/// What happened at one threshold. Rates are shares, 0 to 1; intervals hold 95 % (Wilson).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// The false match rate that the threshold was chosen for on this set; absent where it comes from another set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<f64>,
    /// The cosine from which on two faces match.
    pub threshold: f32,
    /// Impostor pairs that match.
    pub false_match_rate: f64,
    /// Where that rate may lie.
    pub false_match_interval: [f64; 2],
    /// Genuine pairs that do not.
    pub false_non_match_rate: f64,
    /// Where that rate may lie.
    pub false_non_match_interval: [f64; 2],
}

impl Rates {
    /// The rates at `threshold`, from counted errors.
    #[must_use]
    pub fn of_counts(
        at: Option<f64>,
        threshold: f32,
        (false_matches, impostors): (u64, u64),
        (false_non_matches, genuine): (u64, u64),
    ) -> Self {
        let share = |errors: u64, of: u64| errors as f64 / of.max(1) as f64;
        Self {
            at,
            threshold,
            false_match_rate: share(false_matches, impostors),
            false_match_interval: wilson(false_matches, impostors),
            false_non_match_rate: share(false_non_matches, genuine),
            false_non_match_interval: wilson(false_non_matches, genuine),
        }
    }
}

/// The interval that holds the true rate with 95 % confidence, `errors` of `of` independent trials having failed.
#[must_use]
pub fn wilson(errors: u64, of: u64) -> [f64; 2] {
    if of == 0 {
        return [0.0, 1.0];
    }
    let [low, high] = wilson_of(errors.min(of) as f64 / of as f64, of as f64);
    // What rounding leaves of an end that is exact.
    [if errors == 0 { 0.0 } else { low }, if errors >= of { 1.0 } else { high }]
}

/// The same for a share that was seen in `n` independent trials, which need not be a whole number of them.
fn wilson_of(share: f64, n: f64) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let scale = 1.0 / (1.0 + Z * Z / n);
    let middle = scale * (share + Z * Z / (2.0 * n));
    let half = scale * Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    [(middle - half).max(0.0), (middle + half).min(1.0)]
}

/// Whether `pairs` can support a statement of a rate at all.
#[must_use]
pub fn supports(pairs: u64, rate: f64) -> bool {
    pairs as f64 * rate >= LEAST_EXPECTED * (1.0 - 1e-9)
}

/// One set of images, and what the models did on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The set's name.
    pub set: String,
    /// What kind of pictures it holds.
    pub pictures: Pictures,
    /// What stood on each side of a pair, and what was left out.
    pub pairs: String,
    /// People, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u64>,
    /// Pairs of one person.
    pub genuine_pairs: u64,
    /// Pairs of two.
    pub impostor_pairs: u64,
    /// The day, as YYYY-MM-DD.
    pub date: String,
    /// The command that measures it again.
    pub command: String,
    /// By rising threshold.
    pub rates: Vec<Rates>,
}

impl Calibration {
    /// The rates at the threshold chosen for a false match rate on this set.
    #[must_use]
    pub fn chosen_for(&self, rate: f64) -> Option<Rates> {
        let same = |at: f64| (at / rate - 1.0).abs() < 1e-6;
        self.rates.iter().copied().find(|rates| rates.at.is_some_and(same))
    }

    /// The rates at a threshold, wherever it comes from.
    #[must_use]
    pub fn at_threshold(&self, threshold: f32) -> Option<Rates> {
        self.rates.iter().copied().find(|rates| (rates.threshold - threshold).abs() < 5e-4)
    }

    /// The intervals of false matches and of false non-matches where not pictures but people are taken as independent:
    /// many pictures of few people say little of others. Where the people are not known, those of the pairs.
    #[must_use]
    pub fn intervals_over_people(&self, rates: &Rates) -> [[f64; 2]; 2] {
        let Some(people) = self.people.filter(|people| *people >= 2) else {
            return [rates.false_match_interval, rates.false_non_match_interval];
        };
        let people = people as f64;
        let of_two = people * (people - 1.0) / 2.0;
        [wilson_of(rates.false_match_rate, of_two), wilson_of(rates.false_non_match_rate, people)]
    }

    /// The set with its numbers of pairs, in a line.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self { set, genuine_pairs, impostor_pairs, .. } = self;
        format!("{set}, {genuine_pairs} genuine and {impostor_pairs} impostor pairs ({})", self.pairs)
    }

    fn check(&self) -> Result<(), ModelError> {
        let wrong =
            |what: &str| Err(ModelError::manifest(format!("comparison.calibration {}: {what}", self.set)));
        if self.set.is_empty() || self.genuine_pairs == 0 || self.impostor_pairs == 0 {
            return wrong("no name or no pairs");
        }
        if self.rates.is_empty() || self.rates.len() > MAX_ENTRIES {
            return wrong("no rates, or too many");
        }
        let holds = |rate: f64, [low, high]: [f64; 2]| {
            (0.0..=1.0).contains(&rate) && 0.0 <= low && low <= rate && rate <= high && high <= 1.0
        };
        for rates in &self.rates {
            if !(-1.0..=1.0).contains(&rates.threshold) {
                return wrong("a threshold is no cosine");
            }
            if !holds(rates.false_match_rate, rates.false_match_interval)
                || !holds(rates.false_non_match_rate, rates.false_non_match_interval)
            {
                return wrong("a rate is no share, or lies outside its interval");
            }
            let Some(at) = rates.at else { continue };
            if !supports(self.impostor_pairs, at) {
                return wrong("it has too few impostor pairs for a rate that it states");
            }
            if rates.false_match_rate > at * (1.0 + 1e-6) {
                return wrong("a threshold lets more impostors pass than it was chosen for");
            }
        }
        let in_order = |two: &[Rates]| {
            two[0].threshold < two[1].threshold
                && two[0].false_match_rate >= two[1].false_match_rate
                && two[0].false_non_match_rate <= two[1].false_non_match_rate
        };
        if !self.rates.windows(2).all(in_order) {
            return wrong("thresholds and rates are out of order");
        }
        Ok(())
    }
}

/// Whose five points bring a face to an embedder's template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Alignment {
    /// The detector's: those that most embedders were trained with.
    #[default]
    Detector,
    /// The mesh's, where the detector's are too rough for it.
    Landmarks,
}

/// How faces are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonPlan {
    /// The embedding models, fused.
    pub models: Vec<String>,
    /// The calibration whose thresholds decide.
    pub set: String,
    /// What the rates do not say.
    pub caveat: String,
    /// The false match rate whose threshold means match.
    pub match_at: f64,
    /// The false match rate below whose threshold it is no match.
    pub no_match_below: f64,
    /// Whose points faces are aligned by.
    #[serde(default)]
    pub alignment: Alignment,
    /// What was measured, set by set.
    #[serde(rename = "calibration")]
    pub calibrations: Vec<Calibration>,
}

/// The thresholds that decide, and the set that they come from.
#[derive(Debug, Clone, Copy)]
pub struct Operating<'a> {
    /// The set.
    pub calibration: &'a Calibration,
    /// At or above this threshold: match.
    pub upper: Rates,
    /// Below this one: no match.
    pub lower: Rates,
}

impl ComparisonPlan {
    /// The thresholds that decide.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] where the set or one of its thresholds is not there, or they are out of order.
    pub fn operating(&self) -> Result<Operating<'_>, ModelError> {
        let lacks = |what: String| ModelError::manifest(format!("comparison: no {what}"));
        let calibration = self.calibrations.iter().find(|calibration| calibration.set == self.set);
        let calibration = calibration.ok_or_else(|| lacks(format!("calibration for {}", self.set)))?;
        let at = |rate: f64| {
            calibration.chosen_for(rate).ok_or_else(|| lacks(format!("threshold for rate {rate:e}")))
        };
        let (upper, lower) = (at(self.match_at)?, at(self.no_match_below)?);
        if upper.threshold < lower.threshold {
            return Err(ModelError::manifest("comparison: match_at lies below no_match_below"));
        }
        Ok(Operating { calibration, upper, lower })
    }

    pub(super) fn check(&self) -> Result<(), ModelError> {
        let sets: BTreeSet<&str> = self.calibrations.iter().map(|set| set.set.as_str()).collect();
        if sets.len() != self.calibrations.len() || sets.len() > MAX_ENTRIES {
            return Err(ModelError::manifest("comparison: a set is named twice, or there are too many"));
        }
        self.calibrations.iter().try_for_each(Calibration::check)?;
        self.operating().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the Wilson interval as R's `binom::binom.confint(method = "wilson")` gives them.
    #[test]
    fn wilson_is_that_of_the_tables() {
        for (errors, of, low, high) in [
            (0, 10, 0.0, 0.277_532_8),
            (1, 10, 0.017_876_2, 0.404_150_0),
            (5, 10, 0.236_593_1, 0.763_406_9),
            (10, 10, 0.722_467_2, 1.0),
            (50, 1000, 0.038_127_4, 0.065_316_8),
        ] {
            let [found_low, found_high] = wilson(errors, of);
            assert!((found_low - low).abs() < 1e-4, "{errors}/{of}: {found_low}");
            assert!((found_high - high).abs() < 1e-4, "{errors}/{of}: {found_high}");
        }
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
    }

    #[test]
    fn few_people_say_little_however_many_their_pictures() {
        let rates = Rates::of_counts(None, 0.459, (18, 38_016), (28, 1_728));
        let of = |people| Calibration {
            set: String::new(),
            pictures: Pictures::ColourVideo,
            pairs: String::new(),
            people,
            genuine_pairs: 1_728,
            impostor_pairs: 38_016,
            date: String::new(),
            command: String::new(),
            rates: vec![rates],
        };
        let [matches, non_matches] = of(Some(15)).intervals_over_people(&rates);
        assert!(matches[0] < 1e-4 && matches[1] > 0.03, "{matches:?}");
        assert!(non_matches[0] < 0.01 && non_matches[1] > 0.2, "{non_matches:?}");
        assert_eq!(of(None).intervals_over_people(&rates)[0], rates.false_match_interval);
    }

    #[test]
    fn pairs_support_a_rate_by_the_rule_of_three() {
        assert!(supports(300_000, 1e-5) && !supports(299_999, 1e-5));
        assert!(supports(3_000, 1e-3) && !supports(2_999, 1e-3));
    }
}
