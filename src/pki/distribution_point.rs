//! Where a certificate says its revocation list is to be had.
//! Source: RFC 5280 section 4.2.1.13, Doc 9303-12 section 7.1.1 table 5.

use super::certificate::Certificate;
use crate::asn1::tlv;

const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
/// Most addresses, and the longest, that are shown.
const MAX_ADDRESSES: usize = 8;
const MAX_ADDRESS: usize = 512;

impl Certificate {
    /// The addresses (URIs) of the revocation lists that speak of this certificate; empty where none can be read. They
    /// are for people: nothing is fetched from them.
    #[must_use]
    pub fn crl_addresses(&self) -> Vec<String> {
        let value = self.extension_value(CRL_DISTRIBUTION_POINTS).unwrap_or_default();
        let points = tlv::read_only(0x30, value).and_then(|outer| tlv::children(outer.value));
        let addresses = points.unwrap_or_default().into_iter().flat_map(|point| {
            let full = tlv::find(0xA0, point.value).and_then(|name| tlv::find(0xA0, name.value));
            full.and_then(|names| tlv::children(names.value)).unwrap_or_default()
        });
        let texts = addresses.filter(|name| name.tag == 0x86 && name.value.len() <= MAX_ADDRESS);
        texts
            .filter_map(|name| std::str::from_utf8(name.value).ok())
            .take(MAX_ADDRESSES)
            .map(str::to_owned)
            .collect()
    }
}
