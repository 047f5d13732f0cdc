//! Holds: sans-IO exchanges: BAC, PACE, chip and active authentication, select, read_file; the quirk tables.
//! May use: iso7816, lds, crypto, asn1.
//! Implements: Doc 9303-11 sections 4.3 (BAC), 4.4 (PACE), 6.1 (active), 6.2 (chip authentication), Doc 9303-10 section 3.6.
