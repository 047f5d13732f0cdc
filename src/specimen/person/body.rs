//! What is not the face: ears, neck, shoulders, the back of long hair. All are ellipsoids.

use super::features::Paint;
use super::identity::Identity;
use super::mesh::Vertex;
use super::skin;
use super::space::{Vec3, bump, noise, smooth};

/// What an ellipsoid is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stuff {
    Ear,
    Hair,
    Neck,
    Cloth,
}

/// An ellipsoid as a grid of vertices.
#[derive(Debug, Clone)]
pub(super) struct Ellipsoid {
    pub(super) stuff: Stuff,
    pub(super) vertices: Vec<Vertex>,
    pub(super) triangles: Vec<[u32; 3]>,
}

impl Ellipsoid {
    fn new(stuff: Stuff, centre: Vec3, radii: Vec3, columns: usize) -> Self {
        let rows = columns / 2 + 2;
        let mut vertices = Vec::with_capacity(columns * rows);
        let mut triangles = Vec::new();
        for row in 0..rows {
            let (sv, cv) = (std::f32::consts::PI * row as f32 / (rows - 1) as f32).sin_cos();
            for column in 0..columns {
                let (su, cu) = (std::f32::consts::TAU * column as f32 / (columns - 1) as f32).sin_cos();
                let sphere = Vec3::new(sv * su, cv, sv * cu);
                let normal = Vec3::new(sphere.x / radii.x, sphere.y / radii.y, sphere.z / radii.z).unit();
                vertices.push(Vertex { at: centre + sphere.scaled(radii), normal });
                if row + 1 < rows && column + 1 < columns {
                    let a = (row * columns + column) as u32;
                    let d = a + columns as u32;
                    triangles.extend([[a, d, d + 1], [a, d + 1, a + 1]]);
                }
            }
        }
        Self { stuff, vertices, triangles }
    }

    /// The parts that turn with the head.
    pub(super) fn on_head(id: &Identity) -> Vec<Self> {
        let size = id.skull.ear;
        let mut parts: Vec<Self> = [-1.0, 1.0]
            .map(|side| {
                let centre = Vec3::new(side * (id.skull.cheek_width + 0.01), -0.10, -0.06);
                Self::new(Stuff::Ear, centre, Vec3::new(0.075, 0.20 * size, 0.13 * size), 24)
            })
            .into();
        if id.hair.long {
            let wide = id.skull.width + 0.10 + 0.8 * id.hair.thickness;
            parts.push(Self::new(Stuff::Hair, Vec3::new(0.0, -0.55, -0.44), Vec3::new(wide, 1.25, 0.48), 40));
        }
        parts
    }

    /// The parts that stay.
    pub(super) fn of_body(id: &Identity) -> Vec<Self> {
        let neck = 0.30 + 0.16 * id.skull.jaw;
        vec![
            Self::new(Stuff::Neck, Vec3::new(0.0, -1.45, -0.28), Vec3::new(neck, 0.95, 0.40), 36),
            Self::new(Stuff::Neck, Vec3::new(0.0, -1.72, -0.26), Vec3::new(0.74, 0.30, 0.42), 36),
            Self::new(Stuff::Cloth, Vec3::new(0.0, -2.42, -0.30), Vec3::new(1.70, 0.88, 0.62), 48),
        ]
    }
}

/// What the camera sees of a material at a resting place.
pub(super) fn paint(id: &Identity, stuff: Stuff, p: Vec3, shirt: Vec3) -> Paint {
    match stuff {
        Stuff::Ear => {
            // The hollow of the ear.
            let hollow = bump(p.y + 0.10, 0.10) * bump(p.z + 0.02, 0.07);
            let colour = skin::bare(id, p).scaled(Vec3::new(1.0, 0.94, 0.92)) * (1.0 - 0.35 * hollow);
            Paint { colour, shine: 0.08, wet: false }
        }
        Stuff::Hair => Paint { colour: skin::hair(id, p), shine: 0.10, wet: false },
        Stuff::Neck => {
            // The head keeps the light from the neck.
            let shade = 1.0 - 0.45 * smooth((p.y + 1.85) / 0.7);
            Paint { colour: skin::bare(id, p) * shade, shine: 0.06, wet: false }
        }
        Stuff::Cloth => {
            let weave = 1.0 + 0.12 * (noise(p * 30.0, 5) - 0.5) + 0.10 * (noise(p * 3.0, 6) - 0.5);
            Paint { colour: shirt * weave, shine: 0.02, wet: false }
        }
    }
}
