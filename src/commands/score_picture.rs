//! Scores of genuine and impostor pairs as a picture: two densities, and the thresholds that the set gives. The scale is
//! logarithmic, since what matters happens where one impostor pair in ten thousand lies.

use super::svg::{self, begin, line, text};
use crate::biometrics::models::calibration::Calibration;
use crate::biometrics::score_histogram::{BINS, Histogram};
use crate::report::Lang;
use std::fmt::Write;

const WIDTH: f32 = 900.0;
const HEIGHT: f32 = 420.0;
const LEFT: f32 = 70.0;
const RIGHT: f32 = 20.0;
const TOP: f32 = 64.0;
const BOTTOM: f32 = 56.0;
const GENUINE: &str = "#1f5fa8";
const IMPOSTOR: &str = "#d9730d";
/// Share of the pairs in a bin at the upper and the lower edge, as powers of ten.
const DECADES: (f32, f32) = (0.0, -7.0);

fn x(score: f32) -> f32 {
    LEFT + (WIDTH - LEFT - RIGHT) * ((score - LEAST) / (1.0 - LEAST)).clamp(0.0, 1.0)
}

/// The lowest score that is drawn.
const LEAST: f32 = -0.5;

fn y(share: f64) -> f32 {
    let decade = (share.max(1e-12).log10() as f32).clamp(DECADES.1, DECADES.0);
    TOP + (HEIGHT - TOP - BOTTOM) * (DECADES.0 - decade) / (DECADES.0 - DECADES.1)
}

/// The picture, as a whole SVG document.
pub(super) fn draw(histogram: &Histogram, calibration: &Calibration, lang: Lang) -> String {
    let mut svg = begin(WIDTH, HEIGHT);
    text(&mut svg, (LEFT, 22.0), "font-size=\"14\" font-weight=\"bold\"", &lang.text("scores-title", &[]));
    text(&mut svg, (WIDTH - RIGHT, 22.0), "font-size=\"10\" text-anchor=\"end\"", &calibration.describe());
    let bottom = y(0.0);
    for decade in (DECADES.1 as i32)..=(DECADES.0 as i32) {
        let at = y(10f64.powi(decade));
        line(&mut svg, (LEFT, at), (WIDTH - RIGHT, at), "stroke=\"#e4e4e4\"");
        text(&mut svg, (LEFT - 6.0, at + 4.0), "text-anchor=\"end\"", &format!("1e{decade}"));
    }
    for tenth in -5..=10i16 {
        let score = f32::from(tenth) / 10.0;
        line(&mut svg, (x(score), bottom), (x(score), bottom + 5.0), "stroke=\"#444\"");
        text(&mut svg, (x(score), bottom + 18.0), "text-anchor=\"middle\"", &format!("{score}"));
    }
    for (counts, colour, dashes) in
        [(&histogram.impostor, IMPOSTOR, "6 3"), (&histogram.genuine, GENUINE, "none")]
    {
        steps(
            &mut svg,
            counts,
            &format!("stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\""),
        );
    }
    for rates in &calibration.rates {
        // Thresholds of other sets are no property of this one.
        let Some(at) = rates.at else { continue };
        let place = x(rates.threshold);
        line(&mut svg, (place, TOP), (place, bottom), "stroke=\"#2e8b57\" stroke-dasharray=\"2 3\"");
        text(&mut svg, (place + 3.0, TOP + 12.0), "fill=\"#2e8b57\"", &format!("{at:e}"));
    }
    let lines = [
        ("scores-impostor", format!("stroke=\"{IMPOSTOR}\" stroke-width=\"2\" stroke-dasharray=\"6 3\"")),
        ("scores-genuine", format!("stroke=\"{GENUINE}\" stroke-width=\"2\"")),
        ("scores-threshold", "stroke=\"#2e8b57\" stroke-dasharray=\"2 3\"".to_owned()),
    ];
    svg::legend(&mut svg, (LEFT, 42.0), &lines.map(|(id, style)| (lang.text(id, &[]), style)));
    let middle = (WIDTH + LEFT) / 2.0;
    text(&mut svg, (middle, HEIGHT - 14.0), "text-anchor=\"middle\"", &lang.text("scores-axis", &[]));
    svg.push_str("</svg>\n");
    svg
}

/// A line along the tops of the bins that hold a pair.
fn steps(svg: &mut String, counts: &[u64], style: &str) {
    let total = counts.iter().sum::<u64>().max(1) as f64;
    let mut path = String::new();
    let mut joined = false;
    for (bin, count) in counts.iter().take(BINS).enumerate() {
        if *count == 0 {
            joined = false;
            continue;
        }
        let at = y(*count as f64 / total);
        let letter = if joined { 'L' } else { 'M' };
        let _ =
            write!(path, "{letter}{:.1} {at:.1}H{:.1}", x(Histogram::edge(bin)), x(Histogram::edge(bin + 1)));
        joined = true;
    }
    let _ = writeln!(svg, "<path d=\"{path}\" fill=\"none\" {style}/>");
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::biometrics::error_rates::{About, Scores};
    use crate::biometrics::models::calibration::Pictures;
    use crate::report::Lang;

    #[test]
    fn both_kinds_of_pairs_and_the_thresholds_of_this_set_are_drawn() {
        let mut scores = Scores::new(4_000, &[0.77]);
        (0..4_000u16).for_each(|step| scores.impostor(f32::from(step) / 10_000.0));
        (0..10u8).for_each(|step| scores.genuine(0.6 + f32::from(step) / 100.0));
        let calibration = scores.calibration(About {
            set: "a < b".to_owned(),
            pictures: Pictures::ColourStills,
            pairs: "all".to_owned(),
            people: None,
            date: "2026-05-28".to_owned(),
            command: "none".to_owned(),
        });
        let svg = draw(scores.histogram(), &calibration, Lang::En);
        assert_eq!(svg.matches("<path").count(), 2);
        assert!(svg.contains(">1e-3</text>") && svg.contains("a &lt; b") && !svg.contains("a < b"), "{svg}");
        // Two thresholds are known, one of them of another set: only this set's own is drawn.
        assert_eq!(calibration.rates.len(), 2);
        assert_eq!(svg.matches("#2e8b57").count(), 3, "a line, its label and the legend");
    }
}
