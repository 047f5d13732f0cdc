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
    /// Le above 192 in READ BINARY gives 6700, as on Ukrainian passports.
    #[serde(rename = "le-max-192")]
    LeMax192,
    /// Le above 160 in READ BINARY gives 6700.
    #[serde(rename = "le-max-160")]
    LeMax160,
    /// Le above 128 in READ BINARY gives 6700.
    #[serde(rename = "le-max-128")]
    LeMax128,
    /// Le above 96 in READ BINARY gives 6700.
    #[serde(rename = "le-max-96")]
    LeMax96,
    /// Le beyond the end of the file gives 6Cxx and no data.
    #[serde(rename = "le-6cxx")]
    Le6Cxx,
    /// Whatever reaches the end of the file gives its data with 6282.
    #[serde(rename = "eof-6282")]
    Eof6282,
    /// Le beyond the end of the file gives 6B00 and no data.
    #[serde(rename = "eof-6b00")]
    Eof6B00,
    /// What reaches the end of the file gives 6282, padded with zeros before 80 instead of after it, as Slovenian
    /// ones do.
    EofWrongPadding,
    /// READ BINARY gives at most 100 bytes, with 9000.
    ShortReads,
    /// An even READ BINARY over offset 7FFF gives 6B00.
    NoStraddling,
    /// Le above 223 in READ BINARY gives 6700 unprotected, and the channel is gone.
    LongReadDropsChannel,
    /// Extended length under secure messaging gives 6988 unprotected, and the channel is gone, as on Chinese
    /// passports.
    ExtendedDropsChannel,
    /// Every refusal under secure messaging is unprotected, and the channel is gone.
    RefusalsDropChannel,
    /// Extended length gives 6700.
    NoExtendedLength,
    /// READ BINARY by short identifier gives 6A86.
    NoSfi,
    /// SELECT with Le gives 6700.
    NoLeInSelect,
    /// SELECT of the master file gives 6A82.
    NoMasterFile,
    /// SELECT of the master file by its identifier gives 6A86; without it, it is selected.
    MfNamedRefused,
    /// SELECT of the master file without Le gives 6700.
    MfWantsLe,
    /// SELECT of the master file without its identifier gives 9000 and selects nothing.
    MfImplicitIgnored,
    /// SELECT of the master file is not answered in time, as on Danish passports.
    MfTimeout,
    /// The eMRTD application is selected from the start, as some telephones leave it.
    ApplicationPreselected,
    /// Another application is selected from the start, as on French identity cards.
    OtherPreselected,
    /// SELECT of EF.CardAccess gives 6283, as on Malaysian passports.
    #[serde(rename = "card-access-6283")]
    CardAccess6283,
    /// EF.CardAccess is there and offers no PACE.
    CardAccessWithoutPace,
    /// MSE:Set AT for PACE without a parameter id gives 6A87.
    PaceWantsParameterId,
    /// MSE:Set AT for PACE with a parameter id gives 6A80.
    PaceRefusesParameterId,
    /// PACEInfo has no parameter id; the domain parameters are written out beside it.
    PaceParametersWrittenOut,
    /// PACE is offered a second time, with the same protocol on a weaker curve.
    PaceSeveral,
    /// The first step of PACE gives 6FFF; basic access control works.
    PaceBroken,
    /// EF.CardAccess says something else about PACE than DG14.
    CardAccessAltered,
    /// EF.CardSecurity holds a second key, on the same curve, before that of the mapping.
    CardSecurityTwoKeys,
    /// DG14 has the key of chip authentication and no ChipAuthenticationInfo, as French documents of 2017.
    Dg14WithoutChipInfo,
    /// Chip authentication gives 6F00 unprotected, and the channel is gone, as on Norwegian passports.
    ChipAuthenticationFails,
    /// The chip has two keys for chip authentication, with identifiers that a terminal must name.
    ChipAuthenticationTwoKeys,
    /// DG14 has bytes after its SecurityInfos, as Swedish passports.
    Dg14TrailingBytes,
    /// EF.CardAccess and DG14 have entries that nobody knows.
    UnknownSecurityInfos,
    /// ECDSA signatures of active authentication are in DER, as on Portuguese passports.
    ActiveAuthenticationDer,
    /// DG14 does not say which hash ECDSA of active authentication uses.
    Dg14WithoutActiveInfo,
    /// EF.SOD has indefinite lengths, as on New Zealand's passports.
    SodIndefiniteLength,
    /// The content type of EF.SOD is id-data, as on Chinese passports.
    SodContentTypeData,
    /// EF.SOD names rsaEncryption as its signature algorithm.
    SodRsaEncryption,
    /// EF.SOD has no signingTime.
    SodWithoutSigningTime,
    /// EF.SOD names the issuer in other string types than the certificate, as on Ukrainian passports.
    SodOtherStrings,
    /// The document signer's certificate has no keyUsage.
    SignerWithoutKeyUsage,
    /// The portrait has feature points, which shift the image.
    Dg2FeaturePoints,
    /// The date of birth in DG11 is in BCD, as on Malaysian passports.
    Dg11BcdDate,
    /// Fields of DG11 are there and empty, as on Belgian and French passports.
    Dg11EmptyFields,
    /// Other names stand in DG11 without the template around them, as on Hungarian passports.
    Dg11LooseNames,
    /// The document number has twelve characters and reaches into the optional data, as on Belgian cards.
    MrzLongNumber,
    /// The document number has seven characters.
    MrzShortNumber,
    /// The holder has no given names.
    MrzOnlySurname,
    /// The day of birth is unknown.
    MrzUnknownBirthDay,
    /// The sex is not specified.
    MrzSexUnspecified,
    /// The chip does not have the private keys of active and chip authentication, and uses others.
    Clone,
    /// After three protected answers one carries a MAC over an old counter.
    StaleCounter,
    /// EF.COM and EF.SOD list DG11, and the chip does not have it.
    ListedGroupMissing,
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
    pub const ALL: [(Self, &str, &str); 62] = [
        (Self::LeMax223, "le-max-223", "READ BINARY: Le above 223 gives 6700"),
        (Self::LeMax192, "le-max-192", "READ BINARY: Le above 192 gives 6700"),
        (Self::LeMax160, "le-max-160", "READ BINARY: Le above 160 gives 6700"),
        (Self::LeMax128, "le-max-128", "READ BINARY: Le above 128 gives 6700"),
        (Self::LeMax96, "le-max-96", "READ BINARY: Le above 96 gives 6700"),
        (Self::Le6Cxx, "le-6cxx", "READ BINARY: Le beyond the end of the file gives 6Cxx"),
        (Self::Eof6282, "eof-6282", "READ BINARY: what reaches the end of the file gives 6282"),
        (Self::Eof6B00, "eof-6b00", "READ BINARY: Le beyond the end of the file gives 6B00"),
        (
            Self::EofWrongPadding,
            "eof-wrong-padding",
            "READ BINARY: the end of the file gives 6282 and is padded wrongly",
        ),
        (Self::ShortReads, "short-reads", "READ BINARY: at most 100 bytes a time"),
        (Self::NoStraddling, "no-straddling", "READ BINARY: reading over offset 7FFF gives 6B00"),
        (
            Self::LongReadDropsChannel,
            "long-read-drops-channel",
            "READ BINARY: Le above 223 gives 6700 unprotected and ends the session",
        ),
        (
            Self::ExtendedDropsChannel,
            "extended-drops-channel",
            "extended length gives 6988 unprotected and ends the session",
        ),
        (
            Self::RefusalsDropChannel,
            "refusals-drop-channel",
            "every refusal is unprotected and ends the session",
        ),
        (Self::NoExtendedLength, "no-extended-length", "extended length gives 6700"),
        (Self::NoSfi, "no-sfi", "READ BINARY by short identifier gives 6A86"),
        (Self::NoLeInSelect, "no-le-in-select", "SELECT with Le gives 6700"),
        (Self::NoMasterFile, "no-master-file", "SELECT of the master file gives 6A82"),
        (
            Self::MfNamedRefused,
            "mf-named-refused",
            "SELECT of the master file works only without its identifier",
        ),
        (Self::MfWantsLe, "mf-wants-le", "SELECT of the master file without Le gives 6700"),
        (
            Self::MfImplicitIgnored,
            "mf-implicit-ignored",
            "SELECT of the master file without its identifier selects nothing",
        ),
        (Self::MfTimeout, "mf-timeout", "SELECT of the master file is not answered"),
        (
            Self::ApplicationPreselected,
            "application-preselected",
            "the application is selected from the start",
        ),
        (Self::OtherPreselected, "other-preselected", "another application is selected from the start"),
        (Self::CardAccess6283, "card-access-6283", "SELECT of EF.CardAccess gives 6283"),
        (
            Self::CardAccessWithoutPace,
            "card-access-without-pace",
            "EF.CardAccess offers no PACE (with access=bac)",
        ),
        (Self::PaceWantsParameterId, "pace-wants-parameter-id", "MSE:Set AT without tag 84 gives 6A87"),
        (Self::PaceRefusesParameterId, "pace-refuses-parameter-id", "MSE:Set AT with tag 84 gives 6A80"),
        (
            Self::PaceParametersWrittenOut,
            "pace-parameters-written-out",
            "PACEInfo has no parameter id, the parameters are written out",
        ),
        (Self::PaceSeveral, "pace-several", "PACE is offered on two curves"),
        (Self::PaceBroken, "pace-broken", "the first step of PACE gives 6FFF (downgrade)"),
        (Self::CardAccessAltered, "card-access-altered", "EF.CardAccess differs from the signed DG14"),
        (
            Self::CardSecurityTwoKeys,
            "card-security-two-keys",
            "EF.CardSecurity holds two keys (with pace=cam)",
        ),
        (
            Self::Dg14WithoutChipInfo,
            "dg14-without-chip-info",
            "DG14 has a key and no ChipAuthenticationInfo (with ca=3des)",
        ),
        (
            Self::ChipAuthenticationFails,
            "chip-authentication-fails",
            "chip authentication gives 6F00 and ends the session",
        ),
        (
            Self::ChipAuthenticationTwoKeys,
            "chip-authentication-two-keys",
            "two keys for chip authentication, named by identifiers",
        ),
        (Self::Dg14TrailingBytes, "dg14-trailing-bytes", "DG14 has bytes after its SecurityInfos"),
        (Self::UnknownSecurityInfos, "unknown-security-infos", "EF.CardAccess and DG14 have unknown entries"),
        (
            Self::ActiveAuthenticationDer,
            "active-authentication-der",
            "active authentication: ECDSA signatures in DER",
        ),
        (Self::Dg14WithoutActiveInfo, "dg14-without-active-info", "DG14 has no ActiveAuthenticationInfo"),
        (Self::SodIndefiniteLength, "sod-indefinite-length", "EF.SOD has indefinite lengths"),
        (Self::SodContentTypeData, "sod-content-type-data", "the content type of EF.SOD is id-data"),
        (
            Self::SodRsaEncryption,
            "sod-rsa-encryption",
            "EF.SOD names rsaEncryption as signature algorithm (with ds=rsa)",
        ),
        (Self::SodWithoutSigningTime, "sod-without-signing-time", "EF.SOD has no signingTime"),
        (Self::SodOtherStrings, "sod-other-strings", "EF.SOD names its signer in other string types"),
        (Self::SignerWithoutKeyUsage, "signer-without-key-usage", "the document signer has no keyUsage"),
        (Self::Dg2FeaturePoints, "dg2-feature-points", "DG2 has feature points"),
        (Self::Dg11BcdDate, "dg11-bcd-date", "the date of DG11 is in BCD"),
        (Self::Dg11EmptyFields, "dg11-empty-fields", "fields of DG11 are empty"),
        (Self::Dg11LooseNames, "dg11-loose-names", "other names of DG11 stand outside their template"),
        (Self::MrzLongNumber, "mrz-long-number", "a document number of twelve characters (td1)"),
        (Self::MrzShortNumber, "mrz-short-number", "a document number of seven characters"),
        (Self::MrzOnlySurname, "mrz-only-surname", "the holder has no given names"),
        (Self::MrzUnknownBirthDay, "mrz-unknown-birth-day", "the day of birth is unknown"),
        (Self::MrzSexUnspecified, "mrz-sex-unspecified", "the sex is not specified"),
        (Self::Clone, "clone", "the chip's private keys are not those of DG14 and DG15"),
        (Self::StaleCounter, "stale-counter", "the fourth protected answer has an old counter"),
        (Self::ListedGroupMissing, "listed-group-missing", "DG11 is listed and not there"),
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
