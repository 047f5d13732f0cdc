//! `titre portrait`: the face of DG2, as stored or as PNG, with its measures.

use super::Environment;
use super::document::PasswordArgs;
use super::face::{models_origin, read_portrait};
use super::liveness::verdict_id;
use crate::biometrics::detect::Face;
use crate::biometrics::portrait::SMALL_FILE;
use crate::biometrics::{Limit, Measure, ModelSet, Portrait, Quality};
use crate::report::locale::message_id;
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::json;
use std::io::Cursor;
use std::path::PathBuf;

/// Arguments of `titre portrait`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre portrait document -o portrait.png                   pixels, whatever the chip holds
  titre portrait session.jsonl --mrz-file mrz.txt -o portrait.png      from the session of a recording
  titre portrait EF.DG2.bin -o portrait.jp2                 the file as stored")]
pub struct Args {
    /// Document folder, recording, DG2 file or image
    input: PathBuf,
    /// The password that a recording needs
    #[command(flatten)]
    password: PasswordArgs,
    /// Where it goes; pixels where the name ends in .png, else the file as stored
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    let portrait = read_portrait(&args.input, &args.password, environment)?;
    let png = args.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
    let bytes = if png { encode(&portrait)? } else { portrait.stored().disclose().clone() };
    // A face is personal data: nobody else reads the file.
    write_file(&args.output, &bytes, environment.global.force, true)?;

    let measured = measured(environment, &portrait);
    let (width, height) = portrait.pixels.disclose().dimensions();
    let stored = portrait.stored().disclose().len();
    let mut page = Page::new(environment.reporter.lang);
    page.heading("portrait-heading");
    page.field("label-size", format!("{width} x {height}"));
    page.field("label-media-type", portrait.kind.media_type());
    page.field("label-bytes", stored);
    if let Some(choice) = portrait.choice.filter(|choice| choice.of > 1) {
        let place = ("place", (choice.index + 1).to_string());
        page.sentence(
            "portrait-chosen",
            &[place, ("of", choice.of.to_string()), ("reason", choice.reason.into())],
        );
    }
    if portrait.is_small() {
        page.sentence("portrait-small", &[("limit", SMALL_FILE.to_string())]);
    }
    match &measured {
        Some((_, measures)) => page_measures(&mut page, measures),
        None => {
            page.sentence("portrait-not-measured", &[]);
        }
    }
    page.field("label-output", args.output.display());
    let result = json!({
        "width": width,
        "height": height,
        "media_type": portrait.kind.media_type(),
        "bytes": stored,
        "small": portrait.is_small(),
        "image": portrait.choice,
        "quality": measured.as_ref().map(|((_, quality), _)| quality),
        "measures": measured.as_ref().map(|(_, measures)| measures),
        "file": args.output.display().to_string(),
    });
    Ok(Outcome { schema: "titre.portrait/1", result, exit: Exit::Done, page })
}

/// The measures, where there are models and one face; without them the portrait is still handed out.
fn measured(environment: &Environment<'_>, portrait: &Portrait) -> Option<((Face, Quality), Vec<Measure>)> {
    let models = ModelSet::open(models_origin(environment)).ok()?;
    // A portrait is handed out, not recognised: no vector is made of it.
    let (face, quality) = portrait.find(&models).ok()?;
    let measures = portrait.measures(&models, &face).ok()?;
    Some(((face, quality), measures))
}

/// One line for each measure: what, value and unit, limit, result.
fn page_measures(page: &mut Page, measures: &[Measure]) {
    page.heading("portrait-measures");
    for measure in measures {
        let name = page.lang().text(&measure_id(measure.id), &[]);
        let result = page.lang().text(&verdict_id(measure.result), &[]);
        let value = measure.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
        let limit = match measure.limit {
            Limit::AtLeast(limit) => format!("≥ {limit}"),
            Limit::AtMost(limit) => format!("≤ {limit}"),
            Limit::Between(low, high) => format!("{low} .. {high}"),
        };
        page.line(1, format!("{name}: {value} {} ({limit}): {result}", measure.unit));
    }
}

fn measure_id(id: &str) -> String {
    format!("measure-{}", message_id(id))
}

fn encode(portrait: &Portrait) -> Result<Vec<u8>, Failure> {
    let mut png = Cursor::new(Vec::new());
    let written = portrait.pixels.disclose().write_to(&mut png, image::ImageFormat::Png);
    written.map_err(|error| Failure::new(FailureCode::Internal).cause(error))?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Lang;

    #[test]
    fn every_measure_has_a_text_in_every_language() {
        for lang in Lang::ALL {
            for id in Measure::IDS {
                assert!(lang.has(&measure_id(id)), "{id} in {lang:?}");
            }
        }
    }
}
