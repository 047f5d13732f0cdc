//! The least that a profile demands of the models that compare. A model below it makes the comparison `not_supported`:
//! its decision may be right, but nobody has shown how often.
//!
//! A kiosk decides alone, so it wants all of this:
//!
//! 1. the models are `measured`, not a demonstration;
//! 2. at the false match rate of the floor, the set whose thresholds decide shows a false non-match rate that lies,
//!    with its whole interval, within the floor;
//! 3. a second set at least was measured at the threshold that decides;
//! 4. no set of pictures as cameras make them today (colour) contradicts: at the threshold that decides, its interval
//!    of false non-matches does not lie beyond the floor as a whole, and neither does that of false matches. The
//!    intervals are those over people: ten thousand pairs of a dozen people cannot contradict a rate of 1e-4.

use super::calibration::{Calibration, ComparisonPlan, Maturity, Pictures, Rates};
use serde::Serialize;

/// A floor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    /// The false match rate.
    pub false_match_rate: f64,
    /// The highest false non-match rate at it.
    pub false_non_match_rate: f64,
}

/// The first thing that a model lacks.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum BelowFloor {
    /// The models are a demonstration.
    #[error("the models are a demonstration")]
    Demonstration,
    /// The set that decides states no such rate.
    #[error("{set} states no threshold for a false match rate of {rate:e}")]
    NotMeasured {
        /// The set.
        set: String,
        /// The false match rate.
        rate: f64,
    },
    /// It states too many errors.
    #[error("{set}: false non-match rate up to {found:.4}, the floor is {limit}")]
    TooManyErrors {
        /// The set.
        set: String,
        /// The upper end of the interval.
        found: f64,
        /// The floor.
        limit: f64,
    },
    /// Nothing else was measured.
    #[error("only one set was measured at the threshold that decides")]
    OneSet,
    /// Another set contradicts.
    #[error(
        "{set} contradicts: {measure} of at least {found:.2e} at the threshold that decides, the floor is {limit}"
    )]
    Contradicted {
        /// The set.
        set: String,
        /// `false_match_rate` or `false_non_match_rate`.
        measure: &'static str,
        /// The lower end of its interval.
        found: f64,
        /// The floor.
        limit: f64,
    },
}

impl Floor {
    /// What an unattended kiosk demands.
    pub const KIOSK: Self = Self { false_match_rate: 1e-4, false_non_match_rate: 0.02 };

    /// Holds a comparison against the floor.
    ///
    /// # Errors
    /// [`BelowFloor`] says what is lacking first.
    pub fn check(&self, plan: &ComparisonPlan, maturity: Maturity) -> Result<(), BelowFloor> {
        if maturity != Maturity::Measured {
            return Err(BelowFloor::Demonstration);
        }
        let rate = self.false_match_rate;
        let not_measured = || BelowFloor::NotMeasured { set: plan.set.clone(), rate };
        let operating = plan.operating().map_err(|_| not_measured())?;
        // What decides must be no laxer than the floor.
        if plan.match_at > rate {
            return Err(not_measured());
        }
        let at_floor = operating.calibration.chosen_for(rate).ok_or_else(not_measured)?;
        let [_, found] = at_floor.false_non_match_interval;
        if found > self.false_non_match_rate {
            let limit = self.false_non_match_rate;
            return Err(BelowFloor::TooManyErrors { set: plan.set.clone(), found, limit });
        }
        let mut others = 0;
        for other in plan.calibrations.iter().filter(|other| other.set != plan.set) {
            let Some(rates) = other.at_threshold(operating.upper.threshold) else { continue };
            others += 1;
            if other.pictures != Pictures::GreyStills {
                self.contradiction(other, &rates)?;
            }
        }
        if others == 0 { Err(BelowFloor::OneSet) } else { Ok(()) }
    }

    fn contradiction(&self, other: &Calibration, rates: &Rates) -> Result<(), BelowFloor> {
        let [matches, non_matches] = other.intervals_over_people(rates);
        for (measure, [found, _], limit) in [
            ("false_match_rate", matches, self.false_match_rate),
            ("false_non_match_rate", non_matches, self.false_non_match_rate),
        ] {
            if found > limit {
                return Err(BelowFloor::Contradicted { set: other.set.clone(), measure, found, limit });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Alignment, Manifest};
    use super::*;

    fn rates(at: Option<f64>, threshold: f32, impostors: (u64, u64), genuine: (u64, u64)) -> Rates {
        Rates::of_counts(at, threshold, impostors, genuine)
    }

    fn set(name: &str, pictures: Pictures, rates: Vec<Rates>) -> Calibration {
        Calibration {
            set: name.to_owned(),
            pictures,
            pairs: String::new(),
            people: None,
            genuine_pairs: 10_000,
            impostor_pairs: 10_000_000,
            date: String::new(),
            command: String::new(),
            rates,
        }
    }

    /// A comparison that is good enough, by two sets.
    fn good() -> ComparisonPlan {
        let deciding = vec![
            rates(Some(1e-3), 0.3, (10_000, 10_000_000), (10, 10_000)),
            rates(Some(1e-4), 0.4, (1000, 10_000_000), (40, 10_000)),
            rates(Some(1e-5), 0.5, (100, 10_000_000), (150, 10_000)),
        ];
        let other = vec![rates(None, 0.5, (2, 40_000), (10, 1_000))];
        // Measured at every threshold that may decide, so that nothing but the floor refuses a laxer one.
        let lax = vec![rates(None, 0.3, (2, 40_000), (10, 1_000))];
        ComparisonPlan {
            models: Vec::new(),
            set: "one".to_owned(),
            caveat: String::new(),
            match_at: 1e-5,
            no_match_below: 1e-3,
            alignment: Alignment::default(),
            calibrations: vec![
                set("one", Pictures::ColourStills, deciding),
                set("two", Pictures::ColourVideo, other),
                set("three", Pictures::ColourVideo, lax),
            ],
        }
    }

    fn checked(change: impl FnOnce(&mut ComparisonPlan)) -> Result<(), BelowFloor> {
        let mut plan = good();
        change(&mut plan);
        Floor::KIOSK.check(&plan, Maturity::Measured)
    }

    #[test]
    fn good_figures_of_two_sets_meet_the_floor_and_a_demonstration_never_does() {
        assert_eq!(checked(|_| ()), Ok(()));
        assert_eq!(Floor::KIOSK.check(&good(), Maturity::Demonstration), Err(BelowFloor::Demonstration));
    }

    #[test]
    fn the_recommended_set_meets_the_floor_and_would_not_with_a_laxer_threshold() {
        let manifest = Manifest::recommended().unwrap();
        let (plan, maturity) = (manifest.comparison().unwrap(), manifest.maturity().unwrap());
        assert_eq!(Floor::KIOSK.check(plan, maturity), Ok(()));
        // The threshold that LFW gives for 1e-4 lets far more impostors pass on NUAA.
        let lax = ComparisonPlan { match_at: 1e-4, ..plan.clone() };
        let found = Floor::KIOSK.check(&lax, maturity);
        assert!(
            matches!(found, Err(BelowFloor::Contradicted { measure: "false_match_rate", .. })),
            "{found:?}"
        );
    }

    #[test]
    fn each_thing_that_is_lacking_is_named() {
        let too_many = checked(|plan| {
            plan.calibrations[0].rates[1] = rates(Some(1e-4), 0.4, (1000, 10_000_000), (190, 10_000));
        });
        // 1.90 % itself is within the floor, its interval is not.
        assert!(
            matches!(too_many, Err(BelowFloor::TooManyErrors { found, .. }) if found > 0.02),
            "{too_many:?}"
        );
        let not_measured = [
            checked(|plan| plan.calibrations[0].rates[1].at = None),
            checked(|plan| plan.match_at = 1e-3),
            checked(|plan| plan.set = "four".to_owned()),
        ];
        for found in not_measured {
            assert!(matches!(found, Err(BelowFloor::NotMeasured { .. })), "{found:?}");
        }
        assert_eq!(checked(|plan| plan.calibrations.truncate(1)), Err(BelowFloor::OneSet));
        assert_eq!(checked(|plan| plan.calibrations[1].rates[0].threshold = 0.4), Err(BelowFloor::OneSet));
        // The third set was measured at another threshold than the one that decides: it says nothing.
        assert_eq!(checked(|plan| drop(plan.calibrations.remove(1))), Err(BelowFloor::OneSet));
    }

    #[test]
    fn another_set_contradicts_with_its_whole_interval_only_and_in_colour_only() {
        let with = |pictures, impostors, genuine| {
            checked(|plan| {
                let other = vec![rates(None, 0.5, impostors, genuine)];
                plan.calibrations[1] = set("two", pictures, other);
            })
        };
        let contradicted = |found: &Result<(), BelowFloor>, expected: &str| matches!(found, Err(BelowFloor::Contradicted { measure, .. }) if *measure == expected);
        let video = Pictures::ColourVideo;
        let found = with(video, (40, 40_000), (10, 1_000));
        assert!(contradicted(&found, "false_match_rate"), "{found:?}");
        let found = with(video, (0, 40_000), (50, 1_000));
        assert!(contradicted(&found, "false_non_match_rate"), "{found:?}");
        // Five of 40,000 is more than 1e-4 and may still be less; so may 25 of 1,000.
        assert_eq!(with(video, (5, 40_000), (25, 1_000)), Ok(()));
        assert_eq!(with(Pictures::GreyStills, (400, 40_000), (500, 1_000)), Ok(()));
    }
}
