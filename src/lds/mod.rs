//! Holds: the files of the chip as values: EF.COM, EF.SOD, DG1 to DG16, CardAccess, SecurityInfos, EF.CVCA, certificates of terminals, the MRZ.
//! May use: asn1, crypto.
//! Implements: Doc 9303-10 (LDS), Doc 9303-3 to 9303-6 (MRZ), Doc 9303-11 section 9.2 (SecurityInfos), ISO/IEC 19794-5, 39794-5, BSI TR-03110-3 appendices C and D.

mod card_files;
pub mod card_verifiable;
mod com;
mod date;
mod dg2;
mod dg_basic;
mod dg_details;
mod ef_cvca;
mod error;
pub mod face_block;
pub mod face_record;
mod file_id;
pub mod mrz;
pub mod personal;
mod security_info;
mod security_infos;
mod security_object;

pub use card_files::{AtrInfo, CardApplication, EfDir};
pub use com::EfCom;
pub use date::LdsDate;
pub use dg_basic::{Dg1, Dg14, Dg15};
pub use dg_details::{Dg11, Dg12};
pub use dg2::Dg2;
pub use ef_cvca::EfCvca;
pub use error::LdsError;
pub use face_record::{FaceImage, FeaturePoint, MediaType};
pub use file_id::FileId;
pub use mrz::{CheckedField, Mrz, MrzData, MrzDate, MrzError, MrzFormat, MrzKey, MrzName, Sex};
pub use personal::Personal;
pub use security_info::{
    ActiveAuthenticationInfo, Agreement, ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo, ID_AA,
    ID_CA, ID_PACE, ID_PK, ID_TA, Mapping, PaceDomainParameterInfo, PaceInfo, SecurityInfo, Suite,
    TerminalAuthenticationInfo,
};
pub use security_infos::{SecurityInfoEntry, SecurityInfos};
pub use security_object::{ID_LDS_SECURITY_OBJECT, LdsSecurityObject, LdsVersionInfo};
