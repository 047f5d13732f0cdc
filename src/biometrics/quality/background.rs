//! Background uniformity: the mean step of luma between neighbouring cells beside the head, in grey levels. The
//! standard finds the background by segmentation; here it is what lies beside the head and above the chin.
//! Source: ISO/IEC 29794-5:2025 clause 7.3, background uniformity; limit: titre's own.

use super::{Limit, Measure, Subject, luma};

pub(super) const ID: &str = "background_uniformity";
/// Grey levels from one cell to the next.
const MOST: f32 = 9.0;
/// Cells from eye to eye, so that the measure does not depend on the size of the picture.
const CELLS: f32 = 12.0;
/// Margin around the face where hair and ears are, in widths of the face.
const MARGIN: f32 = 0.35;
/// Fewest cells to tell anything.
const FEWEST: usize = 40;

pub(super) fn measure(subject: &Subject<'_>) -> Measure {
    Measure::new(ID, "grey_levels", steps(subject), Limit::AtMost(MOST), "ISO/IEC 29794-5:2025 7.3")
}

fn steps(subject: &Subject<'_>) -> Option<f32> {
    let (width, height) = subject.picture.dimensions();
    let cell = (subject.face.eye_distance() / CELLS).max(1.0);
    let (columns, rows) = ((width as f32 / cell) as usize, (height as f32 / cell) as usize);
    let area = subject.face.area;
    let left = ((area.x - MARGIN * area.width) / cell).max(0.0) as usize;
    let right = ((area.x + (1.0 + MARGIN) * area.width) / cell).max(0.0).ceil() as usize;
    let chin = (((area.y + area.height) / cell).max(0.0) as usize).min(rows);
    let mean = |column: usize, row: usize| -> f32 {
        let (x, y) = ((column as f32 * cell) as u32, (row as f32 * cell) as u32);
        let (mut sum, mut count) = (0.0, 0.0);
        for y in y..(y + cell as u32).min(height) {
            for x in x..(x + cell as u32).min(width) {
                sum += luma(&subject.picture.get_pixel(x, y).0);
                count += 1.0;
            }
        }
        sum / f32::max(count, 1.0)
    };
    let (mut sum, mut count) = (0.0, 0usize);
    for part in [0..left.min(columns), right.min(columns)..columns] {
        let cells: Vec<Vec<f32>> =
            (0..chin).map(|row| part.clone().map(|column| mean(column, row)).collect()).collect();
        for (row, line) in cells.iter().enumerate() {
            for (column, &here) in line.iter().enumerate() {
                let beside = line.get(column + 1);
                let below = cells.get(row + 1).and_then(|next| next.get(column));
                for other in beside.into_iter().chain(below) {
                    sum += (here - other).abs();
                    count += 1;
                }
            }
        }
    }
    (count >= FEWEST).then(|| sum / count as f32)
}
