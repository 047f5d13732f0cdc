//! Holds: consent, the statement, evidence, signing, presentation, verification.
//! May use: inspection, biometrics, pki, lds, transport, crypto, asn1.
//! Implements: RFC 9901 (SD-JWT), SD-JWT VC draft, OpenID Identity Assurance (verified_claims), ETSI TS 119 461.
