//! `titre models bench`: what the models in use do on a set of images with known answers, in the set's own layout.

use super::face::{load_models, model_failure};
use super::{Environment, models_bench_landmarks, rfc3339, score_picture};
use crate::biometrics::bench::{
    self, Attacks, BenchError, Collection, Comparing, Detection, Layout, Looking, PairList, Seen, Share, look,
};
use crate::biometrics::error_rates::{About, CHOSEN, Scores};
use crate::biometrics::models::calibration::Calibration;
use crate::biometrics::models::{ModelSet, Task};
use crate::biometrics::score_histogram::Histogram;
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Pictures of each sitting that are compared: those of a film that follow each other say the same again.
const OF_EACH_SITTING: usize = 12;

/// Arguments of `titre models bench`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre models bench lfw --task comparison                  6,000 pairs in ten folds, and every two pictures
  titre models bench nuaa --task detection --task attack --every 4
  titre models bench att --against recommended --json       beside the detector of another set
  titre models bench rendered --task landmarks --against recommended
                                                            points, pose, lids and mouth against known truth")]
pub struct Args {
    /// Folder of the set: LFW, AT&T, NUAA (raw), real/ and fake/, pictures with .pts files, what `titre specimen
    /// pictures` wrote, or a folder a person
    dir: PathBuf,
    /// What to measure; without it, all that the set allows
    #[arg(long, value_name = "TASK", value_enum)]
    task: Vec<BenchTask>,
    /// Take every Nth picture only, for detection, landmarks and attack
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    every: u16,
    /// Folder of models to measure beside: how far faces and landmarks are from those of that set
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
    /// List of pairs of LFW [default: pairs.txt in or beside the folder]
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// Look only at pictures that the list of pairs names
    #[arg(long)]
    pairs_only: bool,
    /// Where the scores of every two pictures go, as a picture (SVG)
    #[arg(long, value_name = "FILE")]
    scores: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
}

/// How many threads look at pictures.
#[derive(Debug, clap::Args)]
pub struct Threads {
    /// Threads [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

impl Threads {
    pub(super) fn count(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(all, usize::from)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum BenchTask {
    /// Whether the face is found
    Detection,
    /// How exact points of the face, pose, lids and mouth are; without --task only where the set knows
    Landmarks,
    /// Whether people are told apart
    Comparison,
    /// Whether attacks are told from people
    Attack,
}

/// A set that cannot be read, or not measured on.
pub(super) fn bench_failure(error: &BenchError, path: &Path) -> Failure {
    let code = match error {
        BenchError::Model(error) => return model_failure(error),
        BenchError::Unreadable { .. } => FailureCode::InputUnreadable,
        BenchError::TooMany(_) => FailureCode::InputTooLarge,
        _ => FailureCode::InputMalformed,
    };
    Failure::new(code).arg("file", path.display()).arg("limit", "").cause(error)
}

/// Looks at pictures with progress.
pub(super) fn look_with_progress(
    environment: &Environment<'_>,
    looking: &Looking<'_>,
    items: &[bench::Item],
) -> Result<Vec<Seen>, Failure> {
    look(looking, items, &progress(environment, items.len())).map_err(|error| model_failure(&error))
}

/// Tells how many of so many pictures are done.
fn progress(environment: &Environment<'_>, total: usize) -> impl Fn(usize) + Sync {
    let reporter = environment.reporter;
    move |done: usize| {
        if done.is_multiple_of(16) || done == total {
            reporter.progress("models.bench", done as u64, total as u64);
        }
    }
}

/// The thresholds of the set that decides, which are measured on every other set as well.
pub(super) fn known_thresholds(models: &ModelSet) -> Vec<f32> {
    let operating = models.manifest().comparison().and_then(|plan| plan.operating());
    operating.map_or_else(
        |_| Vec::new(),
        |operating| operating.calibration.rates.iter().map(|rates| rates.threshold).collect(),
    )
}

/// What was measured.
#[derive(Default)]
struct Findings {
    detection: Option<Detection>,
    pairs: Option<(Calibration, Option<bench::Accuracy>, usize)>,
    all_pairs: Option<Calibration>,
    histogram: Option<Histogram>,
    sittings: Option<Calibration>,
    attacks: Option<Attacks>,
    landmarks: Option<models_bench_landmarks::Findings>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    if let Some(file) = &args.scores {
        check_free(file, environment.global.force)?;
    }
    let failed = |error: BenchError| bench_failure(&error, &args.dir);
    let collection = Collection::open(&args.dir).map_err(failed)?;
    let asked = |task: BenchTask| args.task.is_empty() || args.task.contains(&task);
    let named = collection.items.iter().any(|item| item.label.is_some());
    let comparison = asked(BenchTask::Comparison) && named;
    let detection = asked(BenchTask::Detection);

    let models = load_models(environment, &[Task::FaceDetection])?;
    let attack = asked(BenchTask::Attack) && collection.has_attacks() && models.has(Task::PresentationAttack);
    if comparison {
        models.require(&[Task::Embedding]).map_err(|error| model_failure(&error))?;
    }
    let against = args.against.as_deref().map(ModelSet::load).transpose();
    let against = against.map_err(|error| model_failure(&error))?;
    let knows = collection.layout.has_truth();
    let landmarks = args.task.contains(&BenchTask::Landmarks) || (args.task.is_empty() && knows);
    if landmarks {
        let missing = |models: &ModelSet| models.require(&[Task::FaceDetection, Task::Landmarks]);
        [Some(&models), against.as_ref()]
            .into_iter()
            .flatten()
            .try_for_each(missing)
            .map_err(|error| model_failure(&error))?;
    }
    let threads = args.threads.count();
    let bench = Bench { args, environment, models: &models, against: against.as_ref(), threads };

    let mut found = Findings::default();
    // Films are compared by a few pictures of each sitting, and looked at by all of them: two passes.
    let film = collection.layout == Layout::Nuaa;
    if comparison && !film {
        bench.photographs(&collection, &mut found)?;
    }
    if comparison && film {
        bench.film(&args.dir, &mut found)?;
    }
    if attack || (detection && found.detection.is_none()) {
        bench.every(&args.dir, attack, &mut found)?;
    }
    if landmarks {
        found.landmarks = Some(bench.landmarks(&args.dir).map_err(failed)?);
    }
    if let (Some(file), Some(histogram), Some(calibration)) =
        (&args.scores, &found.histogram, &found.all_pairs)
    {
        let picture = score_picture::draw(histogram, calibration, environment.reporter.lang);
        write_file(file, picture.as_bytes(), environment.global.force, false)?;
    }
    Ok(outcome(&bench, &collection, &found))
}

struct Bench<'a, 'b> {
    args: &'a Args,
    environment: &'a Environment<'b>,
    models: &'a ModelSet,
    against: Option<&'a ModelSet>,
    threads: usize,
}

impl Bench<'_, '_> {
    fn looking(&self, embed: bool, attacks: bool) -> Looking<'_> {
        Looking { models: self.models, against: self.against, embed, attacks, threads: self.threads }
    }

    fn calibration(
        &self,
        scores: &Scores,
        layout: Layout,
        pairs: String,
        people: Option<u64>,
    ) -> Calibration {
        scores.calibration(About {
            set: layout.name().to_owned(),
            pictures: layout.pictures(),
            pairs,
            people,
            date: rfc3339(self.environment.at).chars().take(10).collect(),
            command: format!("titre models bench {} --task comparison", layout.name()),
        })
    }

    /// Every picture once: detection, listed pairs where there is a list, and every two.
    fn photographs(&self, collection: &Collection, found: &mut Findings) -> Result<(), Failure> {
        let failed = |error: BenchError| bench_failure(&error, &self.args.dir);
        let list = match self.pairs_file(collection) {
            Some(path) => Some(PairList::lfw(&path, collection).map_err(failed)?),
            None => None,
        };
        let (items, list) = match list {
            Some(list) if self.args.pairs_only => {
                let (list, places) = list.compacted();
                (places.into_iter().map(|place| collection.items[place].clone()).collect(), Some(list))
            }
            list => (collection.items.clone(), list),
        };
        let seen = look_with_progress(self.environment, &self.looking(true, false), &items)?;
        found.detection = Some(bench::detection(&seen));
        let elsewhere = known_thresholds(self.models);
        if let Some(list) = list {
            let verified = bench::verification(&list, &seen, &elsewhere);
            let about = self.calibration(&verified.scores, collection.layout, "pairs.txt".to_owned(), None);
            found.pairs = Some((about, verified.accuracy, verified.without_face));
        }
        let gallery = bench::gallery(&items, &seen);
        let pairs = format!("every two of {} single images", gallery.len());
        let scores = gallery.all_pairs(self.threads, &elsewhere);
        found.histogram = Some(scores.histogram().clone());
        found.all_pairs = Some(self.calibration(&scores, collection.layout, pairs, Some(gallery.people())));
        Ok(())
    }

    /// A few pictures of each sitting: every two of different sittings, and each against the mean of another sitting.
    fn film(&self, dir: &Path, found: &mut Findings) -> Result<(), Failure> {
        let mut few = Collection::open(dir).map_err(|error| bench_failure(&error, dir))?;
        few.few_of_each_sitting(OF_EACH_SITTING);
        let seen = look_with_progress(self.environment, &self.looking(true, false), &few.items)?;
        let elsewhere = known_thresholds(self.models);
        let gallery = bench::gallery(&few.items, &seen);
        let pairs = format!("every two of {} single images of different sittings", gallery.len());
        let scores = gallery.all_pairs(self.threads, &elsewhere);
        found.histogram = Some(scores.histogram().clone());
        found.all_pairs = Some(self.calibration(&scores, few.layout, pairs, Some(gallery.people())));
        found.sittings = bench::against_sittings(&few.items, &seen, &elsewhere).map(|scores| {
            let pairs = format!("a single image against the mean of {OF_EACH_SITTING} of another sitting");
            self.calibration(&scores, few.layout, pairs, Some(gallery.people()))
        });
        Ok(())
    }

    /// Every Nth picture: detection and attack.
    fn every(&self, dir: &Path, attack: bool, found: &mut Findings) -> Result<(), Failure> {
        let mut some = Collection::open(dir).map_err(|error| bench_failure(&error, dir))?;
        some.thin(usize::from(self.args.every));
        let seen = look_with_progress(self.environment, &self.looking(false, attack), &some.items)?;
        found.detection = Some(bench::detection(&seen));
        let plan = self.models.manifest().presentation_attack.as_ref();
        found.attacks = plan.and_then(|plan| bench::attacks(&some.items, &seen, plan.threshold));
        Ok(())
    }

    /// Every Nth picture: points, pose, lids and mouth.
    fn landmarks(&self, dir: &Path) -> Result<models_bench_landmarks::Findings, BenchError> {
        let mut some = Collection::open(dir)?;
        some.thin(usize::from(self.args.every));
        let comparing = Comparing { models: self.models, against: self.against, threads: self.threads };
        models_bench_landmarks::measure(&comparing, &some, &progress(self.environment, some.items.len()))
    }

    fn pairs_file(&self, collection: &Collection) -> Option<PathBuf> {
        if collection.layout != Layout::Lfw {
            return None;
        }
        let told = self.args.pairs.clone();
        let beside = || collection.root.parent().map(|parent| parent.join("pairs.txt"));
        let within = Some(collection.root.join("pairs.txt")).filter(|path| path.is_file());
        told.or(within).or_else(|| beside().filter(|path| path.is_file()))
    }
}

fn outcome(bench: &Bench<'_, '_>, collection: &Collection, found: &Findings) -> Outcome {
    let mut page = Page::new(bench.environment.reporter.lang);
    page.heading("bench-heading");
    page.field("label-bench-set", bench.args.dir.display());
    page.field("label-bench-layout", collection.layout.name());
    if let Some(detection) = &found.detection {
        page_detection(&mut page, detection);
    }
    if let Some((calibration, accuracy, without_face)) = &found.pairs {
        page.heading("bench-pairs");
        if let Some(accuracy) = accuracy {
            let (mean, deviation) = (accuracy.mean * 100.0, accuracy.deviation * 100.0);
            page.field(
                "label-bench-accuracy",
                format!("{mean:.2} % ± {deviation:.2} (n = {})", accuracy.pairs),
            );
        }
        page.field("label-bench-without-face", without_face);
        page_calibration(&mut page, calibration);
    }
    for (id, calibration) in [("bench-all-pairs", &found.all_pairs), ("bench-sittings", &found.sittings)] {
        if let Some(calibration) = calibration {
            page.heading(id);
            page_calibration(&mut page, calibration);
        }
    }
    if let Some(attacks) = &found.attacks {
        page.heading("bench-attacks");
        page.field("label-bench-bpcer", percent(&attacks.bpcer));
        for (instrument, share) in &attacks.apcer {
            page.field("label-bench-apcer", format!("{instrument}: {}", percent(share)));
        }
        page.field("label-bench-not-judged", attacks.not_judged);
    }
    if let Some(landmarks) = &found.landmarks {
        models_bench_landmarks::page(&mut page, landmarks);
    }
    page.sentence("bench-caveat", &[]);
    let manifest = bench.models.manifest();
    let names: Vec<String> = manifest.models.iter().map(|model| model.name.clone()).collect();
    let result = json!({
        "set": {"layout": collection.layout.name(), "pictures": collection.items.len()},
        "origin": bench.models.origin().name(),
        "models": bench.models.refs(&names),
        "detection": found.detection,
        "pairs": found.pairs.as_ref().map(|(calibration, accuracy, without_face)| json!({
            "accuracy": accuracy,
            "without_face": without_face,
            "calibration": calibration,
        })),
        "all_pairs": found.all_pairs,
        "against_sittings": found.sittings,
        "attacks": found.attacks,
        "landmarks": found.landmarks,
    });
    Outcome { schema: "titre.models_bench/1", result, exit: Exit::Done, page }
}

pub(super) fn percent(share: &Share) -> String {
    let [low, high] = share.interval.map(|end| end * 100.0);
    format!("{:.2} % [{low:.2}, {high:.2}] ({} / {})", share.rate * 100.0, share.count, share.of)
}

fn page_detection(page: &mut Page, detection: &Detection) {
    page.heading("bench-detection");
    page.field("label-bench-found", percent(&detection.found));
    page.field("label-bench-several", detection.several);
    page.field("label-bench-unreadable", detection.unreadable);
    if let Some(against) = &detection.against {
        page.field("label-bench-reference", percent(&against.found));
        let [mean, median, p95] = [against.mean, against.median, against.p95];
        page.field("label-bench-disagreement", format!("{mean:.4} / {median:.4} / {p95:.4}"));
    }
}

/// The rates of a calibration, a line each; what the pairs cannot support is said and not stated.
pub(super) fn page_calibration(page: &mut Page, calibration: &Calibration) {
    page.line(1, calibration.describe());
    for rates in &calibration.rates {
        let chosen = rates.at.map_or_else(|| "-".to_owned(), |at| format!("{at:e}"));
        let [low, high] = rates.false_non_match_interval.map(|end| end * 100.0);
        let [least, most] = rates.false_match_interval;
        page.line(
            1,
            format!(
                "{chosen:>5}  >= {:.4}  FMR {:.2e} [{least:.1e}, {most:.1e}]  FNMR {:.2} % [{low:.2}, {high:.2}]",
                rates.threshold,
                rates.false_match_rate,
                rates.false_non_match_rate * 100.0,
            ),
        );
    }
    let stated = |rate: f64| calibration.chosen_for(rate).is_some();
    if let Some(missing) = CHOSEN.into_iter().find(|rate| !stated(*rate)) {
        let args = [("pairs", calibration.impostor_pairs.to_string()), ("rate", format!("{missing:e}"))];
        page.sentence("calibrate-none", &args);
    }
}
