//! The checks of one signed file and of its issuer: structure, hash and signature apart, then signature, trust, validity
//! and revocation of the certificates. EF.SOD and EF.CardSecurity go the same way under ids of their own.
//! Source: BSI TR-03135-1 sections 5.6.4.2 and 5.6.4.3; Doc 9303-11 section 5.1.

use super::check::Check;
use super::checks;
use super::checks::listed_defects::adjust;
use super::listed::{self, ListedDefect};
use super::profile::Profile;
use super::security_object::SecurityObject;
use crate::crypto::SignatureScheme;
use crate::lds::{FileId, Mrz};
use crate::pki::{Certificate, Chain, StoreSession, Tolerance, build_chain};
use time::OffsetDateTime;

/// The ids of the checks of a signed file.
pub(super) struct Ids {
    group: &'static str,
    object: [&'static str; 5],
    signer: &'static str,
    chain: [&'static str; 3],
    validity: [&'static str; 3],
    validity_at_signing: &'static str,
    revocation: &'static str,
    conformity: &'static str,
    listed_defects: &'static str,
}

/// EF.SOD, and any signed file that is inspected by itself.
pub(super) const PASSIVE_AUTHENTICATION: Ids = Ids {
    group: "passive_authentication",
    object: [
        "passive_authentication.sod",
        "passive_authentication.sod.structure",
        "passive_authentication.sod.signed_attributes",
        "passive_authentication.sod.hash",
        "passive_authentication.sod.signature",
    ],
    signer: "passive_authentication.signer",
    chain: [
        "passive_authentication.chain",
        "passive_authentication.chain.signature",
        "passive_authentication.chain.trust",
    ],
    validity: [
        "passive_authentication.validity",
        "passive_authentication.validity.signer",
        "passive_authentication.validity.csca",
    ],
    validity_at_signing: "passive_authentication.validity_at_signing",
    revocation: "passive_authentication.revocation",
    conformity: "passive_authentication.conformity",
    listed_defects: "passive_authentication.listed_defects",
};

/// EF.CardSecurity of a document.
pub(super) const CARD_SECURITY: Ids = Ids {
    group: "card_security",
    object: [
        "card_security.sod",
        "card_security.sod.structure",
        "card_security.sod.signed_attributes",
        "card_security.sod.hash",
        "card_security.sod.signature",
    ],
    signer: "card_security.signer",
    chain: ["card_security.chain", "card_security.chain.signature", "card_security.chain.trust"],
    validity: ["card_security.validity", "card_security.validity.signer", "card_security.validity.csca"],
    validity_at_signing: "card_security.validity_at_signing",
    revocation: "card_security.revocation",
    conformity: "card_security.conformity",
    listed_defects: "card_security.listed_defects",
};

/// What a signed file is judged by.
#[derive(Clone, Copy)]
pub(super) struct Basis<'a, 's> {
    pub store: &'a StoreSession<'s>,
    pub at: OffsetDateTime,
    pub profile: Profile,
    pub mrz: Option<&'a Mrz>,
}

/// A signed file with its checks.
pub(super) struct SignedFile {
    pub file: FileId,
    pub object: Option<SecurityObject>,
    pub chain: Option<Chain>,
    pub scheme: Option<SignatureScheme>,
    pub tolerated: Vec<Tolerance>,
    /// What deviation lists say of the file and its signer.
    pub listed: Vec<ListedDefect>,
    pub checks: Check,
}

impl SignedFile {
    /// Inspects the file. `listed` is what lists say of it by the document that it belongs to.
    pub(super) fn inspect(
        file: FileId,
        bytes: Option<&[u8]>,
        ids: &Ids,
        basis: Basis<'_, '_>,
        mut listed: Vec<ListedDefect>,
    ) -> Self {
        let Basis { store, at, profile, mrz } = basis;
        let opened = bytes.map(|bytes| SecurityObject::open(file, bytes));
        let object = opened.as_ref();
        let mut tolerated = object.map(|object| object.tolerated.clone()).unwrap_or_default();
        let certificate = object.and_then(SecurityObject::signer).map(|(_, _, certificate)| certificate);
        let chain = certificate.map(|certificate| build_chain(certificate, store, at));
        let issuer = chain.as_ref();

        let own = listed::find(store.deviations(), object, mrz);
        listed::add(&mut listed, own);
        let leaf = |id, finding| Check::leaf(profile, id, adjust(id, finding, file, &listed));
        let structure = checks::sod_structure::check(file, object, &mut tolerated);
        let (signature, scheme) = checks::sod_signature::check(file, object, &mut tolerated);
        let signer = checks::signer::check(file, object, &mut tolerated);
        let issued = checks::chain_signature::check(certificate, issuer, &mut tolerated);
        tolerated.sort_unstable();
        tolerated.dedup();
        let parts = vec![
            leaf(ids.object[1], structure),
            leaf(ids.object[2], checks::signed_attributes::check(file, object)),
            leaf(ids.object[3], checks::sod_hash::check(file, object)),
            leaf(ids.object[4], signature),
        ];
        let chained = vec![
            leaf(ids.chain[1], issued),
            leaf(ids.chain[2], checks::chain_trust::check(certificate, issuer, store, at, profile)),
        ];
        let valid = vec![
            leaf(ids.validity[1], checks::validity::signer(certificate, at)),
            leaf(ids.validity[2], checks::validity::csca(certificate, issuer, at)),
        ];
        let mut children = vec![
            Check::group(profile, ids.object[0], parts),
            leaf(ids.signer, signer),
            Check::in_parts(profile, ids.chain[0], chained),
            Check::in_parts(profile, ids.validity[0], valid),
            leaf(ids.validity_at_signing, checks::validity_at_signing::check(file, object)),
            leaf(ids.revocation, checks::revocation::check(certificate, issuer, store, at)),
            leaf(ids.conformity, checks::conformity::check(&tolerated)),
        ];
        // Without any list there is nothing to look in; the summary of the store says how many there are.
        if !store.deviations().is_empty() {
            let finding = checks::listed_defects::check(certificate, &listed);
            children.push(Check::leaf(profile, ids.listed_defects, finding));
        }
        let checks = Check::group(profile, ids.group, children);
        Self { file, object: opened, chain, scheme, tolerated, listed, checks }
    }

    /// The signer's certificate, where it is there.
    pub(super) fn certificate(&self) -> Option<&Certificate> {
        self.object.as_ref().and_then(SecurityObject::signer).map(|(_, _, certificate)| certificate)
    }
}
