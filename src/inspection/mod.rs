//! Holds: the tree of checks with the five results, one file a check, profiles, aggregation.
//! May use: session, lds, pki, crypto, asn1, transport.
//! Implements: BSI TR-03135-1 sections 3.5.2, 5.6 and 5.7; Doc 9303-11 section 5 (passive authentication).
