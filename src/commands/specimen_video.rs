//! `titre specimen video`: a video of a generated person who answers a challenge, or of an attack with their picture.

use super::Environment;
use super::liveness::read_challenge;
use crate::report::output::{check_free, read_input, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use crate::specimen::person::{Act, Attack, Person, PersonError, VideoScript, render_video};
use clap::ArgGroup;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Deserialize;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `titre specimen video`.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:
  titre specimen video --specimen specimen --challenge challenge.json -o selfie.mp4
  titre specimen video --person 14 --acts turn_left,blink,smile,turn_right -o selfie.mp4
  titre specimen video --specimen specimen --challenge challenge.json --attack screen -o attack.mp4",
    group = ArgGroup::new("who").required(true),
    group = ArgGroup::new("what").required(true)
)]
pub struct Args {
    /// The person of this seed
    #[arg(long, value_name = "SEED", group = "who")]
    person: Option<u64>,
    /// The person of this specimen document
    #[arg(long, value_name = "DIR", group = "who")]
    specimen: Option<PathBuf>,
    /// The challenge that the person answers, at its pace
    #[arg(long, value_name = "FILE", group = "what")]
    challenge: Option<PathBuf>,
    /// What the person does, in order; left and right are the person's own
    #[arg(long, value_name = "ACTS", value_delimiter = ',', value_parser = act_parser(), group = "what")]
    acts: Vec<Act>,
    /// Cheat: see the attack table in the README for what each is and what finds it
    #[arg(long, value_name = "ATTACK", value_parser = attack_parser())]
    attack: Option<Attack>,
    /// Do what comes first at the end
    #[arg(long)]
    wrong_order: bool,
    /// Decides room, clothes, light and noise; not the person
    #[arg(long, value_name = "N", default_value_t = 1)]
    session: u64,
    /// Where the video goes (MP4, H.264)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

fn act_parser() -> impl TypedValueParser<Value = Act> {
    PossibleValuesParser::new(Act::ALL.map(Act::name))
        .try_map(|name| Act::from_name(&name).ok_or("no such act"))
}

fn attack_parser() -> impl TypedValueParser<Value = Attack> {
    PossibleValuesParser::new(Attack::ALL.map(Attack::name))
        .try_map(|name| Attack::from_name(&name).ok_or("no such attack"))
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    let seed = match (&args.specimen, args.person) {
        (Some(folder), _) => seed_of(folder)?,
        (None, seed) => seed.ok_or_else(|| Failure::new(FailureCode::Usage))?,
    };
    let script = script(args)?;
    let person = Person::from_seed(seed);
    let reporter = environment.reporter;
    let video = render_video(&person, &script, &mut |done, total| {
        reporter.progress("specimen.video", u64::from(done), u64::from(total));
    })
    .map_err(|error| match error {
        PersonError::Script => Failure::new(FailureCode::Usage).cause(error),
        error => Failure::new(FailureCode::Internal).cause(error),
    })?;
    write_file(&args.output, &video, environment.global.force, false)?;

    let attack = script.attack.map(Attack::name);
    let mut page = Page::new(reporter.lang);
    page.sentence("specimen-video-made", &[("file", args.output.display().to_string())]);
    page.field("label-specimen-person", seed);
    page.field("label-specimen-attack", attack.unwrap_or("-"));
    for timed in &script.acts {
        let seconds = f64::from(timed.start_ms) / 1000.0;
        page.line(1, format!("{seconds:>6.1} s  {}", timed.act.name()));
    }
    let acts: Vec<_> = script
        .acts
        .iter()
        .map(|timed| json!({"act": timed.act.name(), "start_ms": timed.start_ms, "end_ms": timed.end_ms}))
        .collect();
    let result = json!({
        "file": args.output.display().to_string(),
        "bytes": video.len(),
        "person": seed,
        "session": script.seed,
        "attack": attack,
        "acts": acts,
        "pictures": script.frames(),
        "duration_ms": script.duration_ms,
    });
    Ok(Outcome { schema: "titre.specimen_video/1", result, exit: Exit::Done, page })
}

/// What is done in the video, and at what pace.
fn script(args: &Args) -> Result<VideoScript, Failure> {
    let (mut acts, pace) = match &args.challenge {
        None => (args.acts.clone(), None),
        Some(path) => {
            let challenge = read_challenge(path)?;
            let acts: Option<Vec<Act>> =
                challenge.gestures.iter().map(|gesture| Act::from_name(gesture.name())).collect();
            let unknown = || {
                let error = "a gesture that no generated person can make";
                Failure::new(FailureCode::ChallengeMalformed).arg("file", path.display()).cause(error)
            };
            let ms = |seconds: f64| (seconds * 1000.0) as u32;
            (acts.ok_or_else(unknown)?, Some((ms(challenge.lead_in_seconds), ms(challenge.seconds_each))))
        }
    };
    if args.wrong_order {
        if acts.len() < 2 {
            return Err(Failure::new(FailureCode::Usage).cause("one act alone has no order"));
        }
        acts.rotate_left(1);
    }
    let script = match pace {
        None => VideoScript::of_acts(&acts, args.session),
        Some((lead_in, each)) => VideoScript::paced(&acts, lead_in, each, args.session),
    };
    Ok(match args.attack {
        None => script,
        Some(attack) => script.with_attack(attack),
    })
}

/// The largest `person.json` that is read.
const MAX_PERSON: u64 = 4096;

/// What a specimen folder says of its person.
#[derive(Debug, Deserialize)]
struct PersonFile {
    seed: u64,
}

fn seed_of(folder: &Path) -> Result<u64, Failure> {
    let file = folder.join("person.json");
    let bytes = read_input(&file, MAX_PERSON)?;
    let person: PersonFile = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::new(FailureCode::InputMalformed).arg("file", file.display()).cause(error)
    })?;
    Ok(person.seed)
}
