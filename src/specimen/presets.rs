//! The named sets of algorithms: what issuers have used from the first generation of passports to today.

use super::algorithms::{AccessKind, Agreement, Algorithms, PaceAlgorithm, RsaPadding, Signer};
use crate::crypto::{DomainParameters, HashAlgorithm, ModpGroup, NamedCurve, SessionCipher};
use crate::lds::Mapping;

/// A named set.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is in it, in a line.
    pub about: &'static str,
    /// The algorithms.
    pub algorithms: Algorithms,
}

use HashAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};
use NamedCurve::{BrainpoolP224r1, BrainpoolP256r1, BrainpoolP384r1, BrainpoolP512r1, P256, P384, P521};
use RsaPadding::{Pkcs1, Pss};
use SessionCipher::{Aes128, Aes192, Aes256, TripleDes};

const fn on(cipher: SessionCipher, curve: NamedCurve) -> Agreement {
    Agreement { cipher, parameters: DomainParameters::Curve(curve) }
}

/// PACE with generic mapping.
const fn gm(cipher: SessionCipher, curve: NamedCurve) -> PaceAlgorithm {
    PaceAlgorithm { mapping: Mapping::Generic, cipher, parameters: DomainParameters::Curve(curve) }
}

/// The named sets; the first one is the default.
pub const PRESETS: [Preset; 11] = [
    Preset {
        name: "modern",
        about: "ECDSA P-384/P-256, PACE AES-128 and BAC, chip authentication AES-128, active authentication ECDSA",
        algorithms: Algorithms {
            csca: Signer::ec(P384, Sha384, false),
            document_signer: Signer::ec(P256, Sha256, false),
            groups: Sha256,
            access: AccessKind::PaceAndBac,
            pace: gm(Aes128, BrainpoolP256r1),
            chip_authentication: Some(on(Aes128, P256)),
            active_authentication: Some(Signer::ec(P256, Sha256, false)),
            terminal_authentication: None,
        },
    },
    Preset {
        name: "brainpool",
        about: "ECDSA brainpoolP384r1/P256r1 with explicit parameters, PACE AES-256 and BAC, chip authentication AES-256",
        algorithms: Algorithms {
            csca: Signer::ec(BrainpoolP384r1, Sha384, true),
            document_signer: Signer::ec(BrainpoolP256r1, Sha256, true),
            groups: Sha256,
            access: AccessKind::PaceAndBac,
            pace: gm(Aes256, BrainpoolP384r1),
            chip_authentication: Some(on(Aes256, BrainpoolP256r1)),
            active_authentication: None,
            terminal_authentication: None,
        },
    },
    Preset {
        name: "strong",
        about: "ECDSA brainpoolP512r1/P-521 with SHA-512, PACE only, AES-256 everywhere, active authentication ECDSA",
        algorithms: Algorithms {
            csca: Signer::ec(BrainpoolP512r1, Sha512, true),
            document_signer: Signer::ec(P521, Sha512, false),
            groups: Sha512,
            access: AccessKind::Pace,
            pace: gm(Aes256, P521),
            chip_authentication: Some(on(Aes256, BrainpoolP512r1)),
            active_authentication: Some(Signer::ec(BrainpoolP512r1, Sha512, false)),
            terminal_authentication: None,
        },
    },
    Preset {
        name: "rsa",
        about: "RSA PKCS#1 v1.5 3072/2048 with SHA-256, PACE AES-128 and BAC, active authentication RSA with SHA-256",
        algorithms: Algorithms {
            csca: Signer::rsa(3072, Pkcs1, Sha256),
            document_signer: Signer::rsa(2048, Pkcs1, Sha256),
            groups: Sha256,
            access: AccessKind::PaceAndBac,
            pace: gm(Aes128, P256),
            chip_authentication: None,
            active_authentication: Some(Signer::rsa(1536, Pkcs1, Sha256)),
            terminal_authentication: None,
        },
    },
    Preset {
        name: "rsa-pss",
        about: "RSA-PSS 3072/2048 with SHA-512/SHA-256, PACE AES-192 and BAC, chip authentication AES-192",
        algorithms: Algorithms {
            csca: Signer::rsa(3072, Pss, Sha512),
            document_signer: Signer::rsa(2048, Pss, Sha256),
            groups: Sha384,
            access: AccessKind::PaceAndBac,
            pace: gm(Aes192, P384),
            chip_authentication: Some(on(Aes192, P384)),
            active_authentication: None,
            terminal_authentication: None,
        },
    },
    Preset {
        name: "eac-3des",
        about: "RSA CSCA, ECDSA brainpoolP256r1, PACE 3DES and BAC, chip authentication 3DES on brainpoolP224r1",
        algorithms: Algorithms {
            csca: Signer::rsa(2048, Pkcs1, Sha256),
            document_signer: Signer::ec(BrainpoolP256r1, Sha224, true),
            groups: Sha224,
            access: AccessKind::PaceAndBac,
            pace: gm(TripleDes, BrainpoolP256r1),
            chip_authentication: Some(on(TripleDes, BrainpoolP224r1)),
            active_authentication: None,
            terminal_authentication: None,
        },
    },
    Preset {
        name: "first-generation",
        about: "RSA PKCS#1 v1.5 with SHA-1, BAC only, active authentication RSA-1024 with SHA-1",
        algorithms: Algorithms {
            csca: Signer::rsa(2048, Pkcs1, Sha1),
            document_signer: Signer::rsa(2048, Pkcs1, Sha1),
            groups: Sha1,
            access: AccessKind::Bac,
            pace: gm(TripleDes, P256),
            chip_authentication: None,
            active_authentication: Some(Signer::rsa(1024, Pkcs1, Sha1)),
            terminal_authentication: None,
        },
    },
    Preset {
        name: "no-chip-authentication",
        about: "as modern, without chip and active authentication: nothing tells a clone from the chip",
        algorithms: Algorithms {
            csca: Signer::ec(P384, Sha384, false),
            document_signer: Signer::ec(P256, Sha256, false),
            groups: Sha256,
            access: AccessKind::PaceAndBac,
            pace: gm(Aes128, P256),
            chip_authentication: None,
            active_authentication: None,
            terminal_authentication: None,
        },
    },
    Preset {
        name: "modp",
        about: "ECDSA P-384/P-256, PACE and chip authentication AES-128 modulo a prime of 2048 bits",
        algorithms: Algorithms {
            csca: Signer::ec(P384, Sha384, false),
            document_signer: Signer::ec(P256, Sha256, false),
            groups: Sha256,
            access: AccessKind::PaceAndBac,
            pace: PaceAlgorithm {
                mapping: Mapping::Generic,
                cipher: Aes128,
                parameters: DomainParameters::Modp(ModpGroup::Modp2048Order256),
            },
            chip_authentication: Some(Agreement {
                cipher: Aes128,
                parameters: DomainParameters::Modp(ModpGroup::Modp2048Order256),
            }),
            active_authentication: None,
            terminal_authentication: None,
        },
    },
    Preset {
        name: "integrated-mapping",
        about: "ECDSA brainpoolP384r1/P256r1, PACE AES-256 with integrated mapping, chip authentication AES-256",
        algorithms: Algorithms {
            csca: Signer::ec(BrainpoolP384r1, Sha384, true),
            document_signer: Signer::ec(BrainpoolP256r1, Sha256, true),
            groups: Sha256,
            access: AccessKind::Pace,
            pace: PaceAlgorithm {
                mapping: Mapping::Integrated,
                cipher: Aes256,
                parameters: DomainParameters::Curve(BrainpoolP384r1),
            },
            chip_authentication: Some(on(Aes256, BrainpoolP256r1)),
            active_authentication: None,
            terminal_authentication: None,
        },
    },
    Preset {
        name: "chip-authentication-mapping",
        about: "ECDSA brainpoolP256r1, PACE AES-128 with chip authentication mapping, and nothing else to show it genuine",
        algorithms: Algorithms {
            csca: Signer::ec(BrainpoolP384r1, Sha384, true),
            document_signer: Signer::ec(BrainpoolP256r1, Sha256, true),
            groups: Sha256,
            access: AccessKind::Pace,
            pace: PaceAlgorithm {
                mapping: Mapping::ChipAuthentication,
                cipher: Aes128,
                parameters: DomainParameters::Curve(BrainpoolP256r1),
            },
            chip_authentication: None,
            active_authentication: None,
            terminal_authentication: None,
        },
    },
];
