//! The inspection: takes the files apart once, asks every check, and hangs the findings into one tree.
//! Source: BSI TR-03135-1 sections 5.6 and 5.7; Doc 9303-11 section 5.1.

use super::check::Check;
use super::checks;
use super::checks::listed_defects::adjust;
use super::data_group::{DataGroup, DataGroupState};
use super::listed::{self, ListedDefect};
use super::profile::Profile;
use super::protected::Protected;
use super::register::RegisterAnswer;
use super::result::CheckResult;
use super::signed_file::{Basis, CARD_SECURITY, PASSIVE_AUTHENTICATION, SignedFile};
use super::subject::{DocumentEvidence, Subject};
use super::summary::{DocumentSummary, SignerSummary, StoreSummary};
use crate::lds::{Dg1, Dg14, EfCom, FileId, Mrz};
use crate::pki::{DefectKind, StoreSession, Tolerance, TrustStore};
use crate::transport::Provenance;
use serde::Serialize;
use time::OffsetDateTime;

/// The result of an inspection. The same subject, store, time and profile give the same value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The result of the whole.
    pub verdict: CheckResult,
    /// The requirements that it was judged by.
    pub profile: Profile,
    /// The time that it was judged by, RFC 3339.
    pub at: String,
    /// Where the files come from; absent for a single file.
    pub provenance: Option<Provenance>,
    /// The trust store.
    pub store: StoreSummary,
    /// The document; absent for a single file, or where DG1 cannot be read.
    pub document: Option<DocumentSummary>,
    /// The state of each data group; empty for a single file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_groups: Vec<DataGroup>,
    /// Who signed.
    pub signer: SignerSummary,
    /// Who signed EF.CardSecurity, where the document has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_security: Option<SignerSummary>,
    /// What the issuing authority's register says, where one was asked and answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<RegisterAnswer>,
    /// What deviation lists of the store say of this document or its signers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listed_defects: Vec<ListedDefect>,
    /// The deviations that were read over.
    pub tolerated: Vec<Tolerance>,
    /// The checks.
    #[serde(rename = "checks")]
    pub root: Check,
}

impl Inspection {
    /// The check with that id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Check> {
        self.root.find(id)
    }
}

/// Inspects `subject` as of `at`.
#[must_use]
pub fn inspect(subject: &Subject, store: &TrustStore, at: OffsetDateTime, profile: Profile) -> Inspection {
    inspect_in(subject, &StoreSession::new(store), at, profile)
}

/// As [`inspect`], for one of several subjects: what was worked out about the store for one serves the next.
#[must_use]
pub fn inspect_in(
    subject: &Subject,
    store: &StoreSession<'_>,
    at: OffsetDateTime,
    profile: Profile,
) -> Inspection {
    let at = at.replace_nanosecond(0).unwrap_or(at);
    let mrz = subject.file(FileId::Dg(1)).and_then(|bytes| Dg1::parse(bytes).ok()).map(|dg1| dg1.mrz);
    let basis = Basis { store, at, profile, mrz: mrz.as_ref() };
    let file = subject.signed_file();
    let signed = SignedFile::inspect(file, subject.file(file), &PASSIVE_AUTHENTICATION, basis, Vec::new());
    // What an entry explains is of documents that this signer signed.
    let founded = founded(&signed.checks, "passive_authentication") != CheckResult::Failed;
    let explained = if founded { signed.listed.as_slice() } else { &[] };
    let of_document = subject.document.as_ref().and_then(|_| subject.file(FileId::CardSecurity));
    let card_security = of_document.map(|bytes| {
        let of_file = explained.iter().filter(|defect| defect.kind == DefectKind::CardSecurityMalformed);
        let of_file = of_file.cloned().collect();
        SignedFile::inspect(FileId::CardSecurity, Some(bytes), &CARD_SECURITY, basis, of_file)
    });
    let root = match &subject.document {
        None => Check::group(profile, "inspection", vec![signed.checks.clone()]),
        Some(evidence) => Context {
            profile,
            subject,
            evidence,
            signed: &signed,
            card_security: card_security.as_ref(),
            mrz: mrz.as_ref(),
            at,
            listed: explained,
        }
        .document(),
    };
    let deviations = card_security.iter().flat_map(|file| &file.tolerated);
    let mut tolerated: Vec<Tolerance> = signed.tolerated.iter().chain(deviations).copied().collect();
    tolerated.sort_unstable();
    tolerated.dedup();
    let mut listed_defects = signed.listed.clone();
    listed::add(&mut listed_defects, card_security.iter().flat_map(|file| file.listed.clone()).collect());
    Inspection {
        verdict: root.result,
        profile,
        at: at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default(),
        provenance: subject.provenance,
        store: StoreSummary::of(store),
        document: mrz
            .as_ref()
            .filter(|_| subject.document.is_some())
            .map(|mrz| DocumentSummary::of(mrz, signed.certificate(), at)),
        data_groups: data_groups(subject, &signed),
        signer: SignerSummary::of(&signed),
        card_security: card_security.as_ref().map(SignerSummary::of),
        register: None,
        listed_defects,
        tolerated,
        root,
    }
}

/// The state of each of the sixteen data groups; none for a single file.
fn data_groups(subject: &Subject, signed: &SignedFile) -> Vec<DataGroup> {
    let Some(evidence) = &subject.document else { return Vec::new() };
    let com = subject.file(FileId::Com).and_then(|bytes| EfCom::parse(bytes).ok());
    let listed = signed.object.as_ref().and_then(|object| object.hashes.as_ref());
    (1..=16)
        .map(|number| {
            let file = FileId::Dg(number);
            let in_com = com.as_ref().is_some_and(|com| com.data_groups().any(|listed| listed == file));
            let state = DataGroupState::of(number, subject.held(number), in_com, listed, &evidence.unread);
            DataGroup { file, state }
        })
        .collect()
}

/// The checks that make what a signed file holds authentic: its signature, the signer, the chain and their validity.
const FOUNDATION: [&str; 4] = ["sod", "signer", "chain", "validity"];

/// Passive authentication of what a signed file holds, its checks being in `group`. Tolerated deviations and revocation lists that are not there do not make a
/// key another one; a list of either kind that speaks against the signer does.
fn authentic(signed: &Check, group: &str) -> CheckResult {
    let result = |id: &str| signed.find(&format!("{group}.{id}")).map(|check| check.result);
    let revoked = result("revocation").filter(|result| *result == CheckResult::Failed);
    let results = [founded(signed, group)].into_iter().chain(result("listed_defects")).chain(revoked);
    CheckResult::weightiest(results).unwrap_or(CheckResult::Undetermined)
}

/// The weightiest result of the checks of [`FOUNDATION`].
fn founded(signed: &Check, group: &str) -> CheckResult {
    let results = FOUNDATION.iter().filter_map(|id| signed.find(&format!("{group}.{id}")));
    CheckResult::weightiest(results.map(|check| check.result)).unwrap_or(CheckResult::Successful)
}

/// What the checks of a document are asked about.
struct Context<'a> {
    profile: Profile,
    subject: &'a Subject,
    evidence: &'a DocumentEvidence,
    signed: &'a SignedFile,
    card_security: Option<&'a SignedFile>,
    mrz: Option<&'a Mrz>,
    at: OffsetDateTime,
    listed: &'a [ListedDefect],
}

impl Context<'_> {
    fn leaf(&self, id: &'static str, finding: super::Finding) -> Check {
        Check::leaf(self.profile, id, adjust(id, finding, self.subject.signed_file(), self.listed))
    }

    /// The tree of a document around the checks of its signature.
    fn document(&self) -> Check {
        let groups = self.data_groups();
        let passive = authentic(&self.signed.checks, "passive_authentication");
        let dg14 = self.protected(14, passive, &groups);
        let dg15 = self.protected(15, passive, &groups);
        let dg14_content = dg14.bytes.and_then(|bytes| Dg14::parse(bytes).ok());
        let card_access = self.subject.file(FileId::CardAccess);
        let access = vec![
            self.leaf("access.protocol", checks::access_protocol::check(&self.evidence.access)),
            self.leaf("access.card_access", checks::card_access::check(card_access, dg14_content.as_ref())),
            self.leaf(
                "access.card_security",
                checks::card_security::check(
                    card_access,
                    self.card_security.and_then(|file| file.object.as_ref()),
                ),
            ),
        ];
        let mut chip = vec![
            self.leaf(
                "chip_authenticity.active_authentication",
                checks::active_authentication::check(
                    &dg15,
                    dg14_content.as_ref(),
                    self.evidence.active_authentication.as_ref(),
                ),
            ),
            self.leaf(
                "chip_authenticity.chip_authentication",
                checks::chip_authentication::check(&dg14, self.evidence.chip_authentication.as_ref()),
            ),
        ];
        chip.extend(self.evidence.chip_mapping.as_ref().map(|evidence| {
            let finding = checks::chip_authentication_mapping::check(&self.card_security(), evidence);
            self.leaf("chip_authenticity.chip_authentication_mapping", finding)
        }));
        let certificate = self.signed.certificate();
        let optical = self.subject.optical_mrz.as_ref();
        let document = vec![
            self.leaf("document.issuing_state", checks::issuing_state::check(self.mrz, certificate)),
            self.leaf("document.expiry", checks::expiry::check(self.mrz, certificate, self.at)),
            self.leaf("document.optical_mrz", checks::optical_mrz::check(optical, self.mrz)),
        ];
        let group = |id, children| Check::group(self.profile, id, children);
        let mut children = vec![group("access", access), self.signed.checks.clone()];
        children.extend(self.card_security.map(|file| file.checks.clone()));
        children.extend([groups, group("chip_authenticity", chip), group("document", document)]);
        group("inspection", children)
    }

    /// EF.CardSecurity with what its own passive authentication says of it.
    fn card_security(&self) -> Protected<'_> {
        let authenticated = self.card_security.map(|file| authentic(&file.checks, "card_security"));
        Protected {
            bytes: self.card_security.and_then(|file| Some(&*file.object.as_ref()?.signed.as_ref()?.content)),
            listed: false,
            authenticated: authenticated.unwrap_or(CheckResult::Undetermined),
        }
    }

    fn data_groups(&self) -> Check {
        let listed = self.signed.object.as_ref().and_then(|object| object.hashes.as_ref());
        let com = checks::com::check(self.subject.file(FileId::Com), listed);
        let mut children = vec![self.leaf("data_groups.com", com)];
        for (number, id) in (1..).zip(checks::data_group_hash::IDS) {
            let read = self.subject.held(number);
            let finding = checks::data_group_hash::check(number, read, listed, &self.evidence.unread);
            children.extend(finding.map(|finding| self.leaf(id, finding)));
        }
        Check::group(self.profile, "data_groups", children)
    }

    /// Data group `number` with what passive authentication says of it.
    fn protected(&self, number: u8, passive: CheckResult, groups: &Check) -> Protected<'_> {
        let hash = checks::data_group_hash::IDS
            .get(usize::from(number).wrapping_sub(1))
            .and_then(|id| groups.find(id))
            .map_or(CheckResult::Undetermined, |check| check.result);
        let listed = self.signed.object.as_ref().and_then(|object| object.hashes.as_ref());
        Protected {
            bytes: self.subject.file(FileId::Dg(number)),
            listed: listed.is_some_and(|object| object.hashes.contains_key(&number)),
            authenticated: CheckResult::weightiest([passive, hash]).unwrap_or(CheckResult::Undetermined),
        }
    }
}
