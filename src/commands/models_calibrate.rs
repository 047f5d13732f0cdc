//! `titre models calibrate`: thresholds and rates on the user's own pairs. Vectors live as long as the command; what it
//! writes are figures.

use super::face::{load_models, model_failure};
use super::models_bench::{Threads, bench_failure, known_thresholds, look_with_progress, page_calibration};
use super::{Environment, rfc3339};
use crate::biometrics::bench::{self, BenchError, Collection, Layout, Looking, PairList};
use crate::biometrics::error_rates::{About, Scores};
use crate::biometrics::models::Task;
use crate::biometrics::models::calibration::{Calibration, Pictures};
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Pictures of each sitting of a film that are compared.
const OF_EACH_SITTING: usize = 12;

/// Arguments of `titre models calibrate`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre models calibrate people -o calibration.toml --set town-hall-may
  titre models calibrate pairs.csv -o calibration.toml      genuine,anna/1.jpg,anna/2.jpg a line")]
pub struct Args {
    /// A folder with a folder a person (in it pictures, or a folder a sitting), or a CSV of pairs
    input: PathBuf,
    /// Where the entry for a manifest.toml goes
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The set's name, as results will print it [default: the name of the input]
    #[arg(long, value_name = "NAME")]
    set: Option<String>,
    /// What kind of pictures these are
    #[arg(long, value_name = "KIND", value_enum)]
    pictures: Option<Kind>,
    #[command(flatten)]
    threads: Threads,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// Colour photographs
    ColourStills,
    /// Pictures of a camera that films a person before it
    ColourVideo,
    /// Grey photographs
    GreyStills,
}

impl From<Kind> for Pictures {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::ColourStills => Self::ColourStills,
            Kind::ColourVideo => Self::ColourVideo,
            Kind::GreyStills => Self::GreyStills,
        }
    }
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    let failed = |error: BenchError| bench_failure(&error, &args.input);
    let models = load_models(environment, &[Task::FaceDetection, Task::Embedding])?;
    let looking = Looking {
        models: &models,
        against: None,
        embed: true,
        attacks: false,
        threads: args.threads.count(),
    };
    let elsewhere = known_thresholds(&models);
    let (scores, seen, pairs, people, layout) = if args.input.is_dir() {
        let mut collection = Collection::open(&args.input).map_err(failed)?;
        let layout = collection.layout;
        if layout == Layout::Nuaa {
            collection.few_of_each_sitting(OF_EACH_SITTING);
        }
        let seen = look_with_progress(environment, &looking, &collection.items)?;
        let gallery = bench::gallery(&collection.items, &seen);
        let pairs = format!("every two of {} single images of different sittings", gallery.len());
        (gallery.all_pairs(looking.threads, &elsewhere), seen, pairs, Some(gallery.people()), layout)
    } else {
        let (list, items) = PairList::csv(&args.input).map_err(failed)?;
        let seen = look_with_progress(environment, &looking, &items)?;
        let verified = bench::verification(&list, &seen, &elsewhere);
        (verified.scores, seen, "listed pairs of single images".to_owned(), None, Layout::People)
    };
    let pictures = args.pictures.map_or_else(|| layout.pictures(), Pictures::from);
    let calibration = stated(args, environment, &scores, (pairs, people), pictures)?;
    let entry = entry(&calibration)?;
    write_file(&args.output, entry.as_bytes(), environment.global.force, false)?;

    let detection = bench::detection(&seen);
    let plan = models.manifest().comparison().map_err(|error| model_failure(&error))?;
    let mut page = Page::new(environment.reporter.lang);
    page.heading("calibrate-heading");
    page.field("label-bench-found", format!("{} / {}", detection.found.count, detection.found.of));
    page_calibration(&mut page, &calibration);
    page.sentence("calibrate-then", &[("file", args.output.display().to_string())]);
    let result = json!({
        "calibration": calibration,
        "models": models.refs(&plan.models),
        "detection": detection,
        "file": args.output.display().to_string(),
    });
    Ok(Outcome { schema: "titre.models_calibrate/1", result, exit: Exit::Done, page })
}

/// The calibration, or a failure where the pairs support no rate at all.
fn stated(
    args: &Args,
    environment: &Environment<'_>,
    scores: &Scores,
    (pairs, people): (String, Option<u64>),
    pictures: Pictures,
) -> Result<Calibration, Failure> {
    let calibration = scores.calibration(About {
        set: args.set.clone().unwrap_or_else(|| file_name(&args.input)),
        pictures,
        pairs,
        people,
        date: rfc3339(environment.at).chars().take(10).collect(),
        // The name alone: where it lies is nobody else's business.
        command: format!("titre models calibrate {}", file_name(&args.input)),
    });
    if calibration.rates.iter().all(|rates| rates.at.is_none()) {
        let (genuine, impostor) = scores.pairs();
        return Err(Failure::new(FailureCode::CalibrationImpossible)
            .arg("file", args.input.display())
            .cause(format!("{genuine} genuine and {impostor} impostor pairs with a face on both sides")));
    }
    Ok(calibration)
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| "own pairs".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The entry as it stands in a manifest: `[[comparison.calibration]]`.
fn entry(calibration: &Calibration) -> Result<String, Failure> {
    let calibrations = BTreeMap::from([("calibration", [calibration])]);
    let text = toml::to_string(&BTreeMap::from([("comparison", calibrations)]));
    text.map_err(|error| Failure::new(FailureCode::Internal).cause(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::biometrics::Manifest;

    #[test]
    fn an_entry_stands_in_a_manifest_and_can_decide() {
        let mut scores = Scores::new(400_000, &[0.459]);
        (0..400_000u32).for_each(|step| scores.impostor((step % 1000) as f32 / 4000.0));
        (0..1000).for_each(|step| scores.genuine(0.3 + step as f32 / 2000.0));
        let calibration = scores.calibration(About {
            set: "own".to_owned(),
            pictures: Pictures::ColourVideo,
            pairs: "made up".to_owned(),
            people: None,
            date: "2026-05-28".to_owned(),
            command: "none".to_owned(),
        });
        let text =
            include_str!("../../models/recommended.toml").to_owned() + "\n" + &entry(&calibration).unwrap();
        let manifest = Manifest::parse(&text).unwrap();
        let plan = manifest.comparison().unwrap();
        assert_eq!(plan.calibrations.last(), Some(&calibration));
        let deciding = text.replacen("set = \"LFW deep-funneled\"", "set = \"own\"", 1);
        let manifest = Manifest::parse(&deciding).unwrap();
        assert_eq!(manifest.comparison().unwrap().operating().unwrap().calibration.set, "own");
    }
}
