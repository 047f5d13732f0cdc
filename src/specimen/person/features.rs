//! The paint that moves: eyes and lids, lips and what is seen between them, the folds of a smile.

use super::expression::Expression;
use super::head::Lips;
use super::identity::Identity;
use super::skin::colour;
use super::space::{Vec3, above, bump, noise};

/// Paint and shine of a point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) colour: Vec3,
    /// Strength of the highlight.
    pub(super) shine: f32,
    /// A wet surface: the highlight is small.
    pub(super) wet: bool,
}

/// How far below the lower lid's rest a closed upper lid is drawn, in depths of the lower lid: shut is shut.
const LID_TRAVEL: f32 = 1.6;
/// Softness of painted edges, in head units: about a pixel.
const EDGE: f32 = 0.008;

/// Lays the moving features over the resting paint at a point named by x and y.
#[inline]
pub(super) fn lay(id: &Identity, x: f32, y: f32, face: &Expression, paint: &mut Paint) {
    if y > -0.22 {
        if y < 0.24 && (x.abs() - id.eyes.x).abs() < id.eyes.half_width * 1.25 {
            eye(id, x, y, face, paint);
        }
    } else if x.abs() < 0.62 {
        mouth(id, x, y, face, paint);
    }
}

fn mouth(id: &Identity, x: f32, y: f32, face: &Expression, paint: &mut Paint) {
    let (mouth, nose) = (&id.mouth, &id.nose);
    let ax = x.abs();
    let skin = colour(id.skin.skin);
    if y < nose.tip_y + 0.02 && y > mouth.y - 0.02 {
        let fold_x = 0.185 + 0.20 * ((nose.tip_y - y) / 0.35).clamp(0.0, 1.0);
        let strength = (0.25 + 0.3 * face.smile) * (0.3 + id.cheeks.fold);
        paint.colour = paint.colour.towards(skin * 0.5, (strength * bump(ax - fold_x, 0.014)).min(1.0));
    }
    if (y - mouth.y).abs() > 0.36 {
        return;
    }
    let lips = Lips::at(mouth, x, face);
    if lips.across > 1.1 {
        return;
    }
    let lip = colour(id.skin.lip);
    let over = |edge: f32| above(y, edge, EDGE);
    let end = 1.0 - above(lips.across, 1.0, 0.05);
    let upper = over(lips.top) * (1.0 - over(lips.top + lips.upper)) * end;
    let lower = (1.0 - over(lips.bottom)) * over(lips.bottom - lips.lower) * end;
    paint.colour = paint.colour.towards(lip * 0.88, mouth.red * upper).towards(lip, mouth.red * lower);
    paint.shine += (0.35 - paint.shine) * lower;
    let open = lips.top - lips.bottom;
    if open > 0.004 {
        let inside = (1.0 - over(lips.top)) * over(lips.bottom) * end;
        paint.colour = paint.colour.towards(Vec3::new(52.0, 18.0, 18.0), 0.92 * inside);
        // The jaw stretches the paint of the opening; teeth stay as long as they are.
        let teeth_end = lips.top - 0.028 * (1.0 - 0.65 * face.mouth_open);
        let row = inside * over(teeth_end) * (1.0 - above(lips.across, 0.88, 0.06));
        let gap = 0.12 * bump((ax * 26.0).sin(), 0.10);
        let teeth = Vec3::new(206.0, 198.0, 184.0) * (1.0 - 0.3 * lips.across - gap);
        paint.colour = paint.colour.towards(teeth, 0.95 * row);
    }
    if open < 0.02 {
        let line = bump(y - (lips.top + lips.bottom) / 2.0, 0.008);
        let fade = 1.0 - above(lips.across, 1.04, 0.06);
        paint.colour = paint.colour.towards(Vec3::new(70.0, 28.0, 26.0), mouth.line * line * fade);
    }
}

fn eye(id: &Identity, x: f32, y: f32, face: &Expression, paint: &mut Paint) {
    let eyes = &id.eyes;
    let side = if x < 0.0 { -1.0 } else { 1.0 };
    let y = y - side * eyes.tilt;
    let out = x * side - eyes.x;
    let u = out / eyes.half_width;
    let skin = colour(id.skin.skin);
    let line = eyes.slant * u;
    // The lid's arc may have its height nearer to one corner.
    let v = ((u - eyes.peak * (1.0 - u * u)).abs()).min(1.0);
    let arc = (1.0 - v * v).max(0.0);
    let full = eyes.upper * arc.powf(0.85);
    let below = eyes.lower * (1.0 - (u * u).min(1.0));
    // A smile lifts the lower lid.
    let lower = line - below * (1.0 - 0.35 * face.smile);
    let upper = line + full * (1.0 - face.blink) - below * face.blink * LID_TRAVEL;
    let fold = bump(y - (line + full * (1.0 - 0.6 * face.blink) + eyes.crease + 0.01), 0.010);
    if u.abs() < 1.05 {
        paint.colour = paint.colour.towards(skin * 0.42, eyes.fold * fold * (1.0 - 0.7 * face.blink));
    }
    let within = 1.0 - above(u.abs(), 1.0, 0.03);
    // The closed lid is a smooth ball, lighter in its middle, over whatever shade lies in the socket.
    let lid =
        within * face.blink * above(y, upper, EDGE) * (1.0 - above(y, line + full + 0.5 * eyes.crease, 0.03));
    let ball = 1.0 - 0.25 * ((y - upper) / (full + 0.04) - 0.5).abs() - 0.12 * u * u;
    paint.colour = paint.colour.towards(skin * ball, 0.5 * lid);
    let open = within * (1.0 - above(y, upper, EDGE)) * above(y, lower, EDGE);
    if open > 0.0 {
        let ball = eyeball(id, x, out, side, y, upper, u, face);
        paint.colour = paint.colour.towards(ball, open);
        paint.shine += (0.5 - paint.shine) * open;
        paint.wet = open > 0.5;
    }
    let lash = 0.010 + 0.006 * eyes.lashes * above(u, 0.0, 0.6) + 0.004 * face.blink;
    let rim = within * (1.0 - above((y - upper).abs(), lash, EDGE));
    paint.colour = paint.colour.towards(
        Vec3::new(30.0, 20.0, 18.0).towards(skin * 0.5, face.blink * 0.35),
        (0.45 + 0.45 * eyes.lashes + 0.3 * face.blink).min(0.95) * rim,
    );
    let under = within * (1.0 - above((y - lower).abs(), 0.006, EDGE));
    paint.colour = paint.colour.towards(skin * 0.5, 0.45 * (1.0 - face.blink) * under);
    let tear = 1.0 - above(((u + 1.0) * eyes.half_width).hypot(y - line), 0.012, EDGE);
    paint.colour = paint.colour.towards(colour(id.skin.lip), 0.8 * tear);
}

#[expect(clippy::too_many_arguments, reason = "one point of one eye, in the eye's own coordinates")]
fn eyeball(
    id: &Identity,
    x: f32,
    out: f32,
    side: f32,
    y: f32,
    upper: f32,
    u: f32,
    face: &Expression,
) -> Vec3 {
    let eyes = &id.eyes;
    let (aside, up) = (out - side * (0.03 * face.gaze), y - 0.008);
    let away = aside.hypot(up);
    let radius = eyes.iris_radius;
    let mut ball = Vec3::new(222.0, 216.0, 212.0) * (1.0 - 0.25 * u.abs());
    let iris = 1.0 - above(away, radius, 0.010);
    if iris > 0.0 {
        let fibres = noise(Vec3::new(x, y, 0.0) * 30.0, id.grain);
        let ring = 1.0 - 0.5 * above(away, radius * 0.88, 0.012);
        ball = ball.towards(colour(eyes.iris) * ((0.75 + 0.5 * fibres) * ring), iris);
        ball = ball.towards(Vec3::new(10.0, 10.0, 10.0), 1.0 - above(away, radius * 0.43, 0.008));
    }
    // The window or lamp reflected in the cornea, on the same side in both eyes.
    let glint = (aside * side - 0.022).hypot(up - 0.024);
    ball = ball.towards(Vec3::new(250.0, 250.0, 250.0), 1.0 - above(glint, 0.012, EDGE));
    let shade = ((upper - y) / 0.03).clamp(0.0, 1.0);
    ball * (0.55 + 0.45 * shade)
}
