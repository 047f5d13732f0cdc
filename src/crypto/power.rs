//! `x^e mod n` for RSA verification, in variable time: every number here is public. Private keys compute in the `rsa`
//! crate.
//! Source: RFC 8017 section 5.2.2 (RSAVP1); Montgomery 1985; Comba 1990 (products by columns).

use elliptic_curve::bigint::NonZero;
use rsa::BoxedUint;

/// `x^e mod n`, as long as `n`, all big-endian; `None` where n is even, e is zero or x is not below n.
pub(super) fn power(x: &[u8], e: u64, n: &[u8]) -> Option<Vec<u8>> {
    let count = n.len().div_ceil(8);
    let (base, modulus) = (limbs(x, count)?, limbs(n, count)?);
    if modulus.first().is_none_or(|limb| limb & 1 == 0)
        || e == 0
        || !base.iter().rev().lt(modulus.iter().rev())
    {
        return None;
    }
    let mut field = Modulus::new(&modulus);
    let start = entered(x, n, count)?;
    let mut result = start.clone();
    // All bits between the first and the last; then the last, with which the result leaves Montgomery form.
    for bit in (0..e.ilog2()).rev() {
        field.square(&mut result);
        if e >> bit & 1 == 1 {
            field.multiply(&mut result, if bit == 0 { &base } else { &start });
        }
    }
    if e == 1 || e & 1 == 0 {
        let mut one = vec![0; count];
        one[0] = 1;
        field.multiply(&mut result, &one);
    }
    let bytes: Vec<u8> = result.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
    Some(bytes[bytes.len() - n.len()..].to_vec())
}

/// `x * 2^(64 * count) mod n`: one division, instead of a constant that would cost as much for every new key.
fn entered(x: &[u8], n: &[u8], count: usize) -> Option<Vec<u64>> {
    let number = |bytes: &[u8]| {
        BoxedUint::from_be_slice(bytes, u32::try_from(8 * bytes.len().next_multiple_of(8)).ok()?).ok()
    };
    let modulus = NonZero::new(number(n)?).into_option()?;
    let shifted = number(&[x, &vec![0; 8 * count]].concat())?;
    limbs(&shifted.rem_vartime(&modulus).to_be_bytes(), count)
}

/// Big-endian bytes as limbs, least significant first.
fn limbs(bytes: &[u8], count: usize) -> Option<Vec<u64>> {
    let mut limbs: Vec<u64> = bytes
        .rchunks(8)
        .map(|chunk| chunk.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte)))
        .collect();
    if limbs.iter().skip(count).any(|limb| *limb != 0) {
        return None;
    }
    limbs.resize(count, 0);
    Some(limbs)
}

/// A sum of products, in three limbs.
#[derive(Clone, Copy, Default)]
struct Column {
    low: u64,
    middle: u64,
    high: u64,
}

impl Column {
    #[inline(always)]
    fn add(&mut self, a: u64, b: u64) {
        let (low, high) = a.carrying_mul(b, 0);
        self.add_wide(low, high);
    }

    #[inline(always)]
    fn add_wide(&mut self, low: u64, high: u64) {
        let carry;
        (self.low, carry) = self.low.carrying_add(low, false);
        let (middle, carry) = self.middle.carrying_add(high, carry);
        self.middle = middle;
        self.high += u64::from(carry);
    }

    /// The products of `a`, forwards, with `b`, backwards; both are as long.
    #[inline(always)]
    fn add_all(&mut self, a: &[u64], b: &[u64]) {
        let (mut front, mut back) = (a.chunks_exact(4), b.rchunks_exact(4));
        for (a, b) in front.by_ref().zip(back.by_ref()) {
            self.add(a[0], b[3]);
            self.add(a[1], b[2]);
            self.add(a[2], b[1]);
            self.add(a[3], b[0]);
        }
        for (a, b) in front.remainder().iter().zip(back.remainder().iter().rev()) {
            self.add(*a, *b);
        }
    }

    #[inline(always)]
    fn doubled(self) -> Self {
        Self {
            low: self.low << 1,
            middle: self.middle << 1 | self.low >> 63,
            high: self.high << 1 | self.middle >> 63,
        }
    }

    #[inline(always)]
    fn add_column(&mut self, other: Self) {
        self.add_wide(other.low, other.middle);
        self.high += other.high;
    }

    /// The lowest limb, which leaves.
    #[inline(always)]
    fn take(&mut self) -> u64 {
        let low = self.low;
        *self = Self { low: self.middle, middle: self.high, high: 0 };
        low
    }
}

/// An odd modulus, with room to compute in.
struct Modulus<'a> {
    n: &'a [u64],
    /// `-1 / n` modulo 2^64.
    factor: u64,
    wide: Vec<u64>,
    quotient: Vec<u64>,
}

impl<'a> Modulus<'a> {
    fn new(n: &'a [u64]) -> Self {
        let mut inverse = n[0].wrapping_mul(3) ^ 2;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(n[0].wrapping_mul(inverse)));
        }
        Self { n, factor: inverse.wrapping_neg(), wide: vec![0; 2 * n.len()], quotient: vec![0; n.len()] }
    }

    fn square(&mut self, a: &mut [u64]) {
        let count = self.n.len();
        let mut sum = Column::default();
        for column in 0..2 * count - 1 {
            let first = (column + 1).saturating_sub(count);
            // The pairs of different limbs stand twice.
            let half = (column + 1 - 2 * first) / 2;
            let mut mixed = Column::default();
            mixed.add_all(&a[first..first + half], &a[column + 1 - first - half..column + 1 - first]);
            sum.add_column(mixed.doubled());
            if column % 2 == 0 {
                sum.add(a[column / 2], a[column / 2]);
            }
            self.wide[column] = sum.take();
        }
        self.wide[2 * count - 1] = sum.low;
        self.reduce(a);
    }

    fn multiply(&mut self, a: &mut [u64], b: &[u64]) {
        let count = self.n.len();
        let mut sum = Column::default();
        for column in 0..2 * count - 1 {
            let (first, last) = ((column + 1).saturating_sub(count), column.min(count - 1));
            sum.add_all(&a[first..=last], &b[column - last..=column - first]);
            self.wide[column] = sum.take();
        }
        self.wide[2 * count - 1] = sum.low;
        self.reduce(a);
    }

    /// `wide / 2^(64 * limbs) mod n`.
    fn reduce(&mut self, out: &mut [u64]) {
        let count = self.n.len();
        let mut sum = Column::default();
        for column in 0..count {
            sum.add_all(&self.quotient[..column], &self.n[1..=column]);
            sum.add_wide(self.wide[column], 0);
            let digit = sum.low.wrapping_mul(self.factor);
            self.quotient[column] = digit;
            sum.add(digit, self.n[0]);
            sum.take();
        }
        for column in count..2 * count {
            let first = column + 1 - count;
            sum.add_all(&self.quotient[first..], &self.n[first..]);
            sum.add_wide(self.wide[column], 0);
            out[column - count] = sum.take();
        }
        if sum.low != 0 || !out.iter().rev().lt(self.n.iter().rev()) {
            let mut borrow = false;
            for (limb, n) in out.iter_mut().zip(self.n) {
                (*limb, borrow) = limb.borrowing_sub(*n, borrow);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Entropy, SeededEntropy};

    /// By the `rsa` crate.
    fn slow(x: &[u8], e: u64, n: &[u8]) -> Vec<u8> {
        let bits = 8 * n.len() as u32;
        let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, bits).unwrap();
        let key = rsa::RsaPublicKey::new_with_size_limits(number(n), BoxedUint::from(e), 9..=8192).unwrap();
        let result = rsa::hazmat::rsa_encrypt(&key, &number(x)).unwrap().to_be_bytes();
        let mut out = vec![0; n.len().saturating_sub(result.len())];
        out.extend(&result[result.len().saturating_sub(n.len())..]);
        out
    }

    #[test]
    fn powers_equal_those_of_the_rsa_crate() {
        let mut entropy = SeededEntropy::new("powers", 1);
        for len in [8, 9, 16, 40, 128, 129, 131, 192, 256] {
            for first in [0x01, 0x80, 0xFF] {
                let mut n = vec![0; len];
                entropy.fill("test", &mut n).unwrap();
                n[0] = first;
                if first == 0xFF {
                    n[1..len / 2].fill(0xFF);
                }
                n[len - 1] |= 1;
                let mut x = vec![0; len];
                entropy.fill("test", &mut x).unwrap();
                x[0] = 0;
                let mut last = n.clone();
                last[len - 1] &= 0xFE;
                let mut one = vec![0; len];
                one[len - 1] = 1;
                for x in [x, last, one, vec![0; len]] {
                    for e in [3, 17, 65_537, (1 << 32) + 1, (1 << 33) - 1] {
                        assert_eq!(power(&x, e, &n).unwrap(), slow(&x, e, &n), "{len} {first} {e}");
                    }
                    // What the crate takes no key for.
                    assert_eq!(power(&x, 1, &n).unwrap(), x);
                    let square = power(&x, 2, &n).unwrap();
                    assert_eq!(power(&square, 3, &n), power(&x, 6, &n));
                    let (a, b) = (u64::from(u32::MAX), u64::from(u32::MAX - 4));
                    let part = power(&x, a, &n).unwrap();
                    assert_eq!(power(&part, b, &n), power(&x, a * b, &n));
                }
            }
        }
    }

    #[test]
    fn what_has_no_power_is_refused() {
        assert_eq!(power(&[5], 3, &[7]), Some(vec![6]));
        for (x, e, n) in [
            (&[7][..], 3, &[7][..]),
            (&[8], 3, &[7]),
            (&[1], 3, &[8]),
            (&[1], 0, &[7]),
            (&[1], 3, &[]),
            (&[0], 3, &[0]),
        ] {
            assert_eq!(power(x, e, n), None, "{x:?} {e} {n:?}");
        }
    }
}
