//! The evidence of each gesture over time as a picture: what was measured, from where on it counts, when it was asked
//! for, what was found. Numbers of poses and openings only: no pixel of the person is in it.
//! Source: SVG 1.1 (W3C).

use super::svg::{self, begin, line, text};
use crate::biometrics::gestures::{evidence, limit, second_evidence};
use crate::biometrics::{Capture, Gesture, GestureEvent, Liveness, gestures};
use crate::report::Lang;
use crate::report::locale::message_id;
use std::fmt::Write;

/// Pixels of the whole, of the margins, of a panel and of the strip of windows.
const WIDTH: f32 = 1100.0;
const LEFT: f32 = 70.0;
const RIGHT: f32 = 20.0;
const TOP: f32 = 74.0;
const STRIP: f32 = 66.0;
const PANEL: f32 = 104.0;
const GAP: f32 = 26.0;
const FIRST: &str = "#1f5fa8";
const SECOND: &str = "#d9730d";
const LIMIT: &str = "#b3261e";
const FOUND: &str = "#2e8b57";

/// One panel: what is drawn in it, and the values at its lower and upper edge.
struct Panel {
    label: &'static str,
    /// The gesture whose measure grows upwards, and the one that grows downwards.
    up: Gesture,
    down: Option<Gesture>,
    range: (f32, f32),
}

const PANELS: [Panel; 6] = [
    Panel {
        label: "curves-turn",
        up: Gesture::TurnLeft,
        down: Some(Gesture::TurnRight),
        range: (-50.0, 50.0),
    },
    Panel {
        label: "curves-tilt",
        up: Gesture::TiltLeft,
        down: Some(Gesture::TiltRight),
        range: (-32.0, 32.0),
    },
    Panel { label: "curves-nod", up: Gesture::Nod, down: None, range: (-2.0, 24.0) },
    Panel { label: "curves-blink", up: Gesture::Blink, down: None, range: (-0.3, 1.0) },
    Panel { label: "curves-smile", up: Gesture::Smile, down: None, range: (-0.1, 0.5) },
    Panel { label: "curves-open-mouth", up: Gesture::OpenMouth, down: None, range: (-0.1, 0.5) },
];

/// Places in the picture.
struct Axes {
    duration_ms: f32,
}

impl Axes {
    fn x(&self, ms: i64) -> f32 {
        LEFT + (WIDTH - LEFT - RIGHT) * (ms as f32 / self.duration_ms).clamp(0.0, 1.0)
    }

    fn panel_top(index: usize) -> f32 {
        TOP + STRIP + index as f32 * (PANEL + GAP)
    }

    fn y(index: usize, range: (f32, f32), value: f32) -> f32 {
        let part = ((value - range.0) / (range.1 - range.0)).clamp(0.0, 1.0);
        Self::panel_top(index) + PANEL * (1.0 - part)
    }
}

/// The picture, as a whole SVG document.
#[must_use]
pub(super) fn draw(capture: &Capture, liveness: &Liveness, lang: Lang) -> String {
    let axes = Axes { duration_ms: capture.duration_ms.max(1) as f32 };
    let bottom = Axes::panel_top(PANELS.len()) - GAP;
    let mut svg = begin(WIDTH, bottom + 44.0);
    text(&mut svg, (LEFT, 24.0), "font-size=\"17\" font-weight=\"bold\"", &lang.text("curves-title", &[]));
    legend(&mut svg, lang);
    windows(&mut svg, &axes, liveness, lang, bottom);
    let events = gestures::gestures(&capture.observations);
    for (index, panel) in PANELS.iter().enumerate() {
        draw_panel(&mut svg, &axes, (index, panel), capture, lang);
        for event in events.iter().filter(|event| panel.holds(event.gesture)) {
            found(&mut svg, &axes, (index, panel), event);
        }
    }
    for second in 0..=capture.duration_ms / 1000 {
        let x = axes.x(second * 1000);
        line(&mut svg, (x, bottom), (x, bottom + 5.0), "stroke=\"#444\"");
        text(&mut svg, (x, bottom + 18.0), "text-anchor=\"middle\"", &second.to_string());
    }
    let middle = (WIDTH + LEFT) / 2.0;
    text(&mut svg, (middle, bottom + 36.0), "text-anchor=\"middle\"", &lang.text("curves-seconds", &[]));
    svg.push_str("</svg>\n");
    svg
}

impl Panel {
    fn holds(&self, gesture: Gesture) -> bool {
        self.up == gesture || self.down == Some(gesture)
    }
}

fn name(gesture: Gesture, lang: Lang) -> String {
    lang.text(&format!("curves-name-{}", message_id(gesture.name())), &[])
}

fn legend(svg: &mut String, lang: Lang) {
    let lines = [
        ("curves-first", format!("stroke=\"{FIRST}\" stroke-width=\"2.5\"")),
        ("curves-second", format!("stroke=\"{SECOND}\" stroke-width=\"2\" stroke-dasharray=\"5 3\"")),
        ("curves-limit", format!("stroke=\"{LIMIT}\" stroke-dasharray=\"2 3\" stroke-width=\"1.5\"")),
        ("curves-window", "stroke=\"#7a7a9c\" stroke-width=\"7\" opacity=\"0.5\"".to_owned()),
        ("curves-found", format!("stroke=\"{FOUND}\" stroke-width=\"10\" opacity=\"0.35\"")),
    ];
    svg::legend(svg, (LEFT, 44.0), &lines.map(|(id, style)| (lang.text(id, &[]), style)));
}

/// The windows of the challenge in two rows, since neighbours overlap.
fn windows(svg: &mut String, axes: &Axes, liveness: &Liveness, lang: Lang, bottom: f32) {
    let answers = liveness.challenge.iter().flat_map(|report| &report.answers);
    for (index, answer) in answers.enumerate() {
        let (from, to) = (axes.x(answer.opens_ms), axes.x(answer.closes_ms));
        let y = TOP + 20.0 + 22.0 * (index % 2) as f32;
        let style = "stroke=\"#7a7a9c\" stroke-width=\"7\" opacity=\"0.5\"";
        line(svg, (from, y), (to, y), style);
        let label = format!("{}. {}", index + 1, name(answer.gesture, lang));
        text(svg, ((from + to) / 2.0, y - 6.0), "text-anchor=\"middle\" font-size=\"11\"", &label);
        let middle = (from + to) / 2.0;
        line(
            svg,
            (middle, y + 4.0),
            (middle, bottom),
            "stroke=\"#7a7a9c\" stroke-width=\"0.5\" opacity=\"0.5\"",
        );
    }
}

fn draw_panel(svg: &mut String, axes: &Axes, (index, panel): (usize, &Panel), capture: &Capture, lang: Lang) {
    let top = Axes::panel_top(index);
    let width = WIDTH - LEFT - RIGHT;
    let _ = writeln!(
        svg,
        "<rect x=\"{LEFT}\" y=\"{top}\" width=\"{width}\" height=\"{PANEL}\" fill=\"none\" stroke=\"#bbb\"/>"
    );
    text(svg, (LEFT + 6.0, top - 6.0), "fill=\"#222\"", &lang.text(panel.label, &[]));
    let at = |value: f32| Axes::y(index, panel.range, value);
    let mut marks = vec![0.0, limit(panel.up)];
    marks.extend(panel.down.map(|gesture| -limit(gesture)));
    for mark in marks {
        let style = if mark == 0.0 {
            "stroke=\"#ddd\"".to_owned()
        } else {
            format!("stroke=\"{LIMIT}\" stroke-dasharray=\"2 3\" stroke-width=\"1.5\"")
        };
        line(svg, (LEFT, at(mark)), (WIDTH - RIGHT, at(mark)), &style);
        text(svg, (LEFT - 6.0, at(mark) + 4.0), "text-anchor=\"end\"", &format!("{mark}"));
    }
    let observations = &capture.observations;
    let times = || observations.iter().map(|observation| observation.pts_ms);
    let values = times().zip(second_evidence(observations, panel.up));
    let style = format!("stroke=\"{SECOND}\" stroke-width=\"1.6\" stroke-dasharray=\"5 3\"");
    curve(svg, axes, values, at, &style);
    let values = times().zip(evidence(observations, panel.up).into_iter().map(Some));
    curve(svg, axes, values, at, &format!("stroke=\"{FIRST}\" stroke-width=\"2\""));
}

/// A line through values over time, broken where there is none or where the face was out of sight.
fn curve(
    svg: &mut String,
    axes: &Axes,
    values: impl Iterator<Item = (i64, Option<f32>)>,
    at: impl Fn(f32) -> f32,
    style: &str,
) {
    let mut path = String::new();
    let mut last: Option<i64> = None;
    for (ms, value) in values {
        let Some(value) = value else {
            last = None;
            continue;
        };
        let joined = last.is_some_and(|last| ms - last <= 400);
        let _ = write!(path, "{}{:.1} {:.1}", if joined { "L" } else { "M" }, axes.x(ms), at(value));
        last = Some(ms);
    }
    let _ = writeln!(svg, "<path d=\"{path}\" fill=\"none\" {style}/>");
}

fn found(svg: &mut String, axes: &Axes, (index, panel): (usize, &Panel), event: &GestureEvent) {
    let (from, to) = (axes.x(event.start_ms), axes.x(event.end_ms));
    let top = Axes::panel_top(index);
    let _ = writeln!(
        svg,
        "<rect x=\"{from:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{PANEL}\" fill=\"{FOUND}\" opacity=\"0.15\"/>",
        (to - from).max(1.0)
    );
    let value = if panel.down == Some(event.gesture) { -event.peak } else { event.peak };
    let (x, y) = (axes.x(event.peak_ms), Axes::y(index, panel.range, value));
    let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{FOUND}\"/>");
}
