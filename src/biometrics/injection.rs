//! Signs that a video was put in place of a camera's: an editor's or streamer's name in the file, times without any
//! jitter, pictures without a sensor's noise. Each is evaluatory. Telephones write perfect times, and recorders re-encode;
//! whoever injects a video can imitate all of it: against injection only a capture device that signs helps.
//! Source: CEN/TS 18099:2024 (injection attack detection) for the words; no level of it is claimed.

use super::Verdict;
use super::capture::median;
use super::liveness::Sign;
use super::pad::frames::Trace;

/// Names that software leaves in a file and cameras do not, as they stand in it.
const NAMES: [&str; 12] = [
    "Lavf",
    "x264 - core",
    "x265 (build",
    "HandBrake",
    "obs-studio",
    "OBS Studio",
    "ManyCam",
    "v4l2loopback",
    "Adobe Premiere",
    "DaVinci Resolve",
    "Snap Camera",
    "GPAC ISO",
];
/// Microseconds that the interval between pictures must vary by, as the mean deviation from the usual one.
pub const MIN_JITTER_US: f64 = 1.0;
/// Largest share of a picture in which nothing at all changes from one to the next, in the median.
pub const MAX_UNCHANGED: f64 = 0.98;
/// Fewest pictures for a sign.
const LEAST: usize = 10;

/// All signs, found or not. `file` is the whole video, `times_us` the times of its pictures in order.
#[must_use]
pub fn signs(file: &[u8], times_us: &[i64], traces: &[Trace]) -> Vec<Sign> {
    let mut signs = vec![encoder(file)];
    signs.extend(intervals(times_us));
    signs.extend(noise(traces));
    signs
}

fn sign(id: &'static str, there: bool) -> Sign {
    let result = if there { Verdict::Undetermined } else { Verdict::Successful };
    Sign { id, result, value: None, limit: None, found: None, evaluatory: true }
}

fn encoder(file: &[u8]) -> Sign {
    // One pass: a name is looked for only where its first letter stands.
    let at = |start: usize| NAMES.into_iter().find(|name| file[start..].starts_with(name.as_bytes()));
    let found = (0..file.len()).find_map(at);
    Sign { found: found.map(str::to_owned), ..sign("injection.encoder", found.is_some()) }
}

fn intervals(times_us: &[i64]) -> Option<Sign> {
    let mut steps: Vec<i64> = times_us.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if steps.len() < LEAST {
        return None;
    }
    steps.sort_unstable();
    let usual = steps[steps.len() / 2];
    let jitter = steps.iter().map(|step| (step - usual).abs() as f64).sum::<f64>() / steps.len() as f64;
    Some(Sign {
        value: Some(jitter),
        limit: Some(MIN_JITTER_US),
        ..sign("injection.intervals", jitter < MIN_JITTER_US)
    })
}

fn noise(traces: &[Trace]) -> Option<Sign> {
    let shares: Vec<f32> = traces.iter().filter_map(|trace| trace.unchanged).collect();
    let value = f64::from(median(shares.iter().copied()).filter(|_| shares.len() >= LEAST)?);
    let there = value > MAX_UNCHANGED;
    Some(Sign { value: Some(value), limit: Some(MAX_UNCHANGED), ..sign("injection.noise", there) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sign_is_found_and_none_ever_fails() {
        let trace = |unchanged| Trace { pts_ms: 0, cells: Vec::new(), unchanged: Some(unchanged) };
        let camera: Vec<i64> = (0..40).map(|index| index * 33_333 + (index % 7) * 90).collect();
        let clean = signs(b"....moov....", &camera, &vec![trace(0.4); 40]);
        assert!(clean.iter().all(|sign| sign.result == Verdict::Successful), "{clean:?}");
        let exact: Vec<i64> = (0..40).map(|index| index * 40_000).collect();
        let made = signs(b"...Lavf60.3.100..", &exact, &vec![trace(1.0); 40]);
        let ids: Vec<_> = made.iter().map(|sign| (sign.id, sign.result)).collect();
        let there = Verdict::Undetermined;
        assert_eq!(
            ids,
            [("injection.encoder", there), ("injection.intervals", there), ("injection.noise", there)]
        );
        assert_eq!(made[0].found.as_deref(), Some("Lavf"));
        assert!(made.iter().all(|sign| sign.evaluatory));
        assert_eq!(signs(b"", &[], &[]).len(), 1);
    }
}
