//! Holds: entropy, hashes, named curves, keys, signatures, key derivation, session ciphers, key agreement.
//! May use: asn1.
//! Implements: Doc 9303-11 section 9.7 and 9.8, Doc 9303-12 section 4.4, BSI TR-03111, TR-03110-3 appendix A.

pub mod agreement;
mod agreement_spki;
pub mod algorithm;
pub mod cipher;
pub mod curve;
pub mod dh;
pub mod dsa;
mod emsa;
pub mod entropy;
pub mod hash;
pub mod iso9796;
pub mod kdf;
pub mod key;
pub mod key_transport;
pub mod mac;
pub mod mapping;
mod power;
pub mod private_key;
pub mod signature;

pub use agreement::{AgreementError, DomainParameters, GroupElement};
pub use algorithm::{AlgorithmError, SignatureScheme};
pub use cipher::SessionCipher;
pub use curve::{CurveError, EcPoint, EcSecret, NamedCurve};
pub use dh::{DhGroup, ModpGroup};
pub use dsa::DsaKey;
pub use entropy::{Entropy, EntropyError, SeededEntropy};
pub use hash::HashAlgorithm;
pub use key::{KeyError, PublicKey};
pub use private_key::PrivateKey;
pub use signature::SignatureError;
