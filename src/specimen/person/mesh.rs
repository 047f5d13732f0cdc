//! The head as a grid of vertices: built once per person, moved for each expression.

use super::expression::Expression;
use super::head::{self, Profile};
use super::identity::Identity;
use super::space::{Vec3, noise, smooth};
use std::f32::consts::PI;

/// Vertices around the head and from chin to crown.
pub(super) const COLUMNS: usize = 150;
pub(super) const ROWS: usize = 176;
/// More columns stand in front than behind: the angle grows with this power.
const CROWDING: f32 = 1.25;

/// The angle (radians, 0 in the middle of the face) at `across` in -1..1 of the grid.
fn angle(across: f32) -> f32 {
    across.abs().powf(CROWDING).copysign(across) * PI
}

/// One vertex before pose.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Vertex {
    pub(super) at: Vec3,
    pub(super) normal: Vec3,
}

/// What of a vertex never changes.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// On the bare surface; its x and y name the point for paint.
    bare: Vec3,
    /// How much the features push here: 1 in front, 0 behind.
    front: f32,
    relief: f32,
    /// Displacement by the hair.
    hair: Vec3,
}

/// The grid of a head.
#[derive(Debug, Clone)]
pub(super) struct HeadMesh {
    anchors: Vec<Anchor>,
}

impl HeadMesh {
    pub(super) fn new(id: &Identity) -> Self {
        let profile = Profile::new(id);
        let (bottom, top) = (profile.bottom(), profile.top());
        let mut anchors = Vec::with_capacity(COLUMNS * ROWS);
        for row in 0..ROWS {
            let y = bottom + (top - bottom) * row as f32 / (ROWS - 1) as f32;
            for column in 0..COLUMNS {
                let turn = angle(2.0 * column as f32 / (COLUMNS - 1) as f32 - 1.0);
                let bare = profile.point(id, turn, y);
                let front = turn.cos().max(0.0).sqrt();
                let relief = if front > 0.0 { head::relief(id, bare.x, y) } else { 0.0 };
                let rest = bare + Vec3::new(0.0, 0.0, relief * front);
                // The hair lifts only where the paint is hair already: no wall of skin around it.
                let cover = smooth((head::hair_cover(id, rest) - 0.22) / 0.78);
                let lump = 0.75 + 0.5 * noise(rest * id.hair.curl, id.grain.wrapping_add(1));
                let outwards = rest.scaled(Vec3::new(1.0, 0.9, 1.0)).unit();
                let hair = outwards * (cover * id.hair.thickness * lump);
                anchors.push(Anchor { bare, front, relief, hair });
            }
        }
        Self { anchors }
    }

    /// The resting surface without hair at a fractional place of the grid (0..1 across, 0..1 up).
    pub(super) fn resting(&self, across: f32, up: f32) -> Vec3 {
        let (column, u) = cell(across, COLUMNS);
        let (row, v) = cell(up, ROWS);
        let at = |row: usize, column: usize| {
            let anchor = &self.anchors[row * COLUMNS + column];
            anchor.bare + Vec3::new(0.0, 0.0, anchor.relief * anchor.front)
        };
        let low = at(row, column).towards(at(row, column + 1), u);
        low.towards(at(row + 1, column).towards(at(row + 1, column + 1), u), v)
    }

    /// The name of a vertex for paint: x and y on the bare surface.
    #[inline]
    pub(super) fn name(&self, index: usize) -> (f32, f32) {
        let bare = self.anchors[index].bare;
        (bare.x, bare.y)
    }

    /// The vertices for an expression, with normals, before pose.
    pub(super) fn shape(&self, id: &Identity, face: &Expression, out: &mut Vec<Vertex>) {
        out.clear();
        for anchor in &self.anchors {
            let mut at = anchor.bare;
            let mut push = anchor.relief;
            if anchor.front > 0.0 && head::moves(at.y) {
                push += head::mouth_relief(id, at.x, at.y, face);
                at.y += head::jaw_drop(&id.mouth, at.x, at.y, face) * anchor.front;
            }
            at.z += push * anchor.front;
            out.push(Vertex { at: at + anchor.hair, normal: Vec3::default() });
        }
        set_normals(out);
    }
}

fn cell(part: f32, count: usize) -> (usize, f32) {
    let at = part.clamp(0.0, 1.0) * (count - 1) as f32;
    let low = (at as usize).min(count - 2);
    (low, at - low as f32)
}

/// Normals of a grid from its neighbours; the first and the last column are the same seam.
fn set_normals(grid: &mut [Vertex]) {
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let left = if column == 0 { COLUMNS - 2 } else { column - 1 };
            let right = if column == COLUMNS - 1 { 1 } else { column + 1 };
            let (below, over) = (row.saturating_sub(1), (row + 1).min(ROWS - 1));
            let across = grid[row * COLUMNS + right].at - grid[row * COLUMNS + left].at;
            let up = grid[over * COLUMNS + column].at - grid[below * COLUMNS + column].at;
            grid[row * COLUMNS + column].normal = across.cross(up).unit();
        }
    }
}
