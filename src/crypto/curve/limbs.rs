//! Numbers of a fixed count of 64-bit limbs, least significant first, in variable time: for public numbers only.

/// `N` limbs.
pub(super) type Limbs<const N: usize> = [u64; N];

/// Most limbs of a number: P-521 has 521 bits.
pub(super) const MOST: usize = 9;

/// A product of two numbers; only the first `2 * N` limbs are in use.
pub(super) type Wide = [u64; 2 * MOST];

/// The number of big-endian bytes; `None` where it is too long.
pub(super) fn from_bytes<const N: usize>(bytes: &[u8]) -> Option<Limbs<N>> {
    let mut limbs = [0; N];
    for (place, byte) in bytes.iter().rev().enumerate() {
        match limbs.get_mut(place / 8) {
            Some(limb) => *limb |= u64::from(*byte) << (8 * (place % 8)),
            None if *byte == 0 => {}
            None => return None,
        }
    }
    Some(limbs)
}

pub(super) fn is_zero<const N: usize>(a: &Limbs<N>) -> bool {
    a.iter().all(|limb| *limb == 0)
}

/// Whether `a < b`.
pub(super) fn less<const N: usize>(a: &Limbs<N>, b: &Limbs<N>) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// `a + b` and the carry.
#[inline(always)]
pub(super) fn add<const N: usize>(a: &Limbs<N>, b: &Limbs<N>) -> (Limbs<N>, bool) {
    let (mut sum, mut carry) = ([0; N], false);
    for at in 0..N {
        (sum[at], carry) = a[at].carrying_add(b[at], carry);
    }
    (sum, carry)
}

/// `a - b` and the borrow.
#[inline(always)]
pub(super) fn sub<const N: usize>(a: &Limbs<N>, b: &Limbs<N>) -> (Limbs<N>, bool) {
    let (mut rest, mut borrow) = ([0; N], false);
    for at in 0..N {
        (rest[at], borrow) = a[at].borrowing_sub(b[at], borrow);
    }
    (rest, borrow)
}

/// `a - p` where `carry * 2^(64 N) + a >= p`, else `a`; without a branch, which would be guessed wrong every other time.
#[inline(always)]
pub(super) fn sub_once<const N: usize>(a: &Limbs<N>, carry: bool, p: &Limbs<N>) -> Limbs<N> {
    let (rest, borrow) = sub(a, p);
    let keep = u64::from(borrow & !carry).wrapping_neg();
    let mut out = [0; N];
    for at in 0..N {
        out[at] = a[at] & keep | rest[at] & !keep;
    }
    out
}

/// `a + b` modulo `p`.
#[inline(always)]
pub(super) fn add_mod<const N: usize>(a: &Limbs<N>, b: &Limbs<N>, p: &Limbs<N>) -> Limbs<N> {
    let (sum, carry) = add(a, b);
    sub_once(&sum, carry, p)
}

/// `a - b` modulo `p`.
#[inline(always)]
pub(super) fn sub_mod<const N: usize>(a: &Limbs<N>, b: &Limbs<N>, p: &Limbs<N>) -> Limbs<N> {
    let (rest, borrow) = sub(a, b);
    let mask = u64::from(borrow).wrapping_neg();
    let (mut out, mut carry) = ([0; N], false);
    for at in 0..N {
        (out[at], carry) = rest[at].carrying_add(p[at] & mask, carry);
    }
    out
}

/// `a * b`.
#[inline(always)]
pub(super) fn mul<const N: usize>(a: &Limbs<N>, b: &Limbs<N>) -> Wide {
    let mut wide = [0; 2 * MOST];
    for i in 0..N {
        let mut carry = 0;
        for j in 0..N {
            (wide[i + j], carry) = a[i].carrying_mul_add(b[j], wide[i + j], carry);
        }
        wide[i + N] = carry;
    }
    wide
}

/// `a * a`: the products of different limbs once, doubled, and the squares.
#[inline(always)]
pub(super) fn sqr<const N: usize>(a: &Limbs<N>) -> Wide {
    let mut wide = [0; 2 * MOST];
    for i in 0..N {
        let mut carry = 0;
        for j in i + 1..N {
            (wide[i + j], carry) = a[i].carrying_mul_add(a[j], wide[i + j], carry);
        }
        wide[i + N] = carry;
    }
    let (mut top, mut carry) = (0, false);
    for i in 0..N {
        let (low, high) = a[i].carrying_mul(a[i], 0);
        let (even, odd) = (wide[2 * i], wide[2 * i + 1]);
        (wide[2 * i], carry) = (even << 1 | top).carrying_add(low, carry);
        (wide[2 * i + 1], carry) = (odd << 1 | even >> 63).carrying_add(high, carry);
        top = odd >> 63;
    }
    wide
}

/// The first `N` limbs of `wide` from limb `from` on.
#[inline(always)]
pub(super) fn part<const N: usize>(wide: &Wide, from: usize) -> Limbs<N> {
    let mut out = [0; N];
    out.copy_from_slice(&wide[from..from + N]);
    out
}

/// The bit at `place`, 0 above the number.
pub(super) fn bit<const N: usize>(a: &Limbs<N>, place: usize) -> u64 {
    a.get(place / 64).map_or(0, |limb| limb >> (place % 64) & 1)
}
