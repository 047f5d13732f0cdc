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
