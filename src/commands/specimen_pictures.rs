//! `titre specimen pictures`: generated people before a webcam in poses and expressions whose truth is known, to
//! train networks on and to measure landmarks, lids and pose by.

use super::Environment;
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use crate::specimen::person::{Person, Sitting};
use image::codecs::jpeg::JpegEncoder;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Arguments of `titre specimen pictures`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre specimen pictures -o rendered
  titre specimen pictures --first 300 --count 40 --each 50 -o rendered")]
pub struct Args {
    /// The first person's seed
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    first: u64,
    /// How many people
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    count: u16,
    /// How many pictures of each, in two sittings
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    each: u16,
    /// Folder that receives SEED-NUMBER.jpg and truth.json
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

/// Quality of the JPEG pictures: a webcam's.
const QUALITY: u8 = 92;

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    let internal = |error: &dyn std::fmt::Display| Failure::new(FailureCode::Internal).cause(error);
    let truth_file = args.output.join("truth.json");
    check_free(&truth_file, environment.global.force)?;
    std::fs::create_dir_all(&args.output).map_err(|error| {
        Failure::new(FailureCode::OutputUnwritable).arg("file", args.output.display()).cause(error)
    })?;
    let total = u64::from(args.count) * u64::from(args.each);
    let mut truth = Vec::new();
    for place in 0..u64::from(args.count) {
        let seed = args.first.wrapping_add(place);
        let person = Person::from_seed(seed);
        let mut sittings = [seed.wrapping_mul(2), seed.wrapping_mul(2).wrapping_add(1)]
            .map(|session| Sitting::new(&person, session));
        for number in 0..args.each {
            environment.reporter.progress("specimen.pictures", truth.len() as u64, total);
            let [one, other] = &mut sittings;
            let sitting = if number % 2 == 0 { one } else { other };
            let (pose, face) = sitting.mood();
            let points: Map<String, Value> = sitting
                .points(&pose, &face)
                .into_iter()
                .map(|(point, place)| (point.name().to_owned(), json!(place)))
                .collect();
            let picture = sitting.shoot(&pose, &face);
            let mut jpeg = Vec::new();
            JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
                .encode_image(&picture)
                .map_err(|error| internal(&error))?;
            let file = format!("{seed}-{number:03}.jpg");
            write_file(&args.output.join(&file), &jpeg, environment.global.force, false)?;
            truth.push(json!({
                "file": file,
                "person": seed,
                "yaw_degrees": pose.yaw,
                "pitch_degrees": pose.pitch,
                "roll_degrees": pose.roll,
                "blink": face.blink,
                "smile": face.smile,
                "mouth_open": face.mouth_open,
                "points": points,
            }));
        }
    }
    let file = json!({"schema": "titre.specimen_truth/1", "pictures": truth});
    let text = serde_json::to_string_pretty(&file).map_err(|error| internal(&error))?;
    write_file(&truth_file, text.as_bytes(), environment.global.force, false)?;

    let mut page = Page::new(environment.reporter.lang);
    page.sentence("specimen-pictures-made", &[("folder", args.output.display().to_string())]);
    page.field("label-specimen-pictures", truth.len());
    let result = json!({
        "folder": args.output.display().to_string(),
        "first": args.first,
        "people": args.count,
        "pictures": truth.len(),
    });
    Ok(Outcome { schema: "titre.specimen_pictures/1", result, exit: Exit::Done, page })
}
