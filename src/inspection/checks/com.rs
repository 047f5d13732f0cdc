//! `data_groups.com`: EF.COM lists the same data groups as EF.SOD. EF.COM is not signed: what it hides, an attacker
//! may have hidden (a data group with a key), and what it adds, nobody signed.
//! Source: Doc 9303-10 section 4.6.1; BSI TR-03135-1 section 5.6.4.4.1, TR-03105-5.1 LDS_H_90 to 92.

use crate::inspection::Finding;
use crate::lds::{EfCom, FileId, LdsSecurityObject};

/// Compares both lists in both directions.
#[must_use]
pub fn check(com: Option<&[u8]>, listed: Option<&LdsSecurityObject>) -> Finding {
    let Some(bytes) = com else { return Finding::not_supported("no_com") };
    let Some(listed) = listed else {
        return Finding::undetermined("nothing_to_check").with("missing", FileId::Sod);
    };
    let com = match EfCom::parse(bytes) {
        Ok(com) => com,
        Err(error) => {
            return Finding::failed("malformed").with("file", FileId::Com).with("problem", error);
        }
    };
    if let Some(tag) = com.tags.iter().find(|tag| FileId::from_dg_tag(**tag).is_none()) {
        return Finding::failed("com_unknown_tag").with("tag", format!("{tag:02X}"));
    }
    let names = |groups: Vec<u8>| groups.iter().map(|n| format!("DG{n}")).collect::<Vec<_>>().join(" ");
    let in_com: Vec<u8> = com.data_groups().filter_map(FileId::dg_number).collect();
    let unsigned: Vec<u8> = in_com.iter().copied().filter(|n| !listed.hashes.contains_key(n)).collect();
    let hidden: Vec<u8> = listed.hashes.keys().copied().filter(|n| !in_com.contains(n)).collect();
    if unsigned.is_empty() && hidden.is_empty() {
        return Finding::successful();
    }
    Finding::failed("com_differs").with("only_in_com", names(unsigned)).with("only_in_sod", names(hidden))
}
