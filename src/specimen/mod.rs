//! Holds: a test CSCA, a document signer, documents for generated people, chips that answer APDUs.
//! May use: protocol, lds, pki, iso7816, transport, crypto, asn1.
//! Implements: the chip's side of Doc 9303-10 and 9303-11; ISO/IEC 7816-4 status words.

pub mod person;
