//! `titre specimen people`: whether the installed models take generated people for people, and tell them apart.

use super::Environment;
use super::face::{load_models, model_failure};
use crate::biometrics::detect::detect;
use crate::biometrics::embed::{Embedding, embed};
use crate::biometrics::models::Task;
use crate::biometrics::{ModelError, ModelSet};
use crate::consent::Ground;
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use crate::specimen::person::{Expression, Person, PortraitOptions, Pose, Sitting};
use image::RgbImage;
use serde_json::{Value, json};

/// Arguments of `titre specimen people`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre specimen people
  titre specimen people --first 100 --count 20 --json")]
pub struct Args {
    /// The first person's seed
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    first: u64,
    /// How many people
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(2..=1000))]
    count: u16,
}

/// What the models say of one person.
struct Sitter {
    seed: u64,
    portrait: Option<Embedding>,
    frames: Vec<Embedding>,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let models = load_models(environment, &[Task::FaceDetection, Task::Embedding])?;
    let plan = models.manifest().comparison().map_err(|error| model_failure(&error))?;
    let operating = plan.operating().map_err(|error| model_failure(&error))?;
    let (upper, lower) = (operating.upper, operating.lower);
    let mut pictures = 0;
    let mut sitters = Vec::new();
    for number in 0..u64::from(args.count) {
        environment.reporter.progress("specimen.people", number, u64::from(args.count));
        let seed = args.first.wrapping_add(number);
        let [portrait, frames @ ..] = shoot(seed)?;
        pictures += 1 + frames.len();
        let embedding =
            |picture: &RgbImage| one_face(&models, picture).map_err(|error| model_failure(&error));
        let portrait = embedding(&portrait)?;
        let frames: Vec<Option<Embedding>> = frames.iter().map(embedding).collect::<Result<_, _>>()?;
        sitters.push(Sitter { seed, portrait, frames: frames.into_iter().flatten().collect() });
    }
    let found: usize =
        sitters.iter().map(|sitter| usize::from(sitter.portrait.is_some()) + sitter.frames.len()).sum();

    let genuine =
        Scores::new(sitters.iter().flat_map(|sitter| {
            sitter.frames.iter().filter_map(|frame| sitter.portrait.as_ref()?.cosine(frame))
        }));
    let impostor = Scores::new(sitters.iter().enumerate().flat_map(|(place, one)| {
        let others = sitters.iter().skip(place + 1);
        others.filter_map(|other| one.portrait.as_ref()?.cosine(other.portrait.as_ref()?))
    }));
    let apart = apart(&sitters, lower.threshold);

    let mut page = Page::new(environment.reporter.lang);
    page.heading("people-heading");
    page.field("label-people-found", format!("{found}/{pictures}"));
    page.field("label-people-models", plan.models.join(" + "));
    genuine.line(&mut page, "label-people-genuine", upper.threshold);
    impostor.line(&mut page, "label-people-impostor", upper.threshold);
    let seeds: Vec<String> = apart.iter().map(u64::to_string).collect();
    page.field("label-people-apart", seeds.join(" "));
    page.sentence("people-caveat", &[]);
    let result = json!({
        "first": args.first,
        "people": args.count,
        "pictures": pictures,
        "one_face_found": found,
        "models": models.refs(&plan.models),
        "thresholds": {"match": upper.threshold, "no_match": lower.threshold},
        "genuine": genuine.to_json(upper.threshold, lower.threshold),
        "impostor": impostor.to_json(upper.threshold, lower.threshold),
        "apart": apart,
    });
    Ok(Outcome { schema: "titre.specimen_people/1", result, exit: Exit::Done, page })
}

/// A portrait as a document stores it, then four pictures of two sittings.
fn shoot(seed: u64) -> Result<[RgbImage; 5], Failure> {
    let internal = |error: &dyn std::fmt::Display| Failure::new(FailureCode::Internal).cause(error);
    let person = Person::from_seed(seed);
    let stored = person.portrait_jpeg(&PortraitOptions::default()).map_err(|error| internal(&error))?;
    let portrait = image::load_from_memory(&stored).map_err(|error| internal(&error))?.into_rgb8();
    let turned = |yaw: f32, pitch: f32| Pose { yaw, pitch, ..Pose::default() };
    let smile = Expression { smile: 0.6, ..Expression::default() };
    let mut one = Sitting::new(&person, seed.wrapping_mul(2));
    let mut other = Sitting::new(&person, seed.wrapping_mul(2).wrapping_add(1));
    Ok([
        portrait,
        one.shoot(&Pose::default(), &Expression::default()),
        one.shoot(&turned(12.0, 3.0), &Expression::default()),
        other.shoot(&turned(-12.0, -3.0), &Expression::default()),
        other.shoot(&turned(4.0, 0.0), &smile),
    ])
}

/// The embedding of the face, where there is exactly one.
fn one_face(models: &ModelSet, picture: &RgbImage) -> Result<Option<Embedding>, ModelError> {
    match detect(models, picture)?.as_slice() {
        [face] => embed(models, picture, face, &Ground::evaluation()).map(Some),
        _ => Ok(None),
    }
}

/// People of whom no two reach `limit`: each is the one least like those chosen before.
fn apart(sitters: &[Sitter], limit: f32) -> Vec<u64> {
    let known: Vec<(u64, &Embedding)> =
        sitters.iter().filter_map(|sitter| Some((sitter.seed, sitter.portrait.as_ref()?))).collect();
    let mut chosen: Vec<(u64, &Embedding)> = known.first().copied().into_iter().collect();
    loop {
        let nearest = |candidate: &Embedding| {
            chosen.iter().filter_map(|(_, one)| one.cosine(candidate)).fold(f32::MIN, f32::max)
        };
        let next = known
            .iter()
            .filter(|(seed, _)| chosen.iter().all(|(taken, _)| taken != seed))
            .map(|(seed, embedding)| (nearest(embedding), (*seed, *embedding)))
            .filter(|(score, _)| *score < limit)
            .min_by(|one, other| one.0.total_cmp(&other.0));
        match next {
            Some((_, person)) => chosen.push(person),
            None => break,
        }
    }
    chosen.into_iter().map(|(seed, _)| seed).collect()
}

/// Cosines in ascending order.
struct Scores(Vec<f32>);

impl Scores {
    fn new(scores: impl Iterator<Item = f32>) -> Self {
        let mut scores: Vec<f32> = scores.collect();
        scores.sort_by(f32::total_cmp);
        Self(scores)
    }

    /// The score below which `part` of all lie.
    fn quantile(&self, part: f64) -> Option<f32> {
        let last = self.0.len().checked_sub(1)?;
        self.0.get((part * last as f64).round() as usize).copied()
    }

    /// The share of scores at or above a threshold.
    fn share_from(&self, threshold: f32) -> Option<f64> {
        let below = self.0.partition_point(|score| *score < threshold);
        (!self.0.is_empty()).then(|| (self.0.len() - below) as f64 / self.0.len() as f64)
    }

    fn line(&self, page: &mut Page, label: &str, threshold: f32) {
        let text = |value: Option<f32>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
        let share = self
            .share_from(threshold)
            .map_or_else(|| "-".to_owned(), |share| format!("{:.1}%", share * 100.0));
        let [least, median, most] = [0.0, 0.5, 1.0].map(|part| text(self.quantile(part)));
        page.field(label, format!("{least} .. {median} .. {most}; {share} >= {threshold:.3}"));
    }

    fn to_json(&self, upper: f32, lower: f32) -> Value {
        json!({
            "pairs": self.0.len(),
            "least": self.quantile(0.0),
            "p01": self.quantile(0.01),
            "p05": self.quantile(0.05),
            "median": self.quantile(0.5),
            "p95": self.quantile(0.95),
            "p99": self.quantile(0.99),
            "most": self.quantile(1.0),
            "share_match": self.share_from(upper),
            "share_not_below_no_match": self.share_from(lower),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Scores;

    #[test]
    fn quantiles_and_shares_are_those_of_the_scores() {
        let scores = Scores::new([0.5, 0.1, 0.3, 0.2, 0.4].into_iter());
        assert_eq!(scores.quantile(0.0), Some(0.1));
        assert_eq!(scores.quantile(0.5), Some(0.3));
        assert_eq!(scores.quantile(1.0), Some(0.5));
        assert_eq!(scores.share_from(0.3), Some(0.6));
        assert_eq!(scores.share_from(0.9), Some(0.0));
        let none = Scores::new(std::iter::empty());
        assert_eq!((none.quantile(0.5), none.share_from(0.3)), (None, None));
    }
}
