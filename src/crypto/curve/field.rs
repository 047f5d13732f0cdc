//! Arithmetic modulo a prime, in variable time: for the public numbers of a verification only. Secret scalars go
//! through the constant-time curves of the `elliptic-curve` crates.
//! Source: P. Montgomery, Modular multiplication without trial division (1985); FIPS 186-5 and SP 800-186 section
//! G.1 (the forms of p256 and p521 that make their reduction short).

use super::limbs::{self, Limbs, Wide};

/// The integers modulo an odd prime, each number in the form that the implementation computes with.
pub(super) trait Field<const N: usize>: Send + Sync {
    /// The prime.
    fn prime(&self) -> &Limbs<N>;
    /// 1.
    fn one(&self) -> Limbs<N>;
    /// The form of a number below the prime.
    fn enter(&self, a: &Limbs<N>) -> Limbs<N>;
    /// The number of a form.
    #[cfg(test)]
    fn leave(&self, a: &Limbs<N>) -> Limbs<N>;
    /// The product.
    fn mul(&self, a: &Limbs<N>, b: &Limbs<N>) -> Limbs<N>;
    /// The square.
    fn sqr(&self, a: &Limbs<N>) -> Limbs<N>;

    /// The sum.
    #[inline(always)]
    fn add(&self, a: &Limbs<N>, b: &Limbs<N>) -> Limbs<N> {
        limbs::add_mod(a, b, self.prime())
    }
    /// The difference.
    #[inline(always)]
    fn sub(&self, a: &Limbs<N>, b: &Limbs<N>) -> Limbs<N> {
        limbs::sub_mod(a, b, self.prime())
    }
    /// The inverse by Fermat's theorem, with a window of four bits; of zero, zero.
    fn invert(&self, a: &Limbs<N>) -> Limbs<N> {
        let mut two = [0; N];
        two[0] = 2;
        let exponent = limbs::sub(self.prime(), &two).0;
        let mut powers = [self.one(); 16];
        for at in 1..16 {
            powers[at] = self.mul(&powers[at - 1], a);
        }
        let mut result = self.one();
        for place in (0..16 * N).rev() {
            let digit = exponent[place / 16] >> (4 * (place % 16)) & 15;
            if result != powers[0] {
                for _ in 0..4 {
                    result = self.sqr(&result);
                }
            }
            if digit != 0 {
                result = self.mul(&result, &powers[digit as usize]);
            }
        }
        result
    }
}

/// Any odd prime: `a` stands as `a * 2^(64 N)`.
pub(super) struct Montgomery<const N: usize> {
    prime: Limbs<N>,
    /// `-1 / prime` modulo 2^64.
    factor: u64,
    one: Limbs<N>,
    /// `2^(128 N)`.
    square: Limbs<N>,
}

impl<const N: usize> Montgomery<N> {
    pub(super) fn new(prime: Limbs<N>) -> Self {
        // Newton's iteration doubles the number of right bits: 5, 10, 20, 40, 80.
        let mut inverse = prime[0].wrapping_mul(3) ^ 2;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(prime[0].wrapping_mul(inverse)));
        }
        let doubled = |mut a: Limbs<N>| {
            for _ in 0..64 * N {
                a = limbs::add_mod(&a, &a, &prime);
            }
            a
        };
        let mut unit = [0; N];
        unit[0] = 1;
        let one = doubled(unit);
        Self { prime, factor: inverse.wrapping_neg(), one, square: doubled(one) }
    }

    #[inline(always)]
    fn reduce(&self, mut wide: Wide) -> Limbs<N> {
        let mut top = false;
        for i in 0..N {
            let factor = wide[i].wrapping_mul(self.factor);
            let mut carry = 0;
            for j in 0..N {
                (wide[i + j], carry) = factor.carrying_mul_add(self.prime[j], wide[i + j], carry);
            }
            (wide[i + N], top) = wide[i + N].carrying_add(carry, top);
        }
        limbs::sub_once(&limbs::part(&wide, N), top, &self.prime)
    }
}

impl<const N: usize> Field<N> for Montgomery<N> {
    fn prime(&self) -> &Limbs<N> {
        &self.prime
    }
    fn one(&self) -> Limbs<N> {
        self.one
    }
    fn enter(&self, a: &Limbs<N>) -> Limbs<N> {
        self.mul(a, &self.square)
    }
    #[cfg(test)]
    fn leave(&self, a: &Limbs<N>) -> Limbs<N> {
        let mut one = [0; N];
        one[0] = 1;
        self.mul(a, &one)
    }
    #[inline]
    fn mul(&self, a: &Limbs<N>, b: &Limbs<N>) -> Limbs<N> {
        self.reduce(limbs::mul(a, b))
    }
    #[inline]
    fn sqr(&self, a: &Limbs<N>) -> Limbs<N> {
        self.reduce(limbs::sqr(a))
    }
}

/// The field of P-256, numbers as in [`Montgomery`]: the factor is 1, and of the prime's limbs one is a product.
pub(super) struct P256;

impl P256 {
    pub(super) const PRIME: Limbs<4> = [u64::MAX, 0xFFFF_FFFF, 0, 0xFFFF_FFFF_0000_0001];
    const ONE: Limbs<4> = [1, 0xFFFF_FFFF_0000_0000, u64::MAX, 0xFFFF_FFFE];
    const SQUARE: Limbs<4> = [3, 0xFFFF_FFFB_FFFF_FFFF, u64::MAX - 1, 0x4_FFFF_FFFD];

    #[inline(always)]
    fn reduce(mut wide: Wide) -> Limbs<4> {
        let mut top = false;
        for i in 0..4 {
            let factor = wide[i];
            let carry;
            (wide[i + 1], carry) = wide[i + 1].carrying_add(factor << 32, false);
            let (second, carry) = wide[i + 2].carrying_add(factor >> 32, carry);
            wide[i + 2] = second;
            let (third, carry) = factor.carrying_mul_add(Self::PRIME[3], wide[i + 3], u64::from(carry));
            wide[i + 3] = third;
            (wide[i + 4], top) = wide[i + 4].carrying_add(carry, top);
        }
        limbs::sub_once(&limbs::part(&wide, 4), top, &Self::PRIME)
    }
}

impl Field<4> for P256 {
    #[inline(always)]
    fn prime(&self) -> &Limbs<4> {
        &Self::PRIME
    }
    fn one(&self) -> Limbs<4> {
        Self::ONE
    }
    fn enter(&self, a: &Limbs<4>) -> Limbs<4> {
        self.mul(a, &Self::SQUARE)
    }
    #[cfg(test)]
    fn leave(&self, a: &Limbs<4>) -> Limbs<4> {
        self.mul(a, &[1, 0, 0, 0])
    }
    #[inline]
    fn mul(&self, a: &Limbs<4>, b: &Limbs<4>) -> Limbs<4> {
        Self::reduce(limbs::mul(a, b))
    }
    #[inline]
    fn sqr(&self, a: &Limbs<4>) -> Limbs<4> {
        Self::reduce(limbs::sqr(a))
    }
}

/// The field of P-521, numbers as they are: 2^521 is 1.
pub(super) struct P521;

impl P521 {
    const TOP: u64 = 0x1FF;
    pub(super) const PRIME: Limbs<9> = {
        let mut prime = [u64::MAX; 9];
        prime[8] = Self::TOP;
        prime
    };

    #[inline(always)]
    fn reduce(wide: Wide) -> Limbs<9> {
        let (mut sum, mut carry) = ([0; 9], false);
        for at in 0..9 {
            let low = if at == 8 { wide[8] & Self::TOP } else { wide[at] };
            let above = if at == 8 { 0 } else { wide[at + 9] << 55 };
            (sum[at], carry) = low.carrying_add(wide[at + 8] >> 9 | above, carry);
        }
        limbs::sub_once(&sum, false, &Self::PRIME)
    }
}

impl Field<9> for P521 {
    #[inline(always)]
    fn prime(&self) -> &Limbs<9> {
        &Self::PRIME
    }
    fn one(&self) -> Limbs<9> {
        [1, 0, 0, 0, 0, 0, 0, 0, 0]
    }
    fn enter(&self, a: &Limbs<9>) -> Limbs<9> {
        *a
    }
    #[cfg(test)]
    fn leave(&self, a: &Limbs<9>) -> Limbs<9> {
        *a
    }
    #[inline]
    fn mul(&self, a: &Limbs<9>, b: &Limbs<9>) -> Limbs<9> {
        Self::reduce(limbs::mul(a, b))
    }
    #[inline]
    fn sqr(&self, a: &Limbs<9>) -> Limbs<9> {
        Self::reduce(limbs::sqr(a))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Entropy, SeededEntropy};

    /// Both fields give the same products, squares, sums and inverses, at the edges and in between.
    fn agree<const N: usize>(first: &impl Field<N>, second: &impl Field<N>, top: u64) {
        let prime = *first.prime();
        let small = |n: u64| {
            let mut number = [0; N];
            number[0] = n;
            number
        };
        let mut numbers: Vec<Limbs<N>> = [0, 1, 2, u64::MAX].map(small).into();
        numbers.extend([1, 2, 3, u64::MAX].map(|n| limbs::sub(&prime, &small(n)).0));
        let mut entropy = SeededEntropy::new("fields", N as u64);
        for _ in 0..40 {
            let number = [0; N].map(|_: u64| {
                let mut bytes = [0; 8];
                entropy.fill("test", &mut bytes).unwrap();
                // Limbs of ones and of zeros make the carries run.
                match bytes[0] % 4 {
                    0 => 0,
                    1 => u64::MAX,
                    _ => u64::from_be_bytes(bytes),
                }
            });
            let mut number = number;
            number[N - 1] &= top;
            numbers.push(limbs::sub_once(&number, false, &prime));
        }
        let same = |a: Limbs<N>, b: Limbs<N>| assert_eq!(first.leave(&a), second.leave(&b));
        for a in &numbers {
            let (x, y) = (first.enter(a), second.enter(a));
            assert_eq!((first.leave(&x), second.leave(&y)), (*a, *a));
            same(first.sqr(&x), second.sqr(&y));
            assert_eq!(first.sqr(&x), first.mul(&x, &x));
            let inverse = first.invert(&x);
            same(inverse, second.invert(&y));
            let product = first.leave(&first.mul(&x, &inverse));
            assert_eq!(product, small(u64::from(!limbs::is_zero(a))));
            for b in &numbers {
                let (u, v) = (first.enter(b), second.enter(b));
                same(first.mul(&x, &u), second.mul(&y, &v));
                same(first.add(&x, &u), second.add(&y, &v));
                same(first.sub(&x, &u), second.sub(&y, &v));
            }
        }
    }

    #[test]
    fn the_special_fields_equal_the_general_one() {
        agree(&P256, &Montgomery::new(P256::PRIME), u64::MAX);
        agree(&P521, &Montgomery::new(P521::PRIME), P521::TOP);
    }
}
