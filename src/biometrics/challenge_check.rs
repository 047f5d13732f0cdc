//! Whether a video answers a challenge: every gesture, in order, none besides before the last, each in its window of
//! time.
//!
//! Where in the video the challenge began is not written in it, so one shift is allowed for all gestures, a second
//! early (nobody answers what was not asked yet) to four late; against it each gesture may begin three quarters of its
//! time before or after its turn.
//!
//! People blink without being asked, so a blink that was not asked for is no gesture here; one that was asked for
//! must stand between its neighbours.

use super::challenge::{Challenge, Gesture};
use super::liveness::{ChallengeReport, GestureAnswer, GestureEvent};
use super::{Reason, Verdict};
use time::OffsetDateTime;

/// Seconds that a person may take besides those that the challenge gives.
const SLACK: f64 = 4.0;
/// Seconds that the video may begin after the challenge.
const EARLY: f64 = 1.0;
/// Half width of a gesture's window, in the time given for one.
const WINDOW: f64 = 0.75;

/// Holds what was seen against what was asked. `at` is the time of judging; `seen` is in order of time, `weak` is what
/// was tried and too weak.
#[must_use]
pub fn check_challenge(
    challenge: &Challenge,
    seen: &[GestureEvent],
    weak: &[GestureEvent],
    at: OffsetDateTime,
) -> ChallengeReport {
    let mut reasons = Vec::new();
    if at < challenge.issued_at {
        reasons.push(Reason::new("challenge.not_yet_issued").arg("issued_at", challenge.validity().0));
    }
    if at > challenge.expires_at {
        reasons.push(Reason::new("challenge.expired").arg("expires_at", challenge.validity().1));
    }
    let (matched, refusal) = answer(&challenge.gestures, seen);
    reasons.extend(refusal.map(|refusal| with_advice(refusal, challenge, &matched, weak)));
    let shift = shift(challenge, &matched);
    let answers = windows(challenge, &matched, shift);
    if matched.len() == challenge.gestures.len() {
        reasons.extend(out_of_time(challenge, &answers, shift));
    }
    ChallengeReport {
        result: if reasons.is_empty() { Verdict::Successful } else { Verdict::Failed },
        id: challenge.id.clone(),
        asked: challenge.gestures.clone(),
        seen: seen.to_vec(),
        answers,
        order_bits: challenge.order_bits(),
        reasons,
    }
}

/// The gestures that answer, as far as they do, and why they go no further.
fn answer(asked: &[Gesture], seen: &[GestureEvent]) -> (Vec<GestureEvent>, Option<Reason>) {
    let mut at = 0;
    let mut matched = Vec::with_capacity(asked.len());
    for gesture in asked {
        // Blinks between what is asked are natural; so is what comes after the last gesture.
        let next =
            seen[at..].iter().position(|event| event.gesture != Gesture::Blink || *gesture == Gesture::Blink);
        let Some(next) = next.map(|next| at + next) else {
            let missing = Reason::new("challenge.gesture_missing").arg("gesture", gesture.name());
            return (matched, Some(missing));
        };
        if seen[next].gesture != *gesture {
            let refusal = refused(asked, seen, *gesture, seen[next].gesture);
            return (matched, Some(refusal));
        }
        matched.push(seen[next]);
        at = next + 1;
    }
    (matched, None)
}

/// A gesture that is missing and was tried when its turn came: what to do more of.
fn with_advice(
    refusal: Reason,
    challenge: &Challenge,
    matched: &[GestureEvent],
    weak: &[GestureEvent],
) -> Reason {
    let Some(expected) = challenge.gestures.get(matched.len()) else { return refusal };
    let since = matched.last().map_or(0, |event| event.end_ms);
    let tried = weak.iter().filter(|event| event.gesture == *expected && event.peak_ms >= since);
    let best = tried.map(weakest).max_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
    match best {
        Some((seen, needed)) if refusal.code == "challenge.gesture_missing" => {
            Reason::new("challenge.gesture_weak")
                .arg("gesture", expected.name())
                .arg("seen", format!("{:.2}", seen.max(0.0)))
                .arg("needed", format!("{needed:.2}"))
        }
        _ => refusal,
    }
}

/// Value and limit of the family of networks that saw less of a gesture, for its limit.
fn weakest(event: &GestureEvent) -> (f32, f32) {
    let first = (event.peak, event.limit);
    match event.second_peak.zip(event.second_limit) {
        Some(second) if second.0 / second.1 < first.0 / first.1 => second,
        _ => first,
    }
}

/// When the turn of a gesture comes, in milliseconds from the challenge's own beginning.
fn turn_ms(challenge: &Challenge, index: usize) -> f64 {
    1000.0 * challenge.seconds_each.mul_add(index as f64, challenge.lead_in_seconds)
}

/// How much later than the video the challenge began, in milliseconds: the median over the gestures.
fn shift(challenge: &Challenge, matched: &[GestureEvent]) -> f64 {
    let mut late: Vec<f64> = matched
        .iter()
        .enumerate()
        .map(|(index, event)| event.start_ms as f64 - turn_ms(challenge, index))
        .collect();
    late.sort_by(f64::total_cmp);
    late.get(late.len() / 2).copied().unwrap_or(0.0)
}

fn windows(challenge: &Challenge, matched: &[GestureEvent], shift: f64) -> Vec<GestureAnswer> {
    let half = 1000.0 * WINDOW * challenge.seconds_each;
    let window = |(index, gesture): (usize, &Gesture)| {
        let turn = turn_ms(challenge, index) + shift;
        let (opens_ms, closes_ms) = ((turn - half).max(0.0) as i64, (turn + half).max(0.0) as i64);
        GestureAnswer { gesture: *gesture, opens_ms, closes_ms, event: matched.get(index).copied() }
    };
    challenge.gestures.iter().enumerate().map(window).collect()
}

/// What does not come in its time, the whole first.
fn out_of_time(challenge: &Challenge, answers: &[GestureAnswer], shift: f64) -> Option<Reason> {
    let events = || answers.iter().filter_map(|answer| answer.event);
    let end_ms = events().map(|event| event.end_ms).max()?;
    let limit = challenge.seconds() + SLACK;
    if end_ms as f64 / 1000.0 > limit || shift > 1000.0 * SLACK {
        return Some(Reason::new("challenge.too_slow").arg("limit_s", format!("{limit:.1}")));
    }
    if shift < -1000.0 * EARLY {
        return Some(Reason::new("challenge.too_early"));
    }
    let late = answers.iter().find(|answer| {
        answer.event.is_some_and(|event| !(answer.opens_ms..=answer.closes_ms).contains(&event.start_ms))
    })?;
    let seconds = |ms: i64| format!("{:.1}", ms as f64 / 1000.0);
    Some(
        Reason::new("challenge.out_of_time")
            .arg("gesture", late.gesture.name())
            .arg("seen", seconds(late.event?.start_ms))
            .arg("opens", seconds(late.opens_ms))
            .arg("closes", seconds(late.closes_ms)),
    )
}

/// The reason that helps most.
fn refused(asked: &[Gesture], seen: &[GestureEvent], expected: Gesture, found: Gesture) -> Reason {
    let mirrored = |gesture: Gesture| match gesture {
        Gesture::TurnLeft => Gesture::TurnRight,
        Gesture::TurnRight => Gesture::TurnLeft,
        Gesture::TiltLeft => Gesture::TiltRight,
        Gesture::TiltRight => Gesture::TiltLeft,
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
        let mut made = Challenge::issue(&mut entropy, 8, AT, Duration::minutes(10)).unwrap();
        made.gestures = gestures.to_vec();
        made
    }

    fn seen(gestures: &[Gesture]) -> Vec<GestureEvent> {
        let event = |(index, gesture): (usize, &Gesture)| {
            let start_ms = 1500 + index as i64 * 1500;
            let (peak_ms, end_ms) = (start_ms + 400, start_ms + 800);
            GestureEvent {
                gesture: *gesture,
                start_ms,
                peak_ms,
                end_ms,
                peak: 1.0,
                second_peak: None,
                second_limit: None,
                limit: 0.5,
            }
        };
        gestures.iter().enumerate().map(event).collect()
    }

    fn reason(asked: &[Gesture], made: &[Gesture]) -> Option<&'static str> {
        let report = check_challenge(&challenge(asked), &seen(made), &[], AT + Duration::minutes(1));
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
            check_challenge(&challenge(&asked), seen, &[], at).reasons.first().map(|reason| reason.code)
        };
        assert_eq!(code(AT - Duration::minutes(1), &seen(&asked)), Some("challenge.not_yet_issued"));
        assert_eq!(code(AT + Duration::minutes(11), &seen(&asked)), Some("challenge.expired"));
        let mut slow = seen(&asked);
        slow[3].end_ms = 60_000;
        assert_eq!(code(AT, &slow), Some("challenge.too_slow"));
        let moved = |by: [i64; 4]| {
            let mut seen = seen(&asked);
            for (event, by) in seen.iter_mut().zip(by) {
                (event.start_ms, event.peak_ms, event.end_ms) =
                    (event.start_ms + by, event.peak_ms + by, event.end_ms + by);
            }
            seen
        };
        // All of it late is a person who began late; all of it before it was asked is a film.
        assert_eq!(code(AT, &moved([2500; 4])), None);
        assert_eq!(code(AT, &moved([6000; 4])), Some("challenge.too_slow"));
        assert_eq!(code(AT, &moved([-1400; 4])), Some("challenge.too_early"));
        // One alone out of its turn.
        assert_eq!(code(AT, &moved([0, 0, 0, 2800])), Some("challenge.out_of_time"));
    }

    #[test]
    fn each_gesture_is_reported_with_its_window() {
        let asked = [TurnLeft, Blink, Smile, Nod];
        let report = check_challenge(&challenge(&asked), &seen(&asked[..3]), &[], AT);
        let inside = |answer: &GestureAnswer| {
            answer.event.is_some_and(|event| (answer.opens_ms..=answer.closes_ms).contains(&event.start_ms))
        };
        assert_eq!(report.answers.iter().map(inside).collect::<Vec<_>>(), [true, true, true, false]);
    }

    #[test]
    fn a_gesture_that_was_tried_is_asked_for_more_strongly() {
        let asked = [Blink, Nod, TurnLeft, Smile];
        let weak = GestureEvent {
            peak: 31.0,
            limit: 25.0,
            second_peak: Some(18.0),
            second_limit: Some(25.0),
            ..seen(&asked)[2]
        };
        let report = check_challenge(&challenge(&asked), &seen(&asked[..2]), &[weak], AT);
        let reason = &report.reasons[0];
        assert_eq!(reason.code, "challenge.gesture_weak");
        assert_eq!(
            reason.args,
            [("gesture", "turn_left".to_owned()), ("seen", "18.00".into()), ("needed", "25.00".into())]
        );
    }
}
