//! Whether a video answers a challenge: every gesture, in order, none besides before the last, in time.
//!
//! People blink without being asked, so a blink that was not asked for is no gesture here; one that was asked for
//! must stand between its neighbours.

use super::challenge::{Challenge, Gesture};
use super::liveness::{ChallengeReport, GestureEvent};
use super::{Reason, Verdict};
use time::OffsetDateTime;

/// Seconds that a person may take besides those that the challenge gives.
const SLACK: f64 = 4.0;

/// Holds what was seen against what was asked. `at` is the time of judging; `seen` is in order of time.
#[must_use]
pub fn check_challenge(challenge: &Challenge, seen: &[GestureEvent], at: OffsetDateTime) -> ChallengeReport {
    let mut reasons = Vec::new();
    if at < challenge.issued_at {
        reasons.push(Reason::new("challenge.not_yet_issued").arg("issued_at", challenge.validity().0));
    }
    if at > challenge.expires_at {
        reasons.push(Reason::new("challenge.expired").arg("expires_at", challenge.validity().1));
    }
    match answer(&challenge.gestures, seen) {
        Ok(end_ms) => {
            let limit = challenge.seconds() + SLACK;
            if end_ms as f64 / 1000.0 > limit {
                reasons.push(Reason::new("challenge.too_slow").arg("limit_s", format!("{limit:.1}")));
            }
        }
        Err(reason) => reasons.push(reason),
    }
    ChallengeReport {
        result: if reasons.is_empty() { Verdict::Successful } else { Verdict::Failed },
        id: challenge.id.clone(),
        asked: challenge.gestures.clone(),
        seen: seen.to_vec(),
        order_bits: challenge.order_bits(),
        reasons,
    }
}

/// When the last gesture asked for was over, or why they were not made as asked.
fn answer(asked: &[Gesture], seen: &[GestureEvent]) -> Result<i64, Reason> {
    let mut at = 0;
    let mut end_ms = 0;
    for gesture in asked {
        // Blinks between what is asked are natural; so is what comes after the last gesture.
        let next =
            seen[at..].iter().position(|event| event.gesture != Gesture::Blink || *gesture == Gesture::Blink);
        let Some(next) = next.map(|next| at + next) else {
            return Err(Reason::new("challenge.gesture_missing").arg("gesture", gesture.name()));
        };
        if seen[next].gesture != *gesture {
            return Err(refused(asked, seen, *gesture, seen[next].gesture));
        }
        end_ms = seen[next].end_ms;
        at = next + 1;
    }
    Ok(end_ms)
}

/// The reason that helps most.
fn refused(asked: &[Gesture], seen: &[GestureEvent], expected: Gesture, found: Gesture) -> Reason {
    let mirrored = |gesture: Gesture| match gesture {
        Gesture::TurnLeft => Gesture::TurnRight,
        Gesture::TurnRight => Gesture::TurnLeft,
        other => other,
    };
    let swapped: Vec<GestureEvent> =
        seen.iter().map(|event| GestureEvent { gesture: mirrored(event.gesture), ..*event }).collect();
    if answer_strictly(asked, &swapped) {
        return Reason::new("challenge.mirrored");
    }
    let code = match (asked.contains(&found), seen.iter().any(|event| event.gesture == expected)) {
        (false, _) => "challenge.extra_gesture",
        (true, true) => "challenge.wrong_order",
        (true, false) => "challenge.gesture_missing",
    };
    Reason::new(code).arg("gesture", expected.name()).arg("found", found.name())
}

/// As `answer`, without looking for a reason.
fn answer_strictly(asked: &[Gesture], seen: &[GestureEvent]) -> bool {
    let mut left = seen.iter();
    asked.iter().all(|gesture| {
        let natural = |event: &&GestureEvent| event.gesture == Gesture::Blink && *gesture != Gesture::Blink;
        left.by_ref().find(|event| !natural(event)).is_some_and(|event| event.gesture == *gesture)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SeededEntropy;
    use Gesture::{Blink, Nod, OpenMouth, Smile, TurnLeft, TurnRight};
    use time::Duration;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);

    fn challenge(gestures: &[Gesture]) -> Challenge {
        let mut entropy = SeededEntropy::new("test", 1);
        let mut made = Challenge::issue(&mut entropy, gestures.len(), AT, Duration::minutes(10)).unwrap();
        made.gestures = gestures.to_vec();
        made
    }

    fn seen(gestures: &[Gesture]) -> Vec<GestureEvent> {
        let event = |(index, gesture): (usize, &Gesture)| {
            let start_ms = 1500 + index as i64 * 1500;
            let (peak_ms, end_ms) = (start_ms + 400, start_ms + 800);
            GestureEvent { gesture: *gesture, start_ms, peak_ms, end_ms, peak: 1.0 }
        };
        gestures.iter().enumerate().map(event).collect()
    }

    fn reason(asked: &[Gesture], made: &[Gesture]) -> Option<&'static str> {
        let report = check_challenge(&challenge(asked), &seen(made), AT + Duration::minutes(1));
        assert_eq!(report.result == Verdict::Successful, report.reasons.is_empty());
        report.reasons.first().map(|reason| reason.code)
    }

    #[test]
    fn what_was_asked_in_order_passes() {
        let asked = [TurnLeft, Blink, Smile, Nod];
        assert_eq!(reason(&asked, &asked), None);
        // Natural blinks, and whatever comes after.
        assert_eq!(reason(&asked, &[Blink, TurnLeft, Blink, Blink, Smile, Blink, Nod, Smile, Blink]), None);
    }

    #[test]
    fn what_was_not_asked_does_not() {
        let asked = [TurnLeft, Blink, Smile, Nod];
        assert_eq!(reason(&asked, &[TurnLeft, Blink, Nod, Smile]), Some("challenge.wrong_order"));
        assert_eq!(
            reason(&asked, &[TurnLeft, Blink, OpenMouth, Smile, Nod]),
            Some("challenge.extra_gesture")
        );
        assert_eq!(reason(&asked, &[TurnLeft, Blink, Smile]), Some("challenge.gesture_missing"));
        assert_eq!(reason(&asked, &[TurnLeft, Smile, Nod]), Some("challenge.gesture_missing"));
        assert_eq!(reason(&asked, &[TurnRight, Blink, Smile, Nod]), Some("challenge.mirrored"));
        assert_eq!(reason(&asked, &[]), Some("challenge.gesture_missing"));
        // A blink asked for must stand in its place.
        assert_eq!(
            reason(&[Nod, Smile, Blink, TurnLeft], &[Blink, Nod, Smile, TurnLeft]),
            Some("challenge.wrong_order")
        );
    }

    #[test]
    fn time_counts() {
        let asked = [TurnLeft, Blink, Smile, Nod];
        let code = |at, seen: &[GestureEvent]| {
            check_challenge(&challenge(&asked), seen, at).reasons.first().map(|reason| reason.code)
        };
        assert_eq!(code(AT - Duration::minutes(1), &seen(&asked)), Some("challenge.not_yet_issued"));
        assert_eq!(code(AT + Duration::minutes(11), &seen(&asked)), Some("challenge.expired"));
        let mut slow = seen(&asked);
        slow[3].end_ms = 60_000;
        assert_eq!(code(AT, &slow), Some("challenge.too_slow"));
    }
}
