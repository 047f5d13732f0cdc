//! A short Weierstrass curve over a prime field, defined on the Montgomery arithmetic of `primefield` and the
//! complete addition formulas of `primeorder`, for the curves that have no crate of their own.
//! Source: BSI TR-03111 section 4.1; RFC 5639 (the constants); Renes, Costello, Batina 2015 (the formulas).
//!
//! `modulus` hex is as wide as the integer type, coefficient and point hex as wide as a field element. The
//! `_generator` arguments are small quadratic non-residues of the modulus. Integers of 320 bits have no array
//! encoding in `crypto-bigint`, so a curve may use a wider integer type than its field.

/// Defines the curve type `$curve` in the module `$module`, ready for ECDSA, ECDH and point arithmetic.
macro_rules! curve {
    ($(#[$doc:meta])* $module:ident, $curve:ident, $uint:ident, $field_bytes:ident, $oid:literal;
     p $p:literal, $p_generator:literal; n $n:literal, $n_generator:literal;
     a $a:literal; b $b:literal; g $gx:literal, $gy:literal) => {
        pub(in crate::crypto) use $module::$curve;

        $(#[$doc])*
        mod $module {
            /// The field of the coordinates.
            pub mod field {
                use elliptic_curve::bigint::$uint;
                use elliptic_curve::ff::PrimeField;
                use elliptic_curve::ops::BatchInvert;
                use elliptic_curve::subtle::{Choice, ConstantTimeEq, CtOption};

                primefield::monty_field_params! {
                    name: FieldParams,
                    modulus: $p,
                    uint: $uint,
                    byte_order: primefield::ByteOrder::BigEndian,
                    multiplicative_generator: $p_generator,
                    doc: "The field modulus."
                }
                primefield::monty_field_element! {
                    name: FieldElement,
                    params: FieldParams,
                    uint: $uint,
                    doc: "An element of the field of the coordinates."
                }
                primefield::monty_field_arithmetic! { name: FieldElement, params: FieldParams, uint: $uint }
                impl BatchInvert for FieldElement {}
            }

            /// The field of the scalars.
            pub mod scalar {
                use super::$curve;
                use elliptic_curve::bigint::$uint;
                use elliptic_curve::ff::PrimeField;
                use elliptic_curve::scalar::{FromUintUnchecked, IsHigh};
                use elliptic_curve::subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, CtOption};
                use elliptic_curve::{Curve, FieldBytes, ops::Reduce};

                primefield::monty_field_params! {
                    name: ScalarParams,
                    modulus: $n,
                    uint: $uint,
                    byte_order: primefield::ByteOrder::BigEndian,
                    multiplicative_generator: $n_generator,
                    doc: "The order of the curve."
                }
                primefield::monty_field_element! {
                    name: Scalar,
                    params: ScalarParams,
                    uint: $uint,
                    doc: "An element of the field of the scalars."
                }
                primefield::monty_field_arithmetic! { name: Scalar, params: ScalarParams, uint: $uint }

                impl Reduce<$uint> for Scalar {
                    fn reduce(value: &$uint) -> Self {
                        Self(primefield::MontyFieldElement::<ScalarParams, { ScalarParams::LIMBS }>::reduce(
                            value,
                        ))
                    }
                }
                impl Reduce<FieldBytes<$curve>> for Scalar {
                    fn reduce(bytes: &FieldBytes<$curve>) -> Self {
                        let mut wide = [0u8; <$uint>::BYTES];
                        let start = wide.len() - bytes.len();
                        wide[start..].copy_from_slice(bytes);
                        <Self as Reduce<$uint>>::reduce(&<$uint>::from_be_slice(&wide))
                    }
                }
                elliptic_curve::scalar_impls!($curve, Scalar);
                primeorder::wnaf::impl_wnaf_size_for_scalar!(Scalar);
                impl AsRef<Scalar> for Scalar {
                    fn as_ref(&self) -> &Scalar {
                        self
                    }
                }
                impl FromUintUnchecked for Scalar {
                    type Uint = $uint;
                    fn from_uint_unchecked(uint: Self::Uint) -> Self {
                        Self::from_uint_unchecked(uint)
                    }
                }
                impl IsHigh for Scalar {
                    fn is_high(&self) -> Choice {
                        const HALF: $uint = $curve::ORDER.as_ref().shr_vartime(1);
                        self.to_canonical().ct_gt(&HALF)
                    }
                }
            }

            use elliptic_curve::bigint::{$uint, Odd};
            use elliptic_curve::consts::$field_bytes;
            use elliptic_curve::hazmat::FieldArithmetic;
            use elliptic_curve::{CurveArithmetic, PrimeCurveArithmetic};
            use field::FieldElement;
            use primeorder::{PrimeCurveParams, mul_backend, point_arithmetic};

            /// The curve, as a type.
            #[derive(Copy, Clone, Debug, Default, Eq, PartialEq, PartialOrd, Ord)]
            pub struct $curve;

            impl elliptic_curve::Curve for $curve {
                type FieldBytesSize = $field_bytes;
                type Uint = $uint;
                const ORDER: Odd<$uint> = Odd::<$uint>::from_be_hex($n);
            }
            impl elliptic_curve::PrimeCurve for $curve {}
            impl elliptic_curve::point::PointCompression for $curve {
                const COMPRESS_POINTS: bool = false;
            }
            impl pkcs8::AssociatedOid for $curve {
                const OID: pkcs8::ObjectIdentifier = pkcs8::ObjectIdentifier::new_unwrap($oid);
            }
            /// A point in projective coordinates.
            pub type ProjectivePoint = primeorder::ProjectivePoint<$curve>;
            impl CurveArithmetic for $curve {
                type AffinePoint = primeorder::AffinePoint<$curve>;
                type ProjectivePoint = ProjectivePoint;
                type Scalar = scalar::Scalar;
            }
            impl FieldArithmetic for $curve {
                type FieldElement = FieldElement;
            }
            impl PrimeCurveArithmetic for $curve {
                type CurveGroup = ProjectivePoint;
            }
            impl PrimeCurveParams for $curve {
                type PointArithmetic = point_arithmetic::EquationAIsGeneric;
                type Backend = mul_backend::VariableOnly;
                const EQUATION_A: FieldElement = FieldElement::from_hex_vartime($a);
                const EQUATION_B: FieldElement = FieldElement::from_hex_vartime($b);
                const GENERATOR: (FieldElement, FieldElement) =
                    (FieldElement::from_hex_vartime($gx), FieldElement::from_hex_vartime($gy));
            }
            impl ecdsa::EcdsaCurve for $curve {
                const NORMALIZE_S: bool = false;
            }
        }
    };
}
pub(super) use curve;
