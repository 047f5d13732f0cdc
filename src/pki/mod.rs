//! Holds: CMS SignedData, certificates, master lists, the trust store, chains.
//! May use: asn1, crypto.
//! Implements: Doc 9303-12, RFC 5652 (CMS), RFC 5280 (certificates), TR-03129-2.
