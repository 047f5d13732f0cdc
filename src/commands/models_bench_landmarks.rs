//! The part of `titre models bench` that says what landmarks, lids and pose are worth.

use super::models_bench::percent;
use crate::biometrics::bench::landmarks::{AngleError, PoseErrors, Recall, Spread};
use crate::biometrics::bench::{
    self, BenchError, Collection, Compared, Comparing, Distances, Landmarks, Truth, Which,
};
use crate::report::Page;
use serde::Serialize;

/// What was measured of landmarks.
#[derive(Debug, Serialize)]
pub(super) struct Findings {
    /// Pictures of which something is known.
    known: usize,
    in_use: Landmarks,
    against: Option<Landmarks>,
    distance: Option<Distances>,
}

/// Looks at every picture of a collection.
pub(super) fn measure(
    comparing: &Comparing<'_>,
    collection: &Collection,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Findings, BenchError> {
    let truths = bench::truths(collection)?;
    let items: Vec<_> = collection.items.iter().cloned().zip(truths.iter().cloned()).collect();
    let seen = bench::compare(comparing, &items, progress)?;
    Ok(findings(&truths, &seen, comparing.against.is_some()))
}

fn findings(truths: &[Option<Truth>], seen: &[Compared], against: bool) -> Findings {
    Findings {
        known: truths.iter().flatten().count(),
        in_use: bench::landmarks(truths, seen, Which::InUse),
        against: against.then(|| bench::landmarks(truths, seen, Which::Against)),
        distance: bench::distances(seen),
    }
}

/// The figures of both sets, one after the other, and how far they are from each other.
pub(super) fn page(page: &mut Page, found: &Findings) {
    page.heading("bench-landmarks");
    page.field("label-bench-known", found.known);
    of_set(page, &found.in_use);
    if let Some(against) = &found.against {
        page.heading("bench-landmarks-against");
        of_set(page, against);
    }
    if let Some(distance) = &found.distance {
        page.heading("bench-landmarks-distance");
        page.field("label-bench-reference", percent(&distance.found));
        if let Some(points) = &distance.points {
            page.field("label-bench-mesh", spread(points));
        }
        if let Some(ratio) = distance.error_ratio {
            page.field("label-bench-ratio", format!("{ratio:.3}"));
        }
    }
}

fn of_set(page: &mut Page, found: &Landmarks) {
    page.field("label-bench-with-landmarks", percent(&found.found));
    if let Some(points) = &found.points {
        page.field("label-bench-points", spread(&points.by_face));
        for (point, error) in &points.by_point {
            page.line(2, format!("{point:<16} {error:.4}"));
        }
    }
    if let Some(pose) = &found.pose {
        page.sentence("bench-pose", &[]);
        page_pose(page, pose);
    }
    if let Some(pose) = &found.pose_from_calm {
        page.sentence("bench-pose-from-calm", &[]);
        page_pose(page, pose);
    }
    let gestures = [
        ("bench-blink", &found.blink),
        ("bench-smile", &found.smile),
        ("bench-open-mouth", &found.open_mouth),
    ];
    for (gesture, recall) in gestures {
        if let Some(recall) = recall {
            page_recall(page, gesture, recall);
        }
    }
}

fn page_pose(page: &mut Page, pose: &PoseErrors) {
    let errors = [
        ("label-bench-yaw", &pose.yaw),
        ("label-bench-yaw-turned", &pose.yaw_turned),
        ("label-bench-pitch", &pose.pitch),
        ("label-bench-roll", &pose.roll),
        ("label-bench-head-pose-yaw", &pose.head_pose_yaw),
        ("label-bench-head-pose-yaw-turned", &pose.head_pose_yaw_turned),
    ];
    for (label, error) in errors {
        if let Some(AngleError { degrees, within_5 }) = error {
            let (mean, median) = (degrees.mean, degrees.median);
            page.field(label, format!("{mean:.2}° / {median:.2}°  {}", percent(within_5)));
        }
    }
}

fn page_recall(page: &mut Page, gesture: &str, recall: &Recall) {
    page.sentence(gesture, &[]);
    page.field("label-bench-recall", percent(&recall.found));
    page.field("label-bench-falsely", percent(&recall.falsely));
    page.field("label-bench-not-read", format!("{} / {}", recall.not_read, recall.not_judged));
}

fn spread(spread: &Spread) -> String {
    let Spread { count, mean, median, p95 } = spread;
    format!("{mean:.4} / {median:.4} / {p95:.4} (n = {count})")
}
