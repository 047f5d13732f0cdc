//! LDIF, the form in which the ICAO PKD gives its content out: certificates, revocation lists and master lists as values
//! of attributes. What stands in it is not signed as a whole; nothing of it is trusted because it is there.
//!
//! One value at a time is unfolded and decoded, so that a file of many megabytes needs the memory of its largest value.
//! Source: RFC 2849 (LDIF), RFC 4523 (certificates and lists as attributes), ICAO PKD interface specification (master
//! lists; `CscaMasterListData` became `pkdMasterListContent`).

use super::crl;
use base64ct::{Base64, Encoding};

/// Longest file, in bytes; the PKD's is under half of it.
pub const MAX_FILE: u64 = 256 << 20;
/// Longest line after unfolding, in bytes: the longest revocation list in base64.
const MAX_LINE: usize = crl::MAX_LEN / 3 * 4 + 1024;
/// Longest distinguished name that is kept, in bytes.
const MAX_DN: usize = 4096;

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LdifKind {
    /// `userCertificate`: the certificate of a document signer or list signer.
    UserCertificate,
    /// `cACertificate`.
    CaCertificate,
    /// `certificateRevocationList`.
    RevocationList,
    /// `pkdMasterListContent` or `CscaMasterListData`.
    MasterList,
}

/// A value that titre has a use for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdifValue {
    /// What it is.
    pub kind: LdifKind,
    /// The distinguished name of its entry.
    pub dn: String,
    /// The line that it begins at, from 1.
    pub line: usize,
    /// The value.
    pub bytes: Vec<u8>,
}

/// Why a file is no LDIF that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("LDIF, line {line}: {problem}")]
pub struct LdifError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: &'static str,
}

/// Reads the values one after the other; after an error it ends.
#[derive(Debug, Clone)]
pub struct Ldif<'a> {
    rest: &'a [u8],
    line: usize,
    dn: Option<String>,
    ended: bool,
}

/// Whether the bytes begin as LDIF does: with a version or a distinguished name, after comments and blank lines.
#[must_use]
pub fn is_ldif(bytes: &[u8]) -> bool {
    let mut lines = Ldif::new(bytes);
    loop {
        match lines.unfolded() {
            Ok(Some((_, line))) if line.is_empty() || line[0] == b'#' => {}
            Ok(Some((_, line))) => {
                let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
                return line.len() > name.len()
                    && [&b"version"[..], b"dn"].iter().any(|known| name.eq_ignore_ascii_case(known));
            }
            _ => return false,
        }
    }
}

impl LdifKind {
    /// The kind of an attribute, its options (`;binary`) left aside.
    fn of(name: &str) -> Option<Self> {
        let name = name.split(';').next().unwrap_or_default().to_ascii_lowercase();
        Some(match name.as_str() {
            "usercertificate" => Self::UserCertificate,
            "cacertificate" => Self::CaCertificate,
            "certificaterevocationlist" => Self::RevocationList,
            "pkdmasterlistcontent" | "cscamasterlistdata" => Self::MasterList,
            _ => return None,
        })
    }
}

impl<'a> Ldif<'a> {
    /// A reader of a file's bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, line: 0, dn: None, ended: false }
    }

    /// The next line with its continuations, which begin with a space, and its number.
    fn unfolded(&mut self) -> Result<Option<(usize, Vec<u8>)>, LdifError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let first = self.physical();
        let number = self.line;
        if first.len() > MAX_LINE {
            return Err(LdifError { line: number, problem: "a value that is too long" });
        }
        let mut whole = first.to_vec();
        while self.rest.first() == Some(&b' ') {
            let more = self.physical();
            if whole.len() + more.len() > MAX_LINE {
                return Err(LdifError { line: number, problem: "a value that is too long" });
            }
            whole.extend_from_slice(&more[1..]);
        }
        Ok(Some((number, whole)))
    }

    /// The next line as it stands, without its end.
    fn physical(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &[][..]),
        };
        self.rest = rest;
        self.line += 1;
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    fn advance(&mut self) -> Result<Option<LdifValue>, LdifError> {
        while let Some((line, text)) = self.unfolded()? {
            let wrong = |problem| LdifError { line, problem };
            match text.first() {
                // A blank line ends an entry.
                None => self.dn = None,
                Some(b'#') => {}
                Some(_) => {
                    let colon = text.iter().position(|byte| *byte == b':').ok_or(wrong("no attribute"))?;
                    let name = std::str::from_utf8(&text[..colon]).ok().filter(|name| is_description(name));
                    let name = name.ok_or(wrong("no attribute"))?;
                    let kind = LdifKind::of(name);
                    let value = &text[colon + 1..];
                    if value.first() == Some(&b'<') {
                        return Err(wrong("a value that stands at an address"));
                    }
                    let known = ["dn", "changetype"].iter().any(|known| name.eq_ignore_ascii_case(known));
                    if kind.is_none() && !known {
                        continue;
                    }
                    let value = decoded(value).ok_or(wrong("a value that is no base64"))?;
                    if name.eq_ignore_ascii_case("dn") {
                        let shown = String::from_utf8_lossy(&value[..value.len().min(MAX_DN)]);
                        self.dn = Some(shown.into_owned());
                    } else if name.eq_ignore_ascii_case("changetype") && !value.eq_ignore_ascii_case(b"add") {
                        return Err(wrong("a change other than an addition"));
                    }
                    if let Some(kind) = kind {
                        let dn = self.dn.clone().ok_or(wrong("an attribute outside an entry"))?;
                        return Ok(Some(LdifValue { kind, dn, line, bytes: value }));
                    }
                }
            }
        }
        Ok(None)
    }
}

impl Iterator for Ldif<'_> {
    type Item = Result<LdifValue, LdifError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.advance();
        self.ended = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

/// An AttributeDescription: letters, digits, hyphens, dots, and options after semicolons.
fn is_description(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b';' | b'_'))
}

/// What stands behind the first colon: text, or base64 behind a second one.
fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    let filled = |bytes: &'_ [u8]| {
        let start = bytes.iter().position(|byte| *byte != b' ').unwrap_or(bytes.len());
        bytes[start..].to_vec()
    };
    match value.strip_prefix(b":") {
        None => Some(filled(value)),
        Some(base64) => {
            let mut base64 = filled(base64);
            while base64.last() == Some(&b' ') {
                base64.pop();
            }
            Base64::decode_vec(std::str::from_utf8(&base64).ok()?).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<LdifValue>, LdifError> {
        Ldif::new(text.as_bytes()).collect()
    }

    #[test]
    fn folded_values_comments_and_both_line_ends() {
        let text = "# a comment\n  that goes on\nversion: 1\r\n\r\ndn: cn=one,o=crl,\r\n c=UT\r\n\
                    objectclass: top\r\ncertificateRevocationList;binary:: MA\r\n ==\r\n\r\n\
                    dn:: Y249dHdv\nuserCertificate;binary:: MQ==\ncACertificate:: Mg==\n\
                    pkdMasterListContent:: Mw==\nCscaMasterListData:: NA==\nuserCertificate: plain";
        let found = all(text).unwrap();
        let seen: Vec<_> =
            found.iter().map(|v| (v.kind, v.dn.as_str(), v.line, v.bytes.as_slice())).collect();
        assert_eq!(
            seen,
            [
                (LdifKind::RevocationList, "cn=one,o=crl,c=UT", 8, &b"0"[..]),
                (LdifKind::UserCertificate, "cn=two", 12, b"1"),
                (LdifKind::CaCertificate, "cn=two", 13, b"2"),
                (LdifKind::MasterList, "cn=two", 14, b"3"),
                (LdifKind::MasterList, "cn=two", 15, b"4"),
                (LdifKind::UserCertificate, "cn=two", 16, b"plain"),
            ]
        );
        assert!(is_ldif(text.as_bytes()));
        assert!(
            is_ldif(b"dn: c=UT") && !is_ldif(b"") && !is_ldif(b"dnx: a") && !is_ldif(&[0x30, 0x82, 1, 2])
        );
    }

    #[test]
    fn what_is_not_read_says_where() {
        for (text, line, problem) in [
            ("dn: a\nuserCertificate:< file:///etc/passwd", 2, "a value that stands at an address"),
            ("dn: a\nphoto:< file:///etc/passwd", 2, "a value that stands at an address"),
            ("dn: a\n\nuserCertificate:: MA==", 3, "an attribute outside an entry"),
            ("dn: a\nuserCertificate:: M*==", 2, "a value that is no base64"),
            ("dn: a\nno colon", 2, "no attribute"),
            ("dn: a\n: MA==", 2, "no attribute"),
            ("dn: a\nchangetype: delete", 2, "a change other than an addition"),
        ] {
            assert_eq!(all(text), Err(LdifError { line, problem }), "{text}");
        }
        assert_eq!(all("dn: a\nchangetype: add\nother: *"), Ok(Vec::new()));
        // After an error there is nothing more.
        let mut broken = Ldif::new(b"x\ndn: a\nuserCertificate:: MA==");
        assert!(broken.next().is_some_and(|value| value.is_err()));
        assert_eq!(broken.next(), None);
    }

    #[test]
    fn a_file_that_is_cut_anywhere_is_answered() {
        let text =
            "version: 1\n\ndn: c=UT\nuserCertificate;binary:: MA\n ==\n\ndn:: YQ==\ncACertificate:: MA==";
        for end in 0..=text.len() {
            let values: Vec<_> = Ldif::new(&text.as_bytes()[..end]).collect();
            assert!(values.len() <= 2 && values.iter().rev().skip(1).all(Result::is_ok), "{end}");
        }
    }

    #[test]
    fn a_value_without_end_is_refused() {
        let text = format!("dn: a\nuserCertificate:: {}", " AAAA\n".repeat(MAX_LINE / 4));
        assert_eq!(all(&text), Err(LdifError { line: 2, problem: "a value that is too long" }));
    }
}
