//! The few elements that the pictures of figures are made of.
//! Source: SVG 1.1 (W3C).

use std::fmt::Write;

/// A line.
pub(super) fn line(svg: &mut String, from: (f32, f32), to: (f32, f32), style: &str) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let _ = writeln!(svg, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {style}/>");
}

/// Text of a message: `<`, `&` and quotes cannot break out of it.
pub(super) fn text(svg: &mut String, (x, y): (f32, f32), style: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{words}</text>");
}

/// The beginning of a picture of so many pixels, on white.
pub(super) fn begin(width: f32, height: f32) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    )
}

/// What each kind of line means, side by side from `left` on: label and style.
pub(super) fn legend(svg: &mut String, (left, y): (f32, f32), lines: &[(String, String)]) {
    let mut x = left;
    for (label, style) in lines {
        line(svg, (x, y), (x + 30.0, y), style);
        text(svg, (x + 36.0, y + 4.0), "", label);
        x += 62.0 + 6.6 * label.chars().count() as f32;
    }
}
