//! What the built-in models see of generated people, on a machine that has no others.
#![cfg(feature = "face")]

use image::RgbImage;
use image::imageops::{crop_imm, replace};
use titre::biometrics::detect::{Face, detect};
use titre::biometrics::embed::to_align;
use titre::biometrics::geometry::{Point, Rect};
use titre::biometrics::landmarks::{largest, mesh_of};
use titre::biometrics::models::Origin;
use titre::biometrics::{Decision, ModelSet, PortraitError, compare_image, embed_portrait};
use titre::consent::Ground;
use titre::specimen::person::{FIXTURE_SEEDS, Person, PortraitOptions};

fn models() -> ModelSet {
    ModelSet::open(Origin::BuiltIn).unwrap()
}

fn portrait(seed: u64) -> RgbImage {
    Person::from_seed(seed).portrait(&PortraitOptions::default()).unwrap()
}

/// Pictures side by side on a grey wall.
fn wall(pictures: &[RgbImage]) -> RgbImage {
    let mut wall = RgbImage::from_pixel(960, 544, image::Rgb([120; 3]));
    for (place, picture) in pictures.iter().enumerate() {
        replace(&mut wall, picture, 20 + 480 * place as i64, 6);
    }
    wall
}

#[test]
fn each_person_is_found_once_and_told_from_the_others() {
    let models = models();
    let faces: Vec<_> = FIXTURE_SEEDS[..4]
        .iter()
        .map(|seed| embed_portrait(&models, &portrait(*seed), &Ground::evaluation()).unwrap())
        .collect();
    for (place, one) in faces.iter().enumerate() {
        assert_eq!(compare_image(&models, one, one).unwrap().decision, Decision::Match);
        for other in &faces[place + 1..] {
            assert_ne!(compare_image(&models, one, other).unwrap().decision, Decision::Match);
        }
    }
}

#[test]
fn two_people_are_two_and_a_place_without_a_face_is_nobody() {
    let models = models();
    let two = wall(&[portrait(FIXTURE_SEEDS[0]), portrait(FIXTURE_SEEDS[1])]);
    assert!(matches!(
        embed_portrait(&models, &two, &Ground::evaluation()),
        Err(PortraitError::SeveralFaces(2))
    ));
    // What a detector might claim of the bare wall: the mesh does not see it.
    let one = wall(&[portrait(FIXTURE_SEEDS[0])]);
    let face = detect(&models, &one).unwrap()[0];
    let bare = Face { area: Rect { x: 620.0, y: 200.0, width: 100.0, height: 120.0 }, ..face };
    assert!(bare.area.area() >= 0.125 * face.area.area() && bare.area.area() < face.area.area());
    assert_eq!(largest(&models, &one, &[bare, face], 0.125).unwrap(), Some((face, 0)));
    assert!(largest(&models, &one, &[], 0.125).unwrap().is_none());
    // A face in the other one's picture counts from its share of the area on.
    let faces = detect(&models, &two).unwrap();
    assert_eq!(largest(&models, &two, &faces, 0.125).unwrap().unwrap().1, 1);
    assert_eq!(largest(&models, &two, &faces, 2.0).unwrap().unwrap().1, 0);
}

#[test]
fn rough_points_of_the_detector_do_not_reach_the_embedder() {
    let models = models();
    let picture = crop_imm(&portrait(FIXTURE_SEEDS[0]), 0, 0, 413, 531).to_image();
    let face = detect(&models, &picture).unwrap()[0];
    let mesh = mesh_of(&models, &picture, &face).unwrap().unwrap();
    // Points that lie a fifth of the face too high, as the detector's did on some people.
    let high = face.points.map(|point| Point::new(point.x, point.y - 0.2 * face.area.height));
    let aligned = to_align(&models, &picture, &Face { points: high, ..face }).unwrap();
    let eyes = mesh.as_face().points[0].distance(mesh.as_face().points[1]);
    for (found, right) in aligned.points.iter().zip(mesh.as_face().points) {
        assert!(found.distance(right) < 0.05 * eyes, "{found:?} {right:?}");
    }
}
