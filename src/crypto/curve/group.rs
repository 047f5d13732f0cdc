//! Points in Jacobian coordinates and `u G + v Q`, in variable time: for public numbers only.
//! Source: Cohen, Miyaji, Ono 1998 (the formulas); Hankerson, Menezes, Vanstone, Guide to Elliptic Curve
//! Cryptography, algorithms 3.35 (width-w NAF) and 3.51 (interleaving).

use super::field::Field;
use super::limbs::{self, Limbs};

/// Width of the digits of Q's scalar, whose table is made for one verification.
const WIDTH: usize = 5;
/// Width of the digits of G's scalar, whose table is made once.
const BASE_WIDTH: usize = 8;
/// Digits of the longest scalar, and one for the carry.
const DIGITS: usize = 64 * limbs::MOST + 1;

/// The point `(x / z^2, y / z^3)`; infinity where z is zero.
#[derive(Clone, Copy)]
pub(super) struct Point<const N: usize> {
    pub x: Limbs<N>,
    pub y: Limbs<N>,
    pub z: Limbs<N>,
}

/// The coordinates of a point that is not infinity.
#[derive(Clone, Copy)]
pub(super) struct Affine<const N: usize> {
    pub x: Limbs<N>,
    pub y: Limbs<N>,
}

/// The coefficient a of the curve, for the doubling.
enum Coefficient<const N: usize> {
    MinusThree,
    Other(Limbs<N>),
}

/// The points of a curve `y^2 = x^3 + a x + b` of prime order.
pub(super) struct Group<F, const N: usize> {
    pub field: F,
    a: Coefficient<N>,
    b: Limbs<N>,
    /// G, 3 G, 5 G and so on.
    base: Vec<Affine<N>>,
}

impl<F: Field<N>, const N: usize> Group<F, N> {
    /// The curve of these numbers, each below the field's prime.
    pub(super) fn new(field: F, a: &Limbs<N>, b: &Limbs<N>, g: (&Limbs<N>, &Limbs<N>)) -> Self {
        let mut three = [0; N];
        three[0] = 3;
        let minus_three = limbs::sub(field.prime(), &three).0;
        let coefficient =
            if *a == minus_three { Coefficient::MinusThree } else { Coefficient::Other(field.enter(a)) };
        let (b, g) = (field.enter(b), Affine { x: field.enter(g.0), y: field.enter(g.1) });
        let mut group = Self { field, a: coefficient, b, base: Vec::new() };
        group.base = group.odd_multiples(&g, 1 << (BASE_WIDTH - 2)).iter().map(|p| group.affine(p)).collect();
        group
    }

    /// Whether the curve's equation holds.
    pub(super) fn contains(&self, point: &Affine<N>) -> bool {
        let field = &self.field;
        let square = field.sqr(&point.x);
        let slope = match &self.a {
            Coefficient::MinusThree => {
                let three = field.add(&field.one(), &field.add(&field.one(), &field.one()));
                field.sub(&square, &three)
            }
            Coefficient::Other(a) => field.add(&square, a),
        };
        field.sqr(&point.y) == field.add(&field.mul(&slope, &point.x), &self.b)
    }

    /// `u G + v Q`.
    pub(super) fn base_and(&self, u: &Limbs<N>, v: &Limbs<N>, q: &Affine<N>) -> Point<N> {
        let table: Vec<Multiple<N>> = self
            .odd_multiples(q, 1 << (WIDTH - 2))
            .into_iter()
            .map(|point| {
                let square = self.field.sqr(&point.z);
                Multiple { point, square, cube: self.field.mul(&square, &point.z) }
            })
            .collect();
        let (base_digits, digits) = (signed_digits(u, BASE_WIDTH), signed_digits(v, WIDTH));
        let mut sum = self.infinity();
        for place in (0..=64 * N).rev() {
            if !limbs::is_zero(&sum.z) {
                sum = self.double(&sum);
            }
            let digit = digits[place];
            if digit != 0 {
                let mut multiple = table[usize::from(digit.unsigned_abs() / 2)];
                multiple.point.y = self.signed(&multiple.point.y, digit);
                sum = self.add(&sum, &multiple);
            }
            let digit = base_digits[place];
            if digit != 0 {
                let Affine { x, y } = self.base[usize::from(digit.unsigned_abs() / 2)];
                sum = self.add_affine(&sum, &Affine { x, y: self.signed(&y, digit) });
            }
        }
        sum
    }

    fn signed(&self, y: &Limbs<N>, digit: i8) -> Limbs<N> {
        if digit < 0 { self.field.sub(&[0; N], y) } else { *y }
    }

    fn infinity(&self) -> Point<N> {
        Point { x: self.field.one(), y: self.field.one(), z: [0; N] }
    }

    fn lift(&self, point: &Affine<N>) -> Point<N> {
        Point { x: point.x, y: point.y, z: self.field.one() }
    }

    /// P, 3 P, 5 P and so on. None is infinity: the order is prime and larger than all these numbers.
    fn odd_multiples(&self, point: &Affine<N>, count: usize) -> Vec<Point<N>> {
        let twice = self.double(&self.lift(point));
        let square = self.field.sqr(&twice.z);
        let twice = Multiple { point: twice, square, cube: self.field.mul(&square, &twice.z) };
        let mut multiples = vec![self.lift(point)];
        for at in 1..count {
            multiples.push(self.add(&multiples[at - 1], &twice));
        }
        multiples
    }

    pub(super) fn affine(&self, point: &Point<N>) -> Affine<N> {
        let inverse = self.field.invert(&point.z);
        let square = self.field.sqr(&inverse);
        let cube = self.field.mul(&square, &inverse);
        Affine { x: self.field.mul(&point.x, &square), y: self.field.mul(&point.y, &cube) }
    }

    /// `2 P`. There is no point of order two, so y is never zero.
    fn double(&self, point: &Point<N>) -> Point<N> {
        let field = &self.field;
        let zz = field.sqr(&point.z);
        let yy = field.sqr(&point.y);
        let slope = match &self.a {
            Coefficient::MinusThree => {
                let product = field.mul(&field.sub(&point.x, &zz), &field.add(&point.x, &zz));
                field.add(&field.add(&product, &product), &product)
            }
            Coefficient::Other(a) => {
                let xx = field.sqr(&point.x);
                let rest = field.mul(a, &field.sqr(&zz));
                field.add(&field.add(&field.add(&xx, &xx), &xx), &rest)
            }
        };
        let yy2 = field.add(&yy, &yy);
        let beta = field.mul(&point.x, &yy2);
        let beta2 = field.add(&beta, &beta);
        let x = field.sub(&field.sqr(&slope), &field.add(&beta2, &beta2));
        let quartic = field.sqr(&yy2);
        let y = field.sub(&field.mul(&slope, &field.sub(&beta2, &x)), &field.add(&quartic, &quartic));
        let yz = field.mul(&point.y, &point.z);
        Point { x, y, z: field.add(&yz, &yz) }
    }

    /// `P + Q`, for every P and Q.
    fn add(&self, p: &Point<N>, q: &Multiple<N>) -> Point<N> {
        if limbs::is_zero(&p.z) {
            return q.point;
        }
        let field = &self.field;
        let x = field.mul(&p.x, &q.square);
        let y = field.mul(&p.y, &q.cube);
        self.add_scaled(p, &x, &y, &field.mul(&p.z, &q.point.z), &q.point.x, &q.point.y)
    }

    /// As [`Self::add`], for a Q with z = 1.
    fn add_affine(&self, p: &Point<N>, q: &Affine<N>) -> Point<N> {
        if limbs::is_zero(&p.z) {
            return self.lift(q);
        }
        self.add_scaled(p, &p.x, &p.y, &p.z, &q.x, &q.y)
    }

    /// `P + Q` with P not infinity: `x` and `y` are P's times the square and the cube of Q's z, `z` is the product
    /// of both z, and `qx`, `qy` are Q's.
    #[inline(always)]
    fn add_scaled(
        &self,
        p: &Point<N>,
        x: &Limbs<N>,
        y: &Limbs<N>,
        z: &Limbs<N>,
        qx: &Limbs<N>,
        qy: &Limbs<N>,
    ) -> Point<N> {
        let field = &self.field;
        let square = field.sqr(&p.z);
        let h = field.sub(&field.mul(qx, &square), x);
        let r = field.sub(&field.mul(qy, &field.mul(&square, &p.z)), y);
        if limbs::is_zero(&h) {
            return if limbs::is_zero(&r) { self.double(p) } else { self.infinity() };
        }
        let hh = field.sqr(&h);
        let hhh = field.mul(&h, &hh);
        let v = field.mul(x, &hh);
        let sum_x = field.sub(&field.sub(&field.sqr(&r), &hhh), &field.add(&v, &v));
        let sum_y = field.sub(&field.mul(&r, &field.sub(&v, &sum_x)), &field.mul(y, &hhh));
        Point { x: sum_x, y: sum_y, z: field.mul(z, &h) }
    }
}

/// A point with the square and the cube of its z.
#[derive(Clone, Copy)]
struct Multiple<const N: usize> {
    point: Point<N>,
    square: Limbs<N>,
    cube: Limbs<N>,
}

/// The digits of `k` in width-`width` non-adjacent form: zero or odd, below `2^(width - 1)` in size.
fn signed_digits<const N: usize>(k: &Limbs<N>, width: usize) -> [i8; DIGITS] {
    let mut digits = [0; DIGITS];
    let (mut place, mut carry) = (0, 0);
    while place <= 64 * N {
        if limbs::bit(k, place) == carry {
            place += 1;
            continue;
        }
        let word = (0..width).fold(carry, |word, at| word + (limbs::bit(k, place + at) << at));
        carry = word >> (width - 1) & 1;
        // Below 2^8 by the width; the carry makes it negative.
        digits[place] = (word as i64 - ((carry as i64) << width)) as i8;
        place += width;
    }
    digits
}
