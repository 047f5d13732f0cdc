//! Deviations that a specimen chip or document shows on request, each of them seen on real ones or in attacks.
//! They are data: the chip asks whether a quirk is on where it would matter, and nothing else depends on them.

/// A deviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Quirk {
    /// Le above 223 in READ BINARY gives 6700.
    #[serde(rename = "le-max-223")]
    LeMax223,
    /// Le beyond the end of the file gives 6Cxx and no data.
    #[serde(rename = "le-6cxx")]
    Le6Cxx,
    /// Whatever reaches the end of the file gives its data with 6282.
    #[serde(rename = "eof-6282")]
    Eof6282,
    /// READ BINARY gives at most 100 bytes, with 9000.
    ShortReads,
    /// SELECT with Le gives 6700.
    NoLeInSelect,
    /// SELECT of the master file gives 6A82.
    NoMasterFile,
    /// READ BINARY by short identifier gives 6A86.
    NoSfi,
    /// Extended length gives 6700.
    NoExtendedLength,
    /// MSE:Set AT for PACE without a parameter id gives 6A87.
    PaceWantsParameterId,
    /// MSE:Set AT for PACE with a parameter id gives 6A80.
    PaceRefusesParameterId,
    /// The first step of PACE gives 6FFF; basic access control works.
    PaceBroken,
    /// EF.CardAccess says something else about PACE than DG14.
    CardAccessAltered,
    /// The chip does not have the private keys of active and chip authentication, and uses others.
    Clone,
    /// After three protected answers one carries a MAC over an old counter.
    StaleCounter,
    /// EF.COM and EF.SOD list DG3, and reading it gives 6982.
    Dg3Protected,
    /// One bit of the portrait differs from what was signed.
    Dg2Altered,
    /// The master list does not hold the CSCA of the document.
    UnknownCsca,
    /// The State's revocation list names the document signer.
    SignerRevoked,
}

impl Quirk {
    /// Every quirk with its name on the command line and what it does.
    pub const ALL: [(Self, &str, &str); 18] = [
        (Self::LeMax223, "le-max-223", "READ BINARY: Le above 223 gives 6700"),
        (Self::Le6Cxx, "le-6cxx", "READ BINARY: Le beyond the end of the file gives 6Cxx"),
        (Self::Eof6282, "eof-6282", "READ BINARY: what reaches the end of the file gives 6282"),
        (Self::ShortReads, "short-reads", "READ BINARY: at most 100 bytes a time"),
        (Self::NoLeInSelect, "no-le-in-select", "SELECT with Le gives 6700"),
        (Self::NoMasterFile, "no-master-file", "SELECT of the master file gives 6A82"),
        (Self::NoSfi, "no-sfi", "READ BINARY by short identifier gives 6A86"),
        (Self::NoExtendedLength, "no-extended-length", "extended length gives 6700"),
        (Self::PaceWantsParameterId, "pace-wants-parameter-id", "MSE:Set AT without tag 84 gives 6A87"),
        (Self::PaceRefusesParameterId, "pace-refuses-parameter-id", "MSE:Set AT with tag 84 gives 6A80"),
        (Self::PaceBroken, "pace-broken", "the first step of PACE gives 6FFF (downgrade)"),
        (Self::CardAccessAltered, "card-access-altered", "EF.CardAccess differs from the signed DG14"),
        (Self::Clone, "clone", "the chip's private keys are not those of DG14 and DG15"),
        (Self::StaleCounter, "stale-counter", "the fourth protected answer has an old counter"),
        (Self::Dg3Protected, "dg3-protected", "DG3 is listed and cannot be read"),
        (Self::Dg2Altered, "dg2-altered", "one bit of DG2 differs from what was signed"),
        (Self::UnknownCsca, "unknown-csca", "the master list does not hold the document's CSCA"),
        (Self::SignerRevoked, "signer-revoked", "the revocation list names the document signer"),
    ];

    /// The quirk of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(quirk, _, _)| *quirk)
    }

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(quirk, _, _)| *quirk == self).map_or("", |(_, name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::Quirk;

    #[test]
    fn every_quirk_has_one_name_on_the_command_line_and_in_files() {
        for (quirk, name, _) in Quirk::ALL {
            assert_eq!(serde_json::to_value(quirk).unwrap(), name);
            assert_eq!((Quirk::from_name(name), quirk.name()), (Some(quirk), name));
        }
    }
}
