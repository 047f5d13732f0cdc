//! Whether the pictures are one take: no hard cut, no frozen stretch, no stretch that comes twice.
//!
//! Every decoded picture leaves a small grey trace, so that nothing between two looks at the face is missed. Only a
//! forward loop is looked for: a gesture and its way back are each other's mirror in time, as a film played to and fro.

use super::super::capture::Capture;
use super::super::liveness::Cue;
use super::{ABOVE, BELOW, Verdict, cue};

/// Cells of a trace across and down.
pub const CELLS: (usize, usize) = (32, 18);
/// Grey levels, as a mean over cells, below which neighbouring pictures are the same.
const SAME: f32 = 0.02;
/// Largest share of neighbouring pictures that are the same.
pub const MAX_REPEATED: f32 = 0.5;
/// Longest stretch of one and the same picture, in milliseconds.
pub const MAX_FROZEN_MS: f32 = 1000.0;
/// Largest change between two pictures over the changes around it. A head that moves fast changes three pictures in a
/// row; a cut changes one.
pub const MAX_CUT: f32 = 5.0;
/// Grey levels added below that fraction, so that noise over noise is no cut.
const CUT_FLOOR: f32 = 0.6;
/// Pictures on either side that a change is held against.
const AROUND: usize = 3;
/// Least difference of a stretch from any earlier one, over what moves within it. Eight clips of people had 0.44 and
/// more; rendered people who make one gesture twice had from 0.2 up, and a rendered loop 0.23: no limit tells those
/// apart, so this one finds only what comes again unchanged, and the challenge finds the others.
pub const MIN_LOOP: f32 = 0.15;
/// Milliseconds of a stretch that may come again.
const STRETCH_MS: f32 = 1000.0;
/// Grey levels that must move within a stretch before its coming again says anything.
const MOVING: f32 = 0.35;
/// Most traces that are held against each other.
const MAX_COMPARED: usize = 600;

/// What is kept of every decoded picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Milliseconds from the first picture.
    pub pts_ms: i64,
    /// Grey levels of [`CELLS`], by rows.
    pub cells: Vec<f32>,
    /// Share of the picture in which not a single grey level changed from the one before; `None` of the first.
    pub unchanged: Option<f32>,
}

/// Share of neighbouring pictures that are the same.
#[must_use]
pub fn repeated(traces: &[Trace]) -> f32 {
    let same = changes(traces).iter().filter(|change| **change < SAME).count();
    same as f32 / traces.len().saturating_sub(1).max(1) as f32
}

pub(super) fn cues(capture: &Capture) -> Vec<Cue> {
    let traces = capture.traces.as_slice();
    let mut cues = vec![cue("pad.repeated", capture.repeated, MAX_REPEATED, BELOW, Verdict::Failed)];
    if let Some((at_ms, frozen)) = longest_frozen(traces) {
        cues.push(cue("pad.frozen", frozen, MAX_FROZEN_MS, BELOW, Verdict::Undetermined).at(Some(at_ms)));
    }
    if let Some((at_ms, cut)) = hardest_cut(traces) {
        cues.push(cue("pad.cut", cut, MAX_CUT, BELOW, Verdict::Failed).at(Some(at_ms)));
    }
    if let Some((at_ms, least)) = closest_loop(traces) {
        cues.push(cue("pad.loop", least, MIN_LOOP, ABOVE, Verdict::Undetermined).at(Some(at_ms)));
    }
    cues
}

fn difference(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| (a - b).abs()).sum::<f32>() / one.len().max(1) as f32
}

fn changes(traces: &[Trace]) -> Vec<f32> {
    traces.windows(2).map(|pair| difference(&pair[0].cells, &pair[1].cells)).collect()
}

/// Where the longest stretch of the same picture begins, and its milliseconds.
fn longest_frozen(traces: &[Trace]) -> Option<(i64, f32)> {
    let mut longest = (traces.first()?.pts_ms, 0);
    let mut since = traces.first()?.pts_ms;
    for (pair, change) in traces.windows(2).zip(changes(traces)) {
        if change >= SAME {
            since = pair[1].pts_ms;
        } else if pair[1].pts_ms - since > longest.1 {
            longest = (since, pair[1].pts_ms - since);
        }
    }
    Some((longest.0, longest.1 as f32))
}

/// The time of the hardest cut, and its change over those around it.
fn hardest_cut(traces: &[Trace]) -> Option<(i64, f32)> {
    let mut steps: Vec<i64> = traces.windows(2).map(|pair| pair[1].pts_ms - pair[0].pts_ms).collect();
    let changes: Vec<f32> = {
        let mut sorted = steps.clone();
        sorted.sort_unstable();
        let usual = sorted.get(sorted.len() / 2).copied()?.max(1);
        // Pictures that were dropped make a change larger, and no cut of it.
        let missing = steps.drain(..).map(|step| (step as f32 / usual as f32).max(1.0));
        changes(traces).iter().zip(missing).map(|(change, missing)| change / missing).collect()
    };
    let score = |index: usize| {
        let around = changes[index.saturating_sub(AROUND)..index]
            .iter()
            .chain(&changes[index + 1..(index + 1 + AROUND).min(changes.len())]);
        changes[index] / (CUT_FLOOR + around.copied().fold(0.0, f32::max))
    };
    let scored = (0..changes.len()).map(|index| (traces[index + 1].pts_ms, score(index)));
    scored.max_by(|one, other| one.1.total_cmp(&other.1))
}

/// Where the stretch begins that is most like an earlier one, and how unlike it is; `None` where too little moves.
fn closest_loop(traces: &[Trace]) -> Option<(i64, f32)> {
    let every = traces.len().div_ceil(MAX_COMPARED).max(1);
    let kept: Vec<(i64, Vec<f32>)> = traces
        .iter()
        .step_by(every)
        .map(|trace| {
            // The camera's exposure drifts; what it shows does not change with that.
            let mean = trace.cells.iter().sum::<f32>() / trace.cells.len().max(1) as f32;
            (trace.pts_ms, trace.cells.iter().map(|cell| cell - mean).collect())
        })
        .collect();
    let span_ms = (kept.last()?.0 - kept.first()?.0) as f32;
    let rate = kept.len() as f32 / span_ms.max(1.0);
    let length = (STRETCH_MS * rate).round() as usize;
    if length < 6 || kept.len() < 2 * length {
        return None;
    }
    let apart = |one: usize, other: usize| difference(&kept[one].1, &kept[other].1);
    // What moves within the stretch that begins at each picture: half a stretch ahead, all along.
    let sums = |of: &dyn Fn(usize) -> f32, count: usize| -> Vec<f32> {
        let values: Vec<f32> = (0..count).map(of).collect();
        values.windows(length).map(|run| run.iter().sum::<f32>() / length as f32).collect()
    };
    let moving = sums(&|at| apart(at, at + length / 2), kept.len() - length / 2);
    let mut closest: Option<(i64, f32)> = None;
    for lag in length..=kept.len() - length {
        let unlike = sums(&|at| apart(at, at + lag), kept.len() - lag);
        for (at, unlike) in unlike.into_iter().enumerate() {
            let Some(&moves) = moving.get(at).filter(|moves| **moves >= MOVING) else { continue };
            let value = unlike / moves;
            if closest.is_none_or(|(_, least)| value < least) {
                closest = Some((kept[at + lag].0, value));
            }
        }
    }
    closest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bright spot that walks over a grey ground with `noise`; `place(t)` gives its column.
    fn film(seconds: f32, noise: f32, place: impl Fn(f32) -> f32) -> Vec<Trace> {
        let mut state = 1u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5
        };
        (0..(seconds * 25.0) as i64)
            .map(|index| {
                let at = place(index as f32 / 25.0);
                let cells = (0..CELLS.0 * CELLS.1)
                    .map(|cell| {
                        let (column, row) = ((cell % CELLS.0) as f32, (cell / CELLS.0) as f32);
                        let away = ((column - at).powi(2) + (row - 9.0).powi(2)) / 12.0;
                        100.0 + column + 80.0 * (-away).exp() + noise * random()
                    })
                    .collect();
                Trace { pts_ms: index * 40, cells, unchanged: None }
            })
            .collect()
    }

    fn wander(t: f32) -> f32 {
        16.0 + 5.0 * (t * 1.3).sin() + 4.0 * (t * 2.9 + 1.0).sin()
    }

    #[test]
    fn one_take_has_no_cut_and_a_splice_has_one() {
        let take = film(6.0, 0.3, wander);
        assert!(hardest_cut(&take).unwrap().1 < MAX_CUT, "{:?}", hardest_cut(&take));
        let spliced = [&take[..70], &film(6.0, 0.3, |t| wander(t) + 9.0)[70..]].concat();
        let (at_ms, value) = hardest_cut(&spliced).unwrap();
        assert!(at_ms == 70 * 40 && value > MAX_CUT, "{at_ms} {value}");
        // A picture that was dropped is none.
        let dropped = [&take[..70], &take[74..]].concat();
        assert!(hardest_cut(&dropped).unwrap().1 < MAX_CUT);
        assert!(hardest_cut(&[]).is_none());
    }

    #[test]
    fn a_frozen_picture_is_timed() {
        let mut take = film(6.0, 0.3, wander);
        assert!(longest_frozen(&take).unwrap().1 < 100.0);
        for index in 51..90 {
            take[index].cells = take[50].cells.clone();
        }
        assert_eq!(longest_frozen(&take), Some((2000, 39.0 * 40.0)));
        assert!(repeated(&take) > 0.2 && repeated(&film(2.0, 0.3, wander)) == 0.0);
    }

    #[test]
    fn a_loop_comes_again_and_a_gesture_made_twice_does_not() {
        let once = film(4.0, 0.3, wander);
        let again: Vec<Trace> = film(4.0, 0.3, wander)
            .into_iter()
            .map(|trace| Trace { pts_ms: trace.pts_ms + 4000, ..trace })
            .collect();
        let (at_ms, value) = closest_loop(&[once, again].concat()).unwrap();
        assert!(value < MIN_LOOP && at_ms >= 4000, "{at_ms} {value}");
        // Twice to the same side, the second time slower and less far.
        let turn = |t: f32, at: f32, far: f32, long: f32| far * (-((t - at) / long).powi(2)).exp();
        let twice = film(8.0, 0.3, |t| {
            16.0 + turn(t, 2.0, 7.0, 0.5) + turn(t, 5.5, 5.5, 0.8) + (t * 0.83).sin() + (t * 2.3).sin()
        });
        assert!(closest_loop(&twice).unwrap().1 > MIN_LOOP, "{:?}", closest_loop(&twice));
        assert!(closest_loop(&film(6.0, 0.3, |_| 16.0)).is_none());
    }
}
