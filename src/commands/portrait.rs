//! `titre portrait`: the face of DG2, as stored or as PNG, with its measures.

use super::Environment;
use super::face::{models_origin, read_portrait};
use crate::biometrics::portrait::SMALL_FILE;
use crate::biometrics::{ModelSet, Portrait, PortraitFace};
use crate::report::output::{check_free, write_file};
use crate::report::{Exit, Failure, FailureCode, Outcome, Page};
use serde_json::json;
use std::io::Cursor;
use std::path::PathBuf;

/// Arguments of `titre portrait`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  titre portrait document -o portrait.png                   pixels, whatever the chip holds
  titre portrait EF.DG2.bin -o portrait.jp2                 the file as stored")]
pub struct Args {
    /// Document folder, DG2 file or image
    input: PathBuf,
    /// Where it goes; pixels where the name ends in .png, else the file as stored
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(args: &Args, environment: &mut Environment<'_>) -> Result<Outcome, Failure> {
    check_free(&args.output, environment.global.force)?;
    let portrait = read_portrait(&args.input)?;
    let png = args.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
    let bytes = if png { encode(&portrait)? } else { portrait.stored().disclose().clone() };
    // A face is personal data: nobody else reads the file.
    write_file(&args.output, &bytes, environment.global.force, true)?;

    let face = measured(environment, &portrait);
    let (width, height) = portrait.pixels.disclose().dimensions();
    let stored = portrait.stored().disclose().len();
    let mut page = Page::new(environment.reporter.lang);
    page.heading("portrait-heading");
    page.field("label-size", format!("{width} x {height}"));
    page.field("label-media-type", portrait.kind.media_type());
    page.field("label-bytes", stored);
    if portrait.is_small() {
        page.sentence("portrait-small", &[("limit", SMALL_FILE.to_string())]);
    }
    match &face {
        Some(face) => {
            let quality = &face.quality;
            page.field("label-eye-distance", format!("{:.0} px", quality.eye_distance));
            page.field("label-sharpness", format!("{:.0}", quality.sharpness));
            page.field("label-brightness", format!("{:.0}", quality.brightness));
            page.field("label-clipped", format!("{:.1} %", quality.clipped * 100.0));
        }
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
        "quality": face.as_ref().map(|face| face.quality),
        "file": args.output.display().to_string(),
    });
    Ok(Outcome { schema: "titre.portrait/1", result, exit: Exit::Done, page })
}

/// The measures, where there are models and one face; without them the portrait is still handed out.
fn measured(environment: &Environment<'_>, portrait: &Portrait) -> Option<PortraitFace> {
    let models = ModelSet::open(models_origin(environment)).ok()?;
    portrait.embed(&models).ok()
}

fn encode(portrait: &Portrait) -> Result<Vec<u8>, Failure> {
    let mut png = Cursor::new(Vec::new());
    let written = portrait.pixels.disclose().write_to(&mut png, image::ImageFormat::Png);
    written.map_err(|error| Failure::new(FailureCode::Internal).cause(error))?;
    Ok(png.into_inner())
}
