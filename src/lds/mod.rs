//! Holds: the files of the chip as values: EF.COM, EF.SOD, DG1 to DG16, CardAccess, SecurityInfos, the MRZ.
//! May use: asn1, crypto.
//! Implements: Doc 9303-10 (LDS), Doc 9303-3 to 9303-6 (MRZ), Doc 9303-11 section 9.2 (SecurityInfos), ISO/IEC 19794-5.

pub mod personal;

pub use personal::Personal;
