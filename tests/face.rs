//! Faces end to end, on people who do not exist: a genuine capture passes, and each thing that is taken from it
//! makes it fail. The models stand outside the repository, in `TITRE_TEST_MODELS` or `../shared/models`; where
//! they are absent each test says so by name and passes. Scores on rendered people say nothing of accuracy.
#![cfg(feature = "face")]

use image::RgbImage;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use titre::biometrics::gestures::gestures;
use titre::biometrics::{
    Capture, CaptureError, Challenge, Comparison, Decision, Gesture, Liveness, Maturity, ModelError,
    ModelSet, Portrait, PortraitError, PortraitFace, Verdict, Video, analyse_video, compare, compare_image,
    embed_portrait,
};
use titre::consent::Ground;
use titre::crypto::SeededEntropy;
use titre::lds::Dg2;
use titre::specimen::person::{
    Act, Attack, FIXTURE_SEEDS, Person, PortraitOptions, VideoScript, render_video,
};

const AT: OffsetDateTime = datetime!(2026-05-28 12:00 UTC);
const SAID: [(Act, Gesture); 5] = [
    (Act::TurnLeft, Gesture::TurnLeft),
    (Act::Smile, Gesture::Smile),
    (Act::Nod, Gesture::Nod),
    (Act::Blink, Gesture::Blink),
    (Act::OpenMouth, Gesture::OpenMouth),
];

fn models_folder() -> PathBuf {
    std::env::var_os("TITRE_TEST_MODELS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/models"), PathBuf::from)
}

fn models(test: &str) -> Option<&'static ModelSet> {
    static MODELS: OnceLock<Option<ModelSet>> = OnceLock::new();
    let models = MODELS.get_or_init(|| {
        let folder = models_folder();
        folder.is_dir().then(|| ModelSet::load(&folder).unwrap())
    });
    if models.is_none() {
        eprintln!("SKIPPED {test}: {} is absent", models_folder().display());
    }
    models.as_ref()
}

fn person(index: usize) -> Person {
    Person::from_seed(FIXTURE_SEEDS[index])
}

fn film(person: &Person, acts: &[Act], attack: Option<Attack>) -> Vec<u8> {
    let mut script = VideoScript::of_acts(acts, 7);
    if let Some(attack) = attack {
        script = script.with_attack(attack);
    }
    render_video(person, &script, &mut |_, _| {}).unwrap()
}

fn look(models: &ModelSet, video: Vec<u8>) -> Result<Capture, CaptureError> {
    analyse_video(&Video::open(video)?, models, &Ground::evaluation(), &mut |_| {})
}

/// The genuine capture, made once.
fn genuine(models: &'static ModelSet) -> &'static Capture {
    static CAPTURE: OnceLock<Capture> = OnceLock::new();
    CAPTURE.get_or_init(|| look(models, film(&person(0), &SAID.map(|(act, _)| act), None)).unwrap())
}

fn portrait(models: &ModelSet, person: &Person) -> PortraitFace {
    let jpeg = person.portrait_jpeg(&PortraitOptions::default()).unwrap();
    Portrait::from_image(jpeg).unwrap().embed(models, &Ground::evaluation()).unwrap()
}

fn challenge(gestures: &[Gesture]) -> Challenge {
    let mut entropy = SeededEntropy::new("test", 1);
    let mut made = Challenge::issue(&mut entropy, 8, AT, Duration::minutes(10)).unwrap();
    made.gestures = gestures.to_vec();
    made
}

fn judge(models: &ModelSet, capture: &Capture, asked: &[Gesture]) -> Liveness {
    Liveness::judge(models, capture, Some(&challenge(asked)), AT + Duration::minutes(1))
}

fn codes(liveness: &Liveness) -> Vec<&'static str> {
    liveness.reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn a_genuine_person_is_live_and_matches_the_own_portrait() {
    let Some(models) = models("a_genuine_person_is_live_and_matches_the_own_portrait") else { return };
    let capture = genuine(models);
    let liveness = judge(models, capture, &SAID.map(|(_, gesture)| gesture));
    assert_eq!(
        liveness.result,
        Verdict::Successful,
        "{:?} {:?}",
        codes(&liveness),
        gestures(&capture.observations)
    );
    assert!(
        liveness.pad.models.iter().all(|model| model.sha256.len() == 64) && liveness.pad.models.len() == 2
    );

    let own = compare(models, &portrait(models, &person(0)), capture).unwrap();
    assert_eq!(own.decision, Decision::Match, "{own:?}");
    assert!(own.score > own.threshold && own.false_match_rate <= 1e-5 && own.calibration.contains("LFW"));
    assert_eq!(
        (own.set.as_str(), own.maturity, own.models.len()),
        ("LFW deep-funneled", Maturity::Measured, 2)
    );
}

#[test]
fn another_person_does_not_match() {
    let Some(models) = models("another_person_does_not_match") else { return };
    for other in [1, 2, 3] {
        let comparison: Comparison =
            compare(models, &portrait(models, &person(other)), genuine(models)).unwrap();
        assert_eq!(comparison.decision, Decision::NoMatch, "{other}: {}", comparison.score);
    }
    let (one, two) = (portrait(models, &person(1)), portrait(models, &person(2)));
    assert_eq!(compare_image(models, &one, &two).unwrap().decision, Decision::NoMatch);
    assert_eq!(compare_image(models, &one, &one).unwrap().decision, Decision::Match);
}

#[test]
fn short_quality_takes_the_decision_away() {
    let Some(models) = models("short_quality_takes_the_decision_away") else { return };
    let (own, other) = (portrait(models, &person(0)), portrait(models, &person(1)));
    let decision = |portrait: &PortraitFace, capture: &Capture| {
        let comparison = compare(models, portrait, capture).unwrap();
        (comparison.decision, comparison.reasons.first().map(|reason| reason.code))
    };
    let mut few = genuine(models).clone();
    few.samples.truncate(2);
    assert_eq!(decision(&own, &few), (Decision::Inconclusive, Some("match.few_frames")));
    let mut dark = genuine(models).clone();
    dark.samples.iter_mut().for_each(|sample| sample.quality.brightness = 10.0);
    assert_eq!(decision(&own, &dark), (Decision::Inconclusive, Some("match.capture_quality")));
    let mut blurred = own.clone();
    blurred.quality.sharpness = 1.0;
    assert_eq!(decision(&blurred, genuine(models)), (Decision::Inconclusive, Some("match.portrait_quality")));
    // A small portrait explains a low score and takes nothing from a high one.
    let small = |face: &PortraitFace| PortraitFace { stored_bytes: 4000, ..face.clone() };
    assert_eq!(decision(&small(&own), genuine(models)), (Decision::Match, Some("match.portrait_small")));
    assert_eq!(
        decision(&small(&other), genuine(models)),
        (Decision::Inconclusive, Some("match.portrait_small"))
    );
}

#[test]
fn gestures_in_another_order_are_no_answer() {
    let Some(models) = models("gestures_in_another_order_are_no_answer") else { return };
    let capture = genuine(models);
    use Gesture::{Blink, Nod, OpenMouth, Smile, TurnLeft, TurnRight};
    for (asked, code) in [
        (vec![Smile, TurnLeft, Nod, Blink, OpenMouth], "challenge.wrong_order"),
        (vec![TurnLeft, Smile, Nod, OpenMouth, Blink], "challenge.gesture_missing"),
        (vec![TurnRight, Smile, Nod, Blink, OpenMouth], "challenge.mirrored"),
        (vec![TurnLeft, Nod, Blink, OpenMouth], "challenge.extra_gesture"),
        (vec![TurnLeft, Smile, Nod, Blink, OpenMouth, TurnRight], "challenge.gesture_missing"),
    ] {
        let liveness = judge(models, capture, &asked);
        assert_eq!(
            (liveness.result, codes(&liveness)[..].first()),
            (Verdict::Failed, Some(&code)),
            "{asked:?}"
        );
        assert_eq!(liveness.pad.result, Verdict::Successful);
    }
    let late = Liveness::judge(
        models,
        capture,
        Some(&challenge(&SAID.map(|(_, gesture)| gesture))),
        AT + Duration::hours(1),
    );
    assert_eq!((late.result, codes(&late)), (Verdict::Failed, vec!["challenge.expired"]));
}

/// Each cue alone: the genuine capture with one thing changed.
#[test]
fn each_cue_of_attack_detection_counts() {
    let Some(models) = models("each_cue_of_attack_detection_counts") else { return };
    let changed = |change: &dyn Fn(&mut Capture)| {
        let mut capture = genuine(models).clone();
        change(&mut capture);
        let liveness = judge(models, &capture, &SAID.map(|(_, gesture)| gesture));
        (liveness.result, codes(&liveness))
    };
    assert_eq!(changed(&|_| {}), (Verdict::Successful, vec![]));
    let attack = |capture: &mut Capture| {
        capture.samples.iter_mut().for_each(|sample| sample.live_scores = vec![0.1, 0.2]);
    };
    assert_eq!(changed(&attack), (Verdict::Failed, vec!["pad.networks_say_attack"]));
    let missing =
        |capture: &mut Capture| capture.samples.iter_mut().for_each(|sample| sample.live_scores.clear());
    assert_eq!(changed(&missing), (Verdict::Undetermined, vec!["pad.networks_missing"]));
    let filling = |capture: &mut Capture| {
        capture.observations.iter_mut().for_each(|observation| observation.share_of_width = 0.7);
    };
    assert_eq!(changed(&filling), (Verdict::Undetermined, vec!["pad.border_not_visible"]));
    assert_eq!(changed(&|capture| capture.repeated = 0.9), (Verdict::Failed, vec!["pad.repeated_pictures"]));
    assert_eq!(changed(&|capture| capture.looks.jumps = 1), (Verdict::Undetermined, vec!["pad.face_jumps"]));
    let frozen = |capture: &mut Capture| {
        let first = capture.observations[0].rigid.clone();
        capture.observations.iter_mut().for_each(|observation| observation.rigid.clone_from(&first));
    };
    assert_eq!(changed(&frozen), (Verdict::Failed, vec!["pad.still_picture", "pad.flat_in_turn"]));
    let stranger = portrait(models, &person(1)).embedding;
    let swapped = |capture: &mut Capture| {
        let half = capture.samples.len() / 2;
        capture.samples[half..].iter_mut().for_each(|sample| sample.embedding = stranger.clone());
    };
    assert_eq!(changed(&swapped).1, vec!["pad.not_one_person"]);
}

#[test]
fn a_still_photo_as_video_is_not_live() {
    let Some(models) = models("a_still_photo_as_video_is_not_live") else { return };
    let capture = look(models, film(&person(0), &[Act::TurnLeft], Some(Attack::Still))).unwrap();
    let liveness = judge(models, &capture, &SAID.map(|(_, gesture)| gesture));
    assert_eq!(liveness.result, Verdict::Failed);
    assert!(codes(&liveness).contains(&"pad.still_picture"), "{:?}", liveness.pad.cues);
    assert!(codes(&liveness).contains(&"challenge.gesture_missing"));
    // Without a challenge too.
    assert_eq!(Liveness::judge(models, &capture, None, AT).result, Verdict::Failed);
}

#[test]
fn a_print_before_the_camera_is_not_live() {
    let Some(models) = models("a_print_before_the_camera_is_not_live") else { return };
    let capture = look(models, film(&person(0), &[Act::TurnLeft], Some(Attack::Print))).unwrap();
    let liveness = Liveness::judge(models, &capture, None, AT);
    assert_eq!(liveness.result, Verdict::Failed, "{:?}", liveness.pad.cues);
    assert!(gestures(&capture.observations).iter().all(|event| event.gesture != Gesture::TurnLeft));
}

#[test]
fn a_screen_before_the_camera_is_not_live() {
    let Some(models) = models("a_screen_before_the_camera_is_not_live") else { return };
    let capture = look(models, film(&person(0), &[Act::Smile], Some(Attack::Screen))).unwrap();
    let liveness = Liveness::judge(models, &capture, None, AT);
    assert_eq!(liveness.result, Verdict::Failed, "{:?}", liveness.pad.cues);
    assert!(codes(&liveness).contains(&"pad.networks_say_attack"));
}

/// Two portraits side by side on a grey wall.
fn two_people() -> RgbImage {
    let options = PortraitOptions::default();
    let mut wall = RgbImage::from_pixel(960, 544, image::Rgb([120; 3]));
    for (index, x) in [(0, 20), (1, 500)] {
        let portrait = person(index).portrait(&options).unwrap();
        image::imageops::replace(&mut wall, &portrait, x, 6);
    }
    wall
}

/// A grey video of `count` times the same picture, each a little brighter or darker.
fn video_of(picture: &RgbImage, count: u32) -> Vec<u8> {
    use muxide::api::{MuxerBuilder, VideoCodec};
    use rusty_h264_common::YuvFrame;
    use rusty_h264_encoder::{Encoder, EncoderConfig, Preset};
    let (width, height) = picture.dimensions();
    let mut config = EncoderConfig::new(width as usize, height as usize);
    (config.preset, config.framerate, config.gop_size) = (Preset::Fast, 25.0, 25);
    (config.bitrate, config.qp, config.mbtree, config.scenecut) = (0, 28, false, 0);
    let mut encoder = Encoder::new(config).unwrap();
    let mut bytes = Vec::new();
    let mut muxer =
        MuxerBuilder::new(&mut bytes).video(VideoCodec::H264, width, height, 25.0).build().unwrap();
    for number in 0..count {
        let change = 1.0 + f32::from(u8::try_from(number % 3).unwrap()) * 0.02;
        let mut frame = YuvFrame::black(width as usize, height as usize);
        for (luma, pixel) in frame.y.iter_mut().zip(picture.pixels()) {
            *luma = (f32::from(pixel.0[1]) * change).clamp(16.0, 235.0) as u8;
        }
        let unit = encoder.encode(&frame);
        muxer.write_video(f64::from(number) / 25.0, &unit, number % 25 == 0).unwrap();
    }
    muxer.finish().unwrap();
    bytes
}

#[test]
fn two_people_are_refused_in_a_portrait_and_in_a_video() {
    let Some(models) = models("two_people_are_refused_in_a_portrait_and_in_a_video") else { return };
    let two = two_people();
    assert!(matches!(
        embed_portrait(models, &two, &Ground::evaluation()),
        Err(PortraitError::SeveralFaces(2))
    ));
    let seen = look(models, video_of(&two, 60));
    assert!(matches!(seen, Err(CaptureError::SeveralFaces { .. })), "{seen:?}");
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/video").join(name)).unwrap()
}

#[test]
fn no_face_and_too_little_are_refused() {
    let Some(models) = models("no_face_and_too_little_are_refused") else { return };
    let none = look(models, fixture("no_face.mp4"));
    assert!(matches!(none, Err(CaptureError::NoFace { .. })), "{none:?}");
    let short = look(models, fixture("baseline.mp4"));
    assert!(matches!(short, Err(CaptureError::TooShort { .. })), "{short:?}");
    let wall = RgbImage::from_pixel(413, 531, image::Rgb([200; 3]));
    assert!(matches!(embed_portrait(models, &wall, &Ground::evaluation()), Err(PortraitError::NoFace)));
}

#[test]
fn portraits_of_reference_passports_have_one_face() {
    let Some(models) = models("portraits_of_reference_passports_have_one_face") else { return };
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    for (file, size) in
        [("bsi-reference/Datagroup2.bin", (413, 531)), ("nl-test-2006/ef0102.bin", (449, 598))]
    {
        let Ok(bytes) = std::fs::read(data.join(file)) else {
            eprintln!("SKIPPED portraits_of_reference_passports_have_one_face: {file} is absent");
            continue;
        };
        let portrait = Portrait::from_dg2(&Dg2::parse(&bytes).unwrap()).unwrap();
        assert_eq!(portrait.kind.media_type(), "image/jp2");
        assert_eq!(portrait.pixels.disclose().dimensions(), size);
        let face = portrait.embed(models, &Ground::evaluation()).unwrap();
        assert!(face.quality.shortfalls().is_empty(), "{file}: {:?}", face.quality);
    }
}

/// The recommended set's manifest without its networks against attacks.
fn without_attack_networks() -> String {
    let mut manifest: toml::Table = toml::from_str(include_str!("../models/recommended.toml")).unwrap();
    manifest.remove("presentation_attack").unwrap();
    toml::to_string(&manifest).unwrap()
}

#[test]
fn a_set_without_attack_networks_leaves_the_verdict_to_the_cues_and_says_so() {
    let name = "a_set_without_attack_networks_leaves_the_verdict_to_the_cues_and_says_so";
    let Some(models) = models(name) else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest.toml"), without_attack_networks()).unwrap();
    let unclaimed = ModelSet::load(folder.path()).unwrap();
    let networks = |liveness: &Liveness| {
        liveness.pad.cues.iter().find(|cue| cue.id == "pad.networks").map(|cue| cue.result).unwrap()
    };
    let asked = SAID.map(|(_, gesture)| gesture);
    let mut capture = genuine(models).clone();
    capture.samples.iter_mut().for_each(|sample| sample.live_scores.clear());

    let without = judge(&unclaimed, &capture, &asked);
    assert_eq!((without.result, networks(&without)), (Verdict::Successful, Verdict::NotSupported));
    assert!(codes(&without).contains(&"pad.networks_not_in_set") && without.pad.models.is_empty());
    // The other cues still refuse.
    let mut frozen = capture.clone();
    frozen.repeated = 0.9;
    assert_eq!(judge(&unclaimed, &frozen, &asked).result, Verdict::Failed);

    // A set that claims them and lacks them cannot tell.
    let lacking = judge(models, &capture, &asked);
    assert_eq!((lacking.result, networks(&lacking)), (Verdict::Undetermined, Verdict::Undetermined));
}

#[test]
fn a_model_that_changed_is_never_used() {
    let Some(_) = models("a_model_that_changed_is_never_used") else { return };
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(models_folder()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    assert!(ModelSet::load(folder.path()).is_ok());
    let model = folder.path().join("yunet_n_320_320.onnx");
    let mut bytes = std::fs::read(&model).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::remove_file(&model).unwrap();
    std::fs::write(&model, &bytes).unwrap();
    assert!(matches!(ModelSet::load(folder.path()), Err(ModelError::Digest { path, .. }) if path == model));

    // A manifest that gives the changed file's digest loads it, and then says that it is no model.
    std::fs::write(&model, b"not a model").unwrap();
    let known = titre::crypto::HashAlgorithm::Sha256.digest(b"not a model");
    let manifest = include_str!("../models/recommended.toml")
        .replace("81dbde155e982455488235acb8ec2dec5d647edf7cf7080d33e4abb69b93a0d2", &hex::encode(known));
    std::fs::write(folder.path().join("manifest.toml"), manifest).unwrap();
    let set = ModelSet::load(folder.path()).unwrap();
    assert!(set.has_own_manifest());
    assert!(matches!(
        embed_portrait(&set, &two_people(), &Ground::evaluation()),
        Err(PortraitError::Model(ModelError::Unusable { .. }))
    ));

    std::fs::remove_file(&model).unwrap();
    let set = ModelSet::load(folder.path()).unwrap();
    assert!(matches!(
        embed_portrait(&set, &two_people(), &Ground::evaluation()),
        Err(PortraitError::Model(ModelError::Missing { .. }))
    ));
    assert!(matches!(ModelSet::load(&folder.path().join("none")), Err(ModelError::Missing { .. })));
    std::fs::write(folder.path().join("manifest.toml"), "schema = 1").unwrap();
    assert!(matches!(ModelSet::load(folder.path()), Err(ModelError::Manifest(_))));
}
