//! Times of the face networks as titre runs them, of one frame's worth of networks, and of one whole video; printed
//! as one JSON document, which `onnxruntime_times.py` holds against onnxruntime. See `make bench`.
//!
//! `--models DIR` (or TITRE_MODELS), `--runs N` for each network, `--no-video`.

use image::RgbImage;
use serde_json::{Map, Value, json};
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use titre::biometrics::models::{Network, Task};
use titre::biometrics::{ModelSet, Video, analyse_video};
use titre::consent::Ground;
use titre::specimen::person::{Act, FIXTURE_SEEDS, Person, VideoScript, render_video};

/// What a frame costs: how often each task's networks run on it, both eyes having lids.
const FRAME: [(Task, usize); 6] = [
    (Task::FaceDetection, 1),
    (Task::Landmarks, 1),
    (Task::Iris, 2),
    (Task::HeadPose, 1),
    (Task::PresentationAttack, 1),
    (Task::Embedding, 1),
];

/// The picture that onnxruntime gets as well; what is on it does not matter to the time.
fn picture((width, height): (u32, u32)) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([0, 1, 2].map(|channel: u32| ((x * 7 + y * 13 + channel * 101) % 256) as u8))
    })
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The shortest and the median of `runs` runs, after some that warm up. On a busy machine the shortest is fair.
fn time(runs: usize, mut work: impl FnMut()) -> (f64, f64) {
    (0..3).for_each(|_| work());
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    (milliseconds(times[0]), milliseconds(times[runs / 2]))
}

/// Milliseconds a run where every core runs the work for itself, which is how titre uses them.
fn time_on_all_cores(cores: usize, runs: usize, work: &(impl Fn() + Sync)) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| (0..runs).for_each(|_| work()));
        }
    });
    milliseconds(start.elapsed() / u32::try_from(cores * runs).unwrap_or(u32::MAX))
}

fn measure(cores: usize, runs: usize, work: &(impl Fn() + Sync)) -> Value {
    let (shortest, median) = time(runs, work);
    json!({
        "one_thread_ms": shortest,
        "one_thread_median_ms": median,
        "all_cores_ms": time_on_all_cores(cores, runs, work),
    })
}

/// Six seconds at 1280x720, 25 frames a second: rendered once, so that only reading it is timed.
fn video(models: &ModelSet) -> Value {
    let script = VideoScript::paced(&[Act::TurnLeft, Act::Smile], 1_000, 2_250, 7);
    let film = render_video(&Person::from_seed(FIXTURE_SEEDS[0]), &script, &mut |_, _| {}).expect("a film");
    let mut shortest = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        let video = Video::open(film.clone()).expect("a video");
        black_box(analyse_video(&video, models, &Ground::evaluation(), &mut |_| {}).expect("a capture"));
        shortest = shortest.min(milliseconds(start.elapsed()));
    }
    json!({"pictures": script.frames(), "seconds": f64::from(script.duration_ms) / 1e3, "ms": shortest})
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| {
        arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1))
    };
    let folder =
        after("--models").map(PathBuf::from).or_else(|| std::env::var_os("TITRE_MODELS").map(PathBuf::from));
    let folder = folder.expect("--models DIR");
    let runs = after("--runs").map_or(30, |runs| runs.parse().expect("--runs N"));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let models = ModelSet::load(&folder).expect("models");

    let mut networks = Map::new();
    let mut frame: Vec<(&Network, RgbImage)> = Vec::new();
    for (task, times) in FRAME {
        for network in models.networks(task).expect("networks") {
            let picture = picture(network.input_size());
            let times_of = measure(cores, runs, &|| drop(black_box(network.run(&picture).expect("a run"))));
            let mut entry = times_of;
            entry["file"] = json!(network.model().file);
            entry["input"] = json!(network.model().input);
            entry["times_a_frame"] = json!(times);
            networks.insert(network.model().name.clone(), entry);
            (0..times).for_each(|_| frame.push((network, picture.clone())));
        }
    }
    let one_frame = || {
        for (network, picture) in &frame {
            black_box(network.run(picture).expect("a run"));
        }
    };
    let frame_times = measure(cores, runs.div_ceil(3), &one_frame);
    let video =
        if arguments.iter().any(|argument| argument == "--no-video") { Value::Null } else { video(&models) };
    let document = json!({
        "schema": "titre.bench/1",
        "cores": cores,
        "runs": runs,
        "profile": if cfg!(debug_assertions) { "dev" } else { "release" },
        "networks": networks,
        "frame": frame_times,
        "video": video,
    });
    println!("{document:#}");
}
