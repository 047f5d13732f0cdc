//! Whether what moves is a head or a flat picture of one, from points that move with the skull alone.
//! A plane that is turned changes by an affine map, but for a little perspective; a head's nose goes before its
//! cheeks, and does not.
//! Source: the epipolar argument of Kollreider et al. 2005, reduced to a least-squares residual.

use super::geometry::{Point, Similarity};

/// Degrees of turn below which depth cannot be told.
pub const LEAST_TURN: f32 = 20.0;
/// Change of shape, in eye distances, below which a plane cannot be told from a head.
const LEAST_CHANGE: f32 = 0.03;
/// Places of the outer eye corners among the rigid points: the unit of length.
const EYES: (usize, usize) = (12, 15);

fn eye_distance(points: &[Point]) -> Option<f32> {
    let distance = points.get(EYES.0)?.distance(*points.get(EYES.1)?);
    (distance > 1.0).then_some(distance)
}

/// How far the turned points are from every affine image of the frontal ones: root mean square, in eye distances
/// of the frontal face. `None` where there are too few points, or they lie on a line.
#[must_use]
pub fn depth_in_turn(frontal: &[Point], turned: &[Point]) -> Option<f32> {
    let unit = f64::from(eye_distance(frontal)?);
    if frontal.len() != turned.len() || frontal.len() < 6 {
        return None;
    }
    let count = frontal.len() as f64;
    let mean = |points: &[Point], of: fn(&Point) -> f32| {
        points.iter().map(|point| f64::from(of(point))).sum::<f64>() / count
    };
    let (fx, fy) = (mean(frontal, |p| p.x), mean(frontal, |p| p.y));
    let (tx, ty) = (mean(turned, |p| p.x), mean(turned, |p| p.y));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    let (mut ux, mut uy, mut vx, mut vy) = (0.0, 0.0, 0.0, 0.0);
    let pairs: Vec<[f64; 4]> = frontal
        .iter()
        .zip(turned)
        .map(|(p, q)| [f64::from(p.x) - fx, f64::from(p.y) - fy, f64::from(q.x) - tx, f64::from(q.y) - ty])
        .collect();
    for [x, y, u, v] in &pairs {
        xx += x * x;
        xy += x * y;
        yy += y * y;
        ux += u * x;
        uy += u * y;
        vx += v * x;
        vy += v * y;
    }
    let determinant = xx * yy - xy * xy;
    if determinant <= 1e-6 * xx * yy {
        return None;
    }
    let solve = |px: f64, py: f64| ((px * yy - py * xy) / determinant, (py * xx - px * xy) / determinant);
    let ((a, b), (c, d)) = (solve(ux, uy), solve(vx, vy));
    let squares: f64 =
        pairs.iter().map(|[x, y, u, v]| (u - a * x - b * y).powi(2) + (v - c * x - d * y).powi(2)).sum();
    Some(((squares / count).sqrt() / unit) as f32)
}

/// How far the points are from every affine image of those of the calm face, where their shape has changed most: root
/// mean square in eye distances, the median over the tenth of the looks that differ most. A photo that is tilted by hand
/// changes its shape as a plane does; a head's nose and cheeks do not lie in one. `None` where the shape hardly changes.
#[must_use]
pub fn unlike_a_plane(shapes: &[&[Point]]) -> Option<f32> {
    let reference = *shapes.get(shapes.len().min(10) / 2)?;
    let unit = eye_distance(reference)?;
    let mut changed: Vec<(f32, f32)> = shapes
        .iter()
        .filter_map(|shape| {
            let to = Similarity::fit(shape, reference)?;
            let squares: f32 =
                shape.iter().zip(reference).map(|(p, q)| to.apply(*p).distance(*q).powi(2)).sum();
            let change = (squares / reference.len() as f32).sqrt() / unit;
            Some((change, depth_in_turn(reference, shape)?))
        })
        .filter(|(change, _)| *change >= LEAST_CHANGE)
        .collect();
    if changed.len() < 4 {
        return None;
    }
    changed.sort_by(|one, other| other.0.total_cmp(&one.0));
    changed.truncate((shapes.len() / 10).clamp(3, changed.len()));
    changed.sort_by(|one, other| one.1.total_cmp(&other.1));
    Some(changed[changed.len() / 2].1)
}

/// How much the shape of the points changes over time, once place, size and turn in the picture are taken off:
/// root mean square over points and times, in eye distances. A photo that is held still, or moved before the
/// camera without being tilted, keeps its shape.
#[must_use]
pub fn change_of_shape(shapes: &[&[Point]]) -> Option<f32> {
    let reference = *shapes.get(shapes.len() / 2)?;
    let unit = eye_distance(reference)?;
    let fitted: Vec<Vec<Point>> = shapes
        .iter()
        .filter_map(|shape| {
            let to = Similarity::fit(shape, reference)?;
            Some(shape.iter().map(|point| to.apply(*point)).collect())
        })
        .collect();
    if fitted.len() < 2 {
        return None;
    }
    let mut squares = 0.0;
    for index in 0..reference.len() {
        let count = fitted.len() as f32;
        let (x, y) = fitted.iter().fold((0.0, 0.0), |(x, y), shape| (x + shape[index].x, y + shape[index].y));
        let mean = Point::new(x / count, y / count);
        squares += fitted.iter().map(|shape| shape[index].distance(mean).powi(2)).sum::<f32>() / count;
    }
    Some((squares / reference.len() as f32).sqrt() / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of a head (or, with `depth` 0, of a picture of one) seen at `yaw` degrees from ten head widths away.
    fn seen(yaw: f32, depth: f32) -> Vec<Point> {
        let (sin, cos) = yaw.to_radians().sin_cos();
        (0..36)
            .map(|index| {
                let (x, y) = match index {
                    12 => (-0.5, 0.0),
                    15 => (0.5, 0.0),
                    _ => ((index % 6) as f32 / 5.0 - 0.5, (index / 6) as f32 / 5.0 - 0.5),
                };
                let z = depth * (0.6 - x * x - y * y);
                let (turned_x, turned_z) = (x * cos + z * sin, z * cos - x * sin);
                let perspective = 800.0 / (10.0 - turned_z);
                Point::new(400.0 + turned_x * perspective, 300.0 + y * perspective)
            })
            .collect()
    }

    #[test]
    fn a_head_is_deep_and_a_photo_flat() {
        let head = depth_in_turn(&seen(0.0, 1.0), &seen(30.0, 1.0)).unwrap();
        let photo = depth_in_turn(&seen(0.0, 0.0), &seen(40.0, 0.0)).unwrap();
        assert!(head > 0.05 && photo < 0.015, "{head} {photo}");
        assert!(depth_in_turn(&[], &[]).is_none());
        let line: Vec<Point> = (0..36).map(|index| Point::new(index as f32 * 9.0, 5.0)).collect();
        assert!(depth_in_turn(&line, &line).is_none());
    }

    #[test]
    fn a_photo_that_is_tilted_by_hand_changes_as_a_plane_does() {
        let waved = |depth: f32, most: f32| -> Vec<Vec<Point>> {
            (0..50).map(|step| seen(most * ((step - 10).max(0) as f32 / 6.0).sin(), depth)).collect()
        };
        let unlike =
            |shapes: &[Vec<Point>]| unlike_a_plane(&shapes.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let (head, photo) = (unlike(&waved(1.0, 30.0)).unwrap(), unlike(&waved(0.0, 42.0)).unwrap());
        assert!(head > 2.0 * photo, "{head} {photo}");
        assert!(unlike(&waved(1.0, 1.0)).is_none() && unlike(&[]).is_none());
    }

    #[test]
    fn a_photo_that_is_moved_keeps_its_shape() {
        let moved: Vec<Vec<Point>> = (0..20)
            .map(|step| {
                let step = step as f32;
                let move_by =
                    |p: &Point| Point::new(p.x * (1.0 + step / 50.0) + step, p.y * (1.0 + step / 50.0));
                seen(0.0, 1.0).iter().map(move_by).collect()
            })
            .collect();
        let turned: Vec<Vec<Point>> = (0..20).map(|step| seen(step as f32, 1.0)).collect();
        let change = |shapes: &[Vec<Point>]| {
            change_of_shape(&shapes.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap()
        };
        assert!(change(&moved) < 1e-3 && change(&turned) > 0.01, "{} {}", change(&moved), change(&turned));
        assert!(change_of_shape(&[]).is_none());
    }
}
