//! The matrix of requirements: for one run, what of ETSI TS 119 461 and of the ANSSI's PVID is met, not met, or not shown.
//! *Not shown* is what a program cannot show of itself: a laboratory's test, an officer's training, a certification. Nothing
//! here is a certificate.
//! Source: ETSI TS 119 461 V2.1.1 clauses 8.3.2, 8.4.2 to 8.4.4, 8.5; ANSSI PVID v1.1 (1 March 2021).

use super::assurance::{CaptureProvenance, ChipAuthenticity, Examined, Facts};
use crate::transport::Provenance;
use serde::Serialize;

/// Whether a requirement is met in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Standing {
    /// It is.
    Met,
    /// It is not.
    NotMet,
    /// It may be, but this run does not show it.
    NotShown,
    /// It is about something that was not done: models on the human path, officers on the other.
    NotApplicable,
}

impl Standing {
    /// All, in the order in which they are counted.
    pub const ALL: [Self; 4] = [Self::Met, Self::NotMet, Self::NotShown, Self::NotApplicable];

    /// The word, as results carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::NotShown => "not_shown",
            Self::NotApplicable => "not_applicable",
        }
    }

    const fn met(is: bool) -> Self {
        if is { Self::Met } else { Self::NotMet }
    }
}

/// A requirement, and whether it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// Stable id, dotted lower case; its title is a message of that name.
    pub id: &'static str,
    /// The document and clause.
    pub source: &'static str,
    /// Whether it is met.
    pub standing: Standing,
}

/// What the matrix is made from, besides the facts of the statement.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// What the level was computed from.
    pub facts: Facts,
    /// Whether an evidence bundle with an end of retention was written.
    pub evidence_kept: bool,
    /// Lines and pictures a second of the video, as measured; `None` where there was none.
    pub video: Option<(u32, f64)>,
}

/// Fewest lines and pictures a second of a video.
/// Source: ETSI TS 119 461 VAL-8.3.3-04A, example; ANSSI PVID v1.1.
const VIDEO: (u32, f64) = (720, 25.0);

/// Every requirement, in the order of the documents.
#[must_use]
pub fn requirements(run: &Run) -> Vec<Requirement> {
    let Facts { document, chip, register_valid, examined, .. } = run.facts;
    let live = document == Provenance::Live;
    let by_models = matches!(examined, Examined::ByModels { .. });
    let models = |standing| if by_models { standing } else { Standing::NotApplicable };
    let officers = |standing| if by_models { Standing::NotApplicable } else { standing };
    let at_the_time = match examined {
        Examined::ByModels { capture: CaptureProvenance::Recorded, .. } => Standing::NotMet,
        Examined::ByOfficers => Standing::Met,
    };
    // Pictures a second are measured to the millisecond, so 25 may come out a hair below.
    let video = run.video.map(|(lines, rate)| Standing::met(lines >= VIDEO.0 && rate >= VIDEO.1 - 0.05));
    let video = video.unwrap_or(Standing::NotApplicable);
    let kept = Standing::met(run.evidence_kept);
    let no_copy = Standing::met(live && chip != ChipAuthenticity::NotProven);
    // Who asked and was told that it is valid has done it; that no such service exists, nobody can show.
    let register = if register_valid { Standing::Met } else { Standing::NotShown };
    let etsi = [
        ("etsi.issuer_signature", "VAL-8.3.2-02", Standing::Met),
        ("etsi.status_service", "VAL-8.3.2-03", register),
        ("etsi.stored_copy", "VAL-8.3.2-04X", no_copy),
        ("etsi.read_in_session", "VAL-8.3.2-04A", Standing::met(live)),
        ("etsi.document_recorded", "VAL-8.3.2-05, VAL-8.3.2-06", Standing::Met),
        ("etsi.video_quality", "VAL-8.3.3-04A", video),
        ("etsi.attack_detection", "BIN-8.4.2-01, BIN-8.4.2-03X", models(Standing::Met)),
        ("etsi.capture_at_the_time", "BIN-8.4.2-02A", at_the_time),
        ("etsi.injection_tested", "BIN-8.4.2-04A to 04D", models(Standing::NotShown)),
        ("etsi.capture_rejected", "BIN-8.4.2-05B", models(Standing::Met)),
        ("etsi.retries_limited", "BIN-8.4.2-05C", models(Standing::NotShown)),
        ("etsi.attack_detection_tested", "BIN-8.4.2-05D to 09X", models(Standing::NotShown)),
        ("etsi.comparison_tested", "BIN-8.4.3-05A to 08X", models(Standing::NotShown)),
        ("etsi.morphing", "BIN-8.4.3-09X", models(Standing::NotMet)),
        ("etsi.officer_trained", "BIN-8.4.4-02", officers(Standing::NotShown)),
        ("etsi.feature_list", "BIN-8.4.4-03 to 06", officers(Standing::Met)),
        ("etsi.level_conveyed", "ISS-8.5.1-02", Standing::Met),
        ("etsi.evidence_kept", "ISS-8.5.2-01 to 08", kept),
    ];
    let pvid = [
        ("pvid.human_verdict", officers(Standing::Met)),
        ("pvid.chip", Standing::met(live)),
        ("pvid.challenge", models(Standing::Met)),
        ("pvid.video", video),
        ("pvid.evidence_file", kept),
        ("pvid.certification", Standing::NotShown),
    ];
    // Every verification of the PVID ends with an operator's verdict: where there is none, it is not met.
    let pvid = pvid.map(|(id, standing)| match (id, by_models) {
        ("pvid.human_verdict", true) => (id, Standing::NotMet),
        _ => (id, standing),
    });
    let etsi = etsi.map(|(id, source, standing)| Requirement { id, source, standing });
    let pvid = pvid.map(|(id, standing)| Requirement { id, source: "ANSSI PVID v1.1", standing });
    etsi.into_iter().chain(pvid).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biometrics::Maturity;

    fn run(examined: Examined) -> Run {
        let facts = Facts {
            document: Provenance::Live,
            chip: ChipAuthenticity::Transferable,
            revocation_checked: true,
            register_valid: true,
            examined,
            test_issuer: false,
        };
        let by_models = matches!(examined, Examined::ByModels { .. });
        Run { facts, evidence_kept: true, video: by_models.then_some((720, 25.0)) }
    }

    const RECORDED: Examined =
        Examined::ByModels { capture: CaptureProvenance::Recorded, models: Maturity::Measured };

    fn standing(run: &Run, id: &str) -> Standing {
        requirements(run).iter().find(|each| each.id == id).expect(id).standing
    }

    #[test]
    fn what_nobody_can_show_of_himself_is_never_met() {
        for examined in [RECORDED, Examined::ByOfficers] {
            let run = run(examined);
            assert_eq!(standing(&run, "pvid.certification"), Standing::NotShown);
            for id in ["etsi.attack_detection_tested", "etsi.comparison_tested", "etsi.officer_trained"] {
                assert_ne!(standing(&run, id), Standing::Met, "{id}");
            }
        }
    }

    #[test]
    fn a_recorded_video_and_the_lack_of_an_operator_are_not_met() {
        let face = run(RECORDED);
        assert_eq!(standing(&face, "etsi.capture_at_the_time"), Standing::NotMet);
        assert_eq!(standing(&face, "pvid.human_verdict"), Standing::NotMet);
        let human = run(Examined::ByOfficers);
        assert_eq!(standing(&human, "pvid.human_verdict"), Standing::Met);
        assert_eq!(standing(&human, "etsi.attack_detection"), Standing::NotApplicable);
        assert_eq!(standing(&human, "etsi.video_quality"), Standing::NotApplicable);
    }

    #[test]
    fn each_fact_that_is_missing_shows() {
        let best = run(RECORDED);
        let changed = |change: fn(&mut Run), id: &str| {
            let mut run = best;
            assert_eq!(standing(&run, id), Standing::Met, "{id}");
            change(&mut run);
            standing(&run, id)
        };
        assert_eq!(changed(|run| run.evidence_kept = false, "etsi.evidence_kept"), Standing::NotMet);
        assert_eq!(changed(|run| run.evidence_kept = false, "pvid.evidence_file"), Standing::NotMet);
        assert_eq!(changed(|run| run.video = Some((480, 25.0)), "etsi.video_quality"), Standing::NotMet);
        assert_eq!(changed(|run| run.video = Some((720, 24.0)), "pvid.video"), Standing::NotMet);
        assert_eq!(
            changed(|run| run.facts.register_valid = false, "etsi.status_service"),
            Standing::NotShown
        );
        let replayed: fn(&mut Run) = |run| run.facts.document = Provenance::Replay;
        for id in ["etsi.stored_copy", "etsi.read_in_session", "pvid.chip"] {
            assert_eq!(changed(replayed, id), Standing::NotMet);
        }
        let unproven: fn(&mut Run) = |run| run.facts.chip = ChipAuthenticity::NotProven;
        assert_eq!(changed(unproven, "etsi.stored_copy"), Standing::NotMet);
    }
}
