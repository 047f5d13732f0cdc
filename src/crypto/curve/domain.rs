//! The domain parameters of the named curves, and explicit parameters (`ECParameters`) read and written by them.
//!
//! Certificates of travel documents carry the parameters explicitly (Doc 9303-12 section 4.4.3 demands it).
//! They are accepted only where p, a, b, G, n and h all equal a named curve: a certificate that brings its own
//! generator can be made to fit any key (CVE-2020-0601).
//! Source: SEC 2 v2 section 2; RFC 5639 section 3; ANSI X9.62 and TR-03111 section 5 (`ECParameters`).

use super::{CurveError, NamedCurve};
use crate::asn1::tlv::{self, Tlv};
use crate::asn1::write;

/// The parameters of one curve; p, a, b and n as long as p, n as long as the order; G uncompressed; h is 1.
pub(super) struct Domain {
    pub curve: NamedCurve,
    pub p: &'static [u8],
    pub a: &'static [u8],
    pub b: &'static [u8],
    pub g: &'static [u8],
    pub n: &'static [u8],
}

const PRIME_FIELD: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01, 0x01];
const COFACTOR: &[u8] = &[1];

/// The curve whose parameters equal those of an explicit `ECParameters`.
///
/// # Errors
/// [`CurveError::Parameters`] where the structure is broken, [`CurveError::UnknownParameters`] where one value
/// differs from every named curve.
pub(super) fn from_explicit(der: &[u8]) -> Result<NamedCurve, CurveError> {
    let malformed = |_| CurveError::Parameters;
    let parts = tlv::children(tlv::read_only(0x30, der).map_err(malformed)?.value).map_err(malformed)?;
    let [version, field, curve, base, order, rest @ ..] = parts.as_slice() else {
        return Err(CurveError::Parameters);
    };
    if !matches!(unsigned(version)?, [1..=3]) || rest.len() > 2 {
        return Err(CurveError::Parameters);
    }
    let field = sequence(field)?;
    let curve = sequence(curve)?;
    let ([kind, prime], [a, b, seed @ ..]) = (field.as_slice(), curve.as_slice()) else {
        return Err(CurveError::Parameters);
    };
    // The seed says how a and b were found; it is no parameter. After h, only the hash of that may follow.
    let seed_fits = seed.is_empty() || seed.len() == 1 && seed[0].tag == 0x03;
    if kind.tag != 0x06 || kind.value != PRIME_FIELD || !seed_fits {
        return Err(CurveError::Parameters);
    }
    let cofactor = match rest.first() {
        Some(h) if h.tag == 0x02 => Some(unsigned(h)?),
        _ => None,
    };
    let given = (unsigned(prime)?, octets(a)?, octets(b)?, unsigned(order)?);
    let base = if base.tag == 0x04 { base.value } else { return Err(CurveError::Parameters) };
    DOMAINS
        .iter()
        .find(|domain| {
            given == (trim(domain.p), trim(domain.a), trim(domain.b), trim(domain.n))
                && same_point(base, domain.g)
                && cofactor == Some(COFACTOR)
        })
        .map(|domain| domain.curve)
        .ok_or(CurveError::UnknownParameters)
}

/// The `ECParameters` of a curve, without seed, with cofactor.
pub(super) fn explicit_der(curve: NamedCurve) -> Vec<u8> {
    let domain = of(curve);
    let field = [tlv::encode(0x06, PRIME_FIELD), write::unsigned(domain.p)].concat();
    let coefficients = [tlv::encode(0x04, domain.a), tlv::encode(0x04, domain.b)].concat();
    let parts = [
        write::integer(1),
        tlv::encode(0x30, &field),
        tlv::encode(0x30, &coefficients),
        tlv::encode(0x04, domain.g),
        write::unsigned(domain.n),
        write::unsigned(COFACTOR),
    ];
    tlv::encode(0x30, &parts.concat())
}

pub(super) fn of(curve: NamedCurve) -> &'static Domain {
    // The table is in the order of the enumeration; a test holds both together.
    &DOMAINS[curve as usize]
}

fn sequence<'a>(tlv: &Tlv<'a>) -> Result<Vec<Tlv<'a>>, CurveError> {
    if tlv.tag != 0x30 {
        return Err(CurveError::Parameters);
    }
    tlv::children(tlv.value).map_err(|_| CurveError::Parameters)
}

/// The value of a non-negative INTEGER without leading zeros.
fn unsigned<'a>(tlv: &Tlv<'a>) -> Result<&'a [u8], CurveError> {
    match (tlv.tag, tlv.value.first()) {
        (0x02, Some(first)) if first & 0x80 == 0 => Ok(trim(tlv.value)),
        _ => Err(CurveError::Parameters),
    }
}

fn octets<'a>(tlv: &Tlv<'a>) -> Result<&'a [u8], CurveError> {
    if tlv.tag == 0x04 { Ok(trim(tlv.value)) } else { Err(CurveError::Parameters) }
}

fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
    &bytes[start..]
}

/// Whether `given` is the point `known` (uncompressed), uncompressed or compressed.
fn same_point(given: &[u8], known: &[u8]) -> bool {
    let (x, y) = known[1..].split_at((known.len() - 1) / 2);
    let compressed = y.last().map(|last| 2 | last & 1);
    given == known || given.split_first().is_some_and(|(tag, rest)| Some(*tag) == compressed && rest == x)
}

/// Bytes of a hexadecimal literal, at compile time.
const fn hex<const N: usize>(text: &str) -> [u8; N] {
    let text = text.as_bytes();
    assert!(text.len() == 2 * N, "length of the literal");
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = digit(text[2 * at]) << 4 | digit(text[2 * at + 1]);
        at += 1;
    }
    bytes
}

const fn digit(c: u8) -> u8 {
    match c {
        b'0'..=b'9' => c - b'0',
        b'a'..=b'f' => c - b'a' + 10,
        _ => panic!("hexadecimal digit"),
    }
}

static DOMAINS: [Domain; 12] = [
    Domain {
        curve: NamedCurve::P192,
        p: &hex::<24>("fffffffffffffffffffffffffffffffeffffffffffffffff"),
        a: &hex::<24>("fffffffffffffffffffffffffffffffefffffffffffffffc"),
        b: &hex::<24>("64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1"),
        g: &hex::<49>(
            "04188da80eb03090f67cbf20eb43a18800f4ff0afd82ff101207192b95ffc8da78631011ed6b24cdd573f977a11e794811",
        ),
        n: &hex::<24>("ffffffffffffffffffffffff99def836146bc9b1b4d22831"),
    },
    Domain {
        curve: NamedCurve::P224,
        p: &hex::<28>("ffffffffffffffffffffffffffffffff000000000000000000000001"),
        a: &hex::<28>("fffffffffffffffffffffffffffffffefffffffffffffffffffffffe"),
        b: &hex::<28>("b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4"),
        g: &hex::<57>(
            "04b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
        ),
        n: &hex::<28>("ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d"),
    },
    Domain {
        curve: NamedCurve::P256,
        p: &hex::<32>("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
        a: &hex::<32>("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc"),
        b: &hex::<32>("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
        g: &hex::<65>(
            "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        ),
        n: &hex::<32>("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    },
    Domain {
        curve: NamedCurve::P384,
        p: &hex::<48>(
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        ),
        a: &hex::<48>(
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc",
        ),
        b: &hex::<48>(
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
        ),
        g: &hex::<97>(
            "04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab73617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
        ),
        n: &hex::<48>(
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ),
    },
    Domain {
        curve: NamedCurve::P521,
        p: &hex::<66>(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        ),
        a: &hex::<66>(
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc",
        ),
        b: &hex::<66>(
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
        ),
        g: &hex::<133>(
            "0400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
        ),
        n: &hex::<66>(
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        ),
    },
    Domain {
        curve: NamedCurve::BrainpoolP160r1,
        p: &hex::<20>("e95e4a5f737059dc60dfc7ad95b3d8139515620f"),
        a: &hex::<20>("340e7be2a280eb74e2be61bada745d97e8f7c300"),
        b: &hex::<20>("1e589a8595423412134faa2dbdec95c8d8675e58"),
        g: &hex::<41>("04bed5af16ea3f6a4f62938c4631eb5af7bdbcdbc31667cb477a1a8ec338f94741669c976316da6321"),
        n: &hex::<20>("e95e4a5f737059dc60df5991d45029409e60fc09"),
    },
    Domain {
        curve: NamedCurve::BrainpoolP192r1,
        p: &hex::<24>("c302f41d932a36cda7a3463093d18db78fce476de1a86297"),
        a: &hex::<24>("6a91174076b1e0e19c39c031fe8685c1cae040e5c69a28ef"),
        b: &hex::<24>("469a28ef7c28cca3dc721d044f4496bcca7ef4146fbf25c9"),
        g: &hex::<49>(
            "04c0a0647eaab6a48753b033c56cb0f0900a2f5c4853375fd614b690866abd5bb88b5f4828c1490002e6773fa2fa299b8f",
        ),
        n: &hex::<24>("c302f41d932a36cda7a3462f9e9e916b5be8f1029ac4acc1"),
    },
    Domain {
        curve: NamedCurve::BrainpoolP224r1,
        p: &hex::<28>("d7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ff"),
        a: &hex::<28>("68a5e62ca9ce6c1c299803a6c1530b514e182ad8b0042a59cad29f43"),
        b: &hex::<28>("2580f63ccfe44138870713b1a92369e33e2135d266dbb372386c400b"),
        g: &hex::<57>(
            "040d9029ad2c7e5cf4340823b2a87dc68c9e4ce3174c1e6efdee12c07d58aa56f772c0726f24c6b89e4ecdac24354b9e99caa3f6d3761402cd",
        ),
        n: &hex::<28>("d7c134aa264366862a18302575d0fb98d116bc4b6ddebca3a5a7939f"),
    },
    Domain {
        curve: NamedCurve::BrainpoolP256r1,
        p: &hex::<32>("a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377"),
        a: &hex::<32>("7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9"),
        b: &hex::<32>("26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6"),
        g: &hex::<65>(
            "048bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
        ),
        n: &hex::<32>("a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7"),
    },
    Domain {
        curve: NamedCurve::BrainpoolP320r1,
        p: &hex::<40>("d35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27"),
        a: &hex::<40>("3ee30b568fbab0f883ccebd46d3f3bb8a2a73513f5eb79da66190eb085ffa9f492f375a97d860eb4"),
        b: &hex::<40>("520883949dfdbc42d3ad198640688a6fe13f41349554b49acc31dccd884539816f5eb4ac8fb1f1a6"),
        g: &hex::<81>(
            "0443bd7e9afb53d8b85289bcc48ee5bfe6f20137d10a087eb6e7871e2a10a599c710af8d0d39e2061114fdd05545ec1cc8ab4093247f77275e0743ffed117182eaa9c77877aaac6ac7d35245d1692e8ee1",
        ),
        n: &hex::<40>("d35e472036bc4fb7e13c785ed201e065f98fcfa5b68f12a32d482ec7ee8658e98691555b44c59311"),
    },
    Domain {
        curve: NamedCurve::BrainpoolP384r1,
        p: &hex::<48>(
            "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53",
        ),
        a: &hex::<48>(
            "7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826",
        ),
        b: &hex::<48>(
            "04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11",
        ),
        g: &hex::<97>(
            "041d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315",
        ),
        n: &hex::<48>(
            "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565",
        ),
    },
    Domain {
        curve: NamedCurve::BrainpoolP512r1,
        p: &hex::<64>(
            "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3",
        ),
        a: &hex::<64>(
            "7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca",
        ),
        b: &hex::<64>(
            "3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723",
        ),
        g: &hex::<129>(
            "0481aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f8227dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892",
        ),
        n: &hex::<64>(
            "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069",
        ),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_enumeration_and_reads_back() {
        for (at, curve) in NamedCurve::ALL.into_iter().enumerate() {
            assert_eq!(curve as usize, at);
            assert_eq!(of(curve).curve, curve);
            assert_eq!(from_explicit(&explicit_der(curve)), Ok(curve));
        }
    }

    #[test]
    fn one_changed_value_is_refused() {
        for curve in NamedCurve::ALL {
            let der = explicit_der(curve);
            let domain = of(curve);
            for (name, value) in
                [("p", domain.p), ("a", domain.a), ("b", domain.b), ("g", domain.g), ("n", domain.n)]
            {
                let value = trim(value);
                let at = der.windows(value.len()).position(|window| window == value).unwrap();
                let mut changed = der.clone();
                changed[at + value.len() - 1] ^= 2;
                assert_eq!(from_explicit(&changed), Err(CurveError::UnknownParameters), "{name}");
            }
            let mut changed = der.clone();
            *changed.last_mut().unwrap() = 2;
            assert_eq!(from_explicit(&changed), Err(CurveError::UnknownParameters), "h");
        }
    }

    #[test]
    fn hostile_structures_are_refused() {
        let der = explicit_der(NamedCurve::P256);
        for end in 0..der.len() {
            assert!(from_explicit(&der[..end]).is_err());
        }
        assert_eq!(from_explicit(&[0x30, 0x00]), Err(CurveError::Parameters));
    }
}
