//! A person before a camera: the model is built once, the set (backdrop and body) is painted once, each frame
//! draws only the head and the pixels around it.

use super::body::{self, Ellipsoid, Stuff};
use super::canvas::{Area, Canvas, SAMPLES, Spot};
use super::expression::{Expression, Pose};
use super::features::{self, Paint};
use super::identity::Identity;
use super::light::Light;
use super::mesh::{COLUMNS, HeadMesh, ROWS, Vertex};
use super::points::FacePoint;
use super::skin::Atlas;
use super::space::{Rotation, Vec3};
use image::RgbImage;

/// What is drawn of a person: mesh and paint.
#[derive(Debug, Clone)]
pub(super) struct Model {
    id: Identity,
    mesh: HeadMesh,
    atlas: Atlas,
    parts: Vec<Ellipsoid>,
    /// Where each vertex of the head's grid lies for paint.
    places: Vec<Place>,
    /// Triangles of the head and of the parts that turn with it, over one list of vertices.
    triangles: Vec<[u32; 3]>,
}

/// The place of a vertex on the atlas (0..1) and on the bare surface, and whether it is on the face's side.
#[derive(Debug, Clone, Copy)]
struct Place {
    across: f32,
    up: f32,
    x: f32,
    y: f32,
    facing: bool,
}

/// Where the head stands in the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Camera {
    pub(super) width: usize,
    pub(super) height: usize,
    /// The pixel of the point between the eyes.
    pub(super) eyes: (f32, f32),
    /// Pixels a head unit at the head's distance.
    pub(super) scale: f32,
    /// Distance of the camera in head units; a head is about 1.5 wide.
    pub(super) distance: f32,
}

/// The point that the neck turns about.
const PIVOT: Vec3 = Vec3::new(0.0, -0.55, -0.25);

/// How a head is moved as a whole.
#[derive(Debug, Clone, Copy)]
struct Motion {
    turn: Rotation,
    shift: Vec3,
}

impl Motion {
    fn of(pose: &Pose) -> Self {
        let turn = Rotation::from_degrees(pose.yaw, pose.pitch, pose.roll);
        Self { turn, shift: Vec3::new(pose.x, pose.y, 0.0) }
    }

    #[inline]
    fn apply(&self, at: Vec3) -> Vec3 {
        self.turn.apply(at - PIVOT) + PIVOT + self.shift
    }
}

impl Camera {
    #[inline]
    fn spot(&self, p: Vec3) -> Spot {
        let near = 1.0 / (self.distance - p.z);
        let k = self.scale * self.distance * near;
        let samples = SAMPLES as f32;
        Spot { x: (self.eyes.0 + k * p.x) * samples, y: (self.eyes.1 - k * p.y) * samples, near }
    }
}

impl Model {
    pub(super) fn new(id: &Identity) -> Self {
        let mesh = HeadMesh::new(id);
        let atlas = Atlas::bake(id, &mesh);
        let parts = Ellipsoid::on_head(id);
        let mut triangles = Vec::with_capacity(2 * COLUMNS * ROWS);
        for row in 0..ROWS - 1 {
            for column in 0..COLUMNS - 1 {
                let a = (row * COLUMNS + column) as u32;
                let d = a + COLUMNS as u32;
                triangles.extend([[a, a + 1, d + 1], [a, d + 1, d]]);
            }
        }
        let places = (0..COLUMNS * ROWS)
            .map(|index| {
                let (row, column) = (index / COLUMNS, index % COLUMNS);
                let (x, y) = mesh.name(index);
                let across = column as f32 / (COLUMNS - 1) as f32;
                Place {
                    across,
                    up: row as f32 / (ROWS - 1) as f32,
                    x,
                    y,
                    facing: (0.2..0.8).contains(&across),
                }
            })
            .collect();
        let mut first = (COLUMNS * ROWS) as u32;
        for part in &parts {
            triangles.extend(part.triangles.iter().map(|corners| corners.map(|index| index + first)));
            first += part.vertices.len() as u32;
        }
        Self { id: id.clone(), mesh, atlas, parts, places, triangles }
    }

    /// Where a point of the face, by its name for paint, stands among these vertices of the head; the foremost one,
    /// should the surface go back under itself. `None` where the face has no such point.
    fn find(&self, vertices: &[Vertex], x: f32, y: f32) -> Option<Vec3> {
        let on_face = self.triangles.iter().map(|corners| corners.map(|index| index as usize));
        let on_face = on_face.take_while(|corners| corners[0] < COLUMNS * ROWS);
        let found = on_face.filter(|corners| self.places[corners[0]].facing).filter_map(|corners| {
            let [p, q, r] = corners.map(|index| self.places[index]);
            let area = (q.y - r.y) * (p.x - r.x) + (r.x - q.x) * (p.y - r.y);
            let a = ((q.y - r.y) * (x - r.x) + (r.x - q.x) * (y - r.y)) / area;
            let b = ((r.y - p.y) * (x - r.x) + (p.x - r.x) * (y - r.y)) / area;
            let inside = a >= -1e-4 && b >= -1e-4 && a + b <= 1.0 + 1e-4;
            inside.then(|| blend(a, b, corners.map(|index| vertices[index].at)))
        });
        found.max_by(|one, other| one.z.total_cmp(&other.z))
    }

    /// Which part a vertex beyond the head's grid belongs to, with its place in the part's list.
    fn part(&self, index: usize) -> Option<(Stuff, Vec3)> {
        let mut index = index.checked_sub(COLUMNS * ROWS)?;
        for part in &self.parts {
            if let Some(vertex) = part.vertices.get(index) {
                return Some((part.stuff, vertex.at));
            }
            index -= part.vertices.len();
        }
        None
    }

    /// The paint of a triangle of the head or its parts, at barycentric `a` and `b`.
    #[inline]
    fn paint(&self, corners: [usize; 3], a: f32, b: f32, face: &Expression, shirt: Vec3) -> Paint {
        let c = 1.0 - a - b;
        if corners[0] >= COLUMNS * ROWS {
            let [p, q, r] = corners.map(|index| self.part(index).unwrap_or((Stuff::Ear, Vec3::default())));
            return body::paint(&self.id, p.0, blend(a, b, [p.1, q.1, r.1]), shirt);
        }
        let [p, q, r] = corners.map(|index| self.places[index]);
        let (colour, hair) =
            self.atlas.at(a * p.across + b * q.across + c * r.across, a * p.up + b * q.up + c * r.up);
        let mut paint = Paint { colour, shine: 0.10, wet: false };
        if hair < 0.5 && p.facing {
            let (x, y) = (a * p.x + b * q.x + c * r.x, a * p.y + b * q.y + c * r.y);
            features::lay(&self.id, x, y, face, &mut paint);
        }
        paint
    }
}

/// Everything but the head.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) camera: Camera,
    pub(super) light: Light,
    pub(super) shirt: Vec3,
    /// Spread each pixel as a small lens does.
    pub(super) soft: bool,
}

/// A model before its set.
#[derive(Debug)]
pub(super) struct Studio {
    model: Model,
    set: Set,
    stage: Canvas,
    picture: RgbImage,
    vertices: Vec<Vertex>,
    shown: Option<Expression>,
}

impl Studio {
    /// Paints the set. `backdrop` gives the colour of each pixel's sample, by pixel coordinates.
    pub(super) fn new(model: Model, set: Set, mut backdrop: impl FnMut(f32, f32) -> Vec3) -> Self {
        let (width, height) = (set.camera.width, set.camera.height);
        let area = Area { left: 0, top: 0, width: width * SAMPLES, height: height * SAMPLES };
        let mut stage = Canvas::new(area, |x, y| {
            let colour = backdrop(x as f32 / SAMPLES as f32, y as f32 / SAMPLES as f32);
            [
                colour.x.clamp(0.0, 255.0) as u8,
                colour.y.clamp(0.0, 255.0) as u8,
                colour.z.clamp(0.0, 255.0) as u8,
            ]
        });
        for part in Ellipsoid::of_body(&model.id) {
            let spots: Vec<Spot> = part.vertices.iter().map(|vertex| set.camera.spot(vertex.at)).collect();
            let hits = stage.cover(&spots, &part.triangles);
            stage.shade(&hits, |hit| {
                let corners =
                    part.triangles[hit.triangle as usize].map(|index| part.vertices[index as usize]);
                let at = blend(hit.a, hit.b, corners.map(|vertex| vertex.at));
                let normal = blend(hit.a, hit.b, corners.map(|vertex| vertex.normal)).unit();
                set.light.on(&body::paint(&model.id, part.stuff, at, set.shirt), normal)
            });
        }
        let mut picture = RgbImage::new(width as u32, height as u32);
        stage.resolve(&mut picture, set.soft);
        Self { model, set, stage, picture, vertices: Vec::new(), shown: None }
    }

    /// Gives the head the shape of an expression.
    fn shape(&mut self, face: &Expression) {
        // The lids and the gaze are paint: the shape changes with the mouth only.
        let shape = Expression { blink: 0.0, gaze: 0.0, ..*face };
        if self.shown != Some(shape) {
            self.model.mesh.shape(&self.model.id, &shape, &mut self.vertices);
            self.shown = Some(shape);
        }
    }

    /// Where points of the face are in the picture of one moment, in pixels, centres at whole numbers; whether
    /// something stands before them is not asked.
    pub(super) fn points(&mut self, pose: &Pose, face: &Expression) -> Vec<(FacePoint, [f32; 2])> {
        self.shape(face);
        let motion = Motion::of(pose);
        let place = |point: FacePoint| {
            let (x, y) = point.on_surface(&self.model.id, face);
            let spot = self.set.camera.spot(motion.apply(self.model.find(&self.vertices, x, y)?));
            // The samples of a pixel lie at whole numbers, the pixel's centre between them.
            let pixel = |sample: f32| (sample - (SAMPLES as f32 - 1.0) / 2.0) / SAMPLES as f32;
            Some((point, [pixel(spot.x), pixel(spot.y)]))
        };
        FacePoint::ALL.into_iter().filter_map(place).collect()
    }

    /// The picture of one moment.
    pub(super) fn shoot(&mut self, pose: &Pose, face: &Expression) -> RgbImage {
        self.shape(face);
        let model = &self.model;
        let motion = Motion::of(pose);
        let parts = model.parts.iter().flat_map(|part| &part.vertices);
        let posed: Vec<Vertex> = self
            .vertices
            .iter()
            .chain(parts)
            .map(|vertex| Vertex { at: motion.apply(vertex.at), normal: motion.turn.apply(vertex.normal) })
            .collect();
        let spots: Vec<Spot> = posed.iter().map(|vertex| self.set.camera.spot(vertex.at)).collect();
        let mut picture = self.picture.clone();
        let Some(area) = self.stage.around(&spots) else { return picture };
        let mut region = self.stage.part(area);
        let hits = region.cover(&spots, &model.triangles);
        let light = self.set.light;
        region.shade(&hits, |hit| {
            let corners = model.triangles[hit.triangle as usize].map(|index| index as usize);
            let normal = blend(hit.a, hit.b, corners.map(|index| posed[index].normal)).unit();
            light.on(&model.paint(corners, hit.a, hit.b, face, self.set.shirt), normal)
        });
        region.resolve(&mut picture, self.set.soft);
        picture
    }
}

#[inline]
fn blend(a: f32, b: f32, corners: [Vec3; 3]) -> Vec3 {
    corners[0] * a + corners[1] * b + corners[2] * (1.0 - a - b)
}
