//! Each measure on pictures made for it: one that keeps the limit, one that does not, one that cannot tell.

use super::super::geometry::{Point, Rect};
use super::super::landmarks::{Expression, POINTS, Pose};
use super::*;
use image::Rgb;

/// Eyes 100 pixels apart in a picture of 400 by 500.
fn face() -> Face {
    let at = |x, y| Point::new(x, y);
    Face {
        area: Rect { x: 110.0, y: 130.0, width: 180.0, height: 240.0 },
        points: [at(150.0, 220.0), at(250.0, 220.0), at(200.0, 270.0), at(160.0, 320.0), at(240.0, 320.0)],
        score: 1.0,
    }
}

fn mesh() -> Mesh {
    Mesh::for_tests(vec![[200.0, 250.0, 0.0]; POINTS], Pose::default(), Expression::default())
}

/// Skin with a grain, on a plain wall.
fn portrait() -> RgbImage {
    RgbImage::from_fn(400, 500, |x, y| {
        if (100..300).contains(&x) && y > 100 {
            let grain = ((x * 7 + y * 13) % 97) as u8;
            Rgb([110 + grain, 75 + grain, 60 + grain])
        } else {
            Rgb([200, 200, 205])
        }
    })
}

fn subject<'a>(picture: &'a RgbImage, face: &'a Face) -> Subject<'a> {
    Subject { picture, face, upright: upright(picture, face), mesh: Some(mesh()), lids: Some([0.3, 0.28]) }
}

fn result(measure: &Measure) -> (Verdict, f32) {
    (measure.result, measure.value.unwrap_or(f32::NAN))
}

#[test]
fn a_good_portrait_keeps_every_limit() {
    let (picture, face) = (portrait(), face());
    let subject = subject(&picture, &face);
    let mut all = vec![size::measure(&subject), sharpness::measure(&subject), background::measure(&subject)];
    all.extend(exposure::measure(&subject));
    all.extend(pose::measure(&subject));
    all.extend([eyes::measure(&subject), mouth::measure(&subject), occlusion::measure(&subject)]);
    all.extend(compression::measure(&subject, Some(15_000)));
    assert_eq!(all.len(), Measure::IDS.len());
    for measure in &all {
        assert!(Measure::IDS.contains(&measure.id));
        assert_eq!(measure.result, Verdict::Successful, "{measure:?}");
    }
}

#[test]
fn each_limit_is_broken_by_what_it_is_for() {
    let failed = |measure: &Measure| assert_eq!(measure.result, Verdict::Failed, "{measure:?}");
    let (picture, whole) = (portrait(), face());

    let mut small = whole;
    small.points[1] = Point::new(230.0, 220.0);
    failed(&size::measure(&subject(&picture, &small)));

    let blurred = RgbImage::from_pixel(400, 500, Rgb([150, 110, 90]));
    failed(&sharpness::measure(&subject(&blurred, &whole)));
    let [dark, light, range] = exposure::measure(&subject(&blurred, &whole));
    assert_eq!((dark.result, light.result), (Verdict::Successful, Verdict::Successful));
    failed(&range);
    let [dark, ..] = exposure::measure(&subject(&RgbImage::new(400, 500), &whole));
    failed(&dark);
    let white = RgbImage::from_pixel(400, 500, Rgb([255; 3]));
    let [_, light, _] = exposure::measure(&subject(&white, &whole));
    failed(&light);

    let mut shelf = portrait();
    for (x, y, pixel) in shelf.enumerate_pixels_mut() {
        if !(90..310).contains(&x) && (x / 20 + y / 20) % 2 == 0 {
            *pixel = Rgb([20, 60, 20]);
        }
    }
    failed(&background::measure(&subject(&shelf, &whole)));

    let mut turned = subject(&picture, &whole);
    turned.mesh = Some(Mesh::for_tests(
        vec![[200.0, 250.0, 0.0]; POINTS],
        Pose { yaw: 20.0, pitch: -30.0, roll: 12.0 },
        Expression { mouth_gap: 0.2, ..Expression::default() },
    ));
    turned.lids = Some([0.3, 0.08]);
    pose::measure(&turned).iter().for_each(failed);
    failed(&eyes::measure(&turned));
    failed(&mouth::measure(&turned));

    let [bytes, density] = compression::measure(&turned, Some(5_000));
    failed(&bytes);
    failed(&density);
}

#[test]
fn what_cannot_be_told_is_undetermined() {
    let (picture, whole) = (portrait(), face());
    let mut blind = subject(&picture, &whole);
    (blind.mesh, blind.lids) = (None, None);
    for measure in pose::measure(&blind).iter().chain(&compression::measure(&blind, None)) {
        assert_eq!((measure.result, measure.value), (Verdict::Undetermined, None), "{measure:?}");
    }
    for measure in [eyes::measure(&blind), mouth::measure(&blind), occlusion::measure(&blind)] {
        assert_eq!((measure.result, measure.value), (Verdict::Undetermined, None), "{measure:?}");
    }
    // A face as wide as the picture leaves no background.
    let mut wide = whole;
    wide.area = Rect { x: 5.0, y: 130.0, width: 390.0, height: 300.0 };
    assert_eq!(background::measure(&subject(&picture, &wide)).value, None);

    // A blue mask over the chin: another hue, and no more is claimed than that.
    let mut points = vec![[200.0, 250.0, 0.0]; POINTS];
    points[199] = [200.0, 400.0, 0.0];
    let mut masked = portrait();
    masked
        .enumerate_pixels_mut()
        .filter(|(_, y, _)| *y > 300)
        .for_each(|(_, _, pixel)| *pixel = Rgb([60, 110, 220]));
    let mut subject = subject(&masked, &whole);
    subject.mesh = Some(Mesh::for_tests(points, Pose::default(), Expression::default()));
    let (verdict, value) = result(&occlusion::measure(&subject));
    assert!(verdict == Verdict::Undetermined && value > 18.0, "{verdict:?} {value}");
    let grey = RgbImage::from_pixel(400, 500, Rgb([120; 3]));
    subject.picture = &grey;
    assert_eq!(occlusion::measure(&subject).value, None, "no colours to compare");
}
