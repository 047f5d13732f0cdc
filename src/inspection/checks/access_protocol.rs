//! `access.protocol`: the strongest access protocol that the chip offers was used. A chip that offers PACE and was
//! read with BAC has been downgraded, by a defect or by somebody in between.
//! Source: BSI TR-03110-1 section 2.4.1 and 2.4.2; TR-03135-1 section 5.6.3.

use crate::inspection::Finding;
use crate::session::{AccessProtocol, AccessReport};

/// Judges how access was gained.
#[must_use]
pub fn check(access: &AccessReport) -> Finding {
    let Some(established) = &access.established else {
        return Finding::undetermined("no_access");
    };
    let spoken = access.pace_offered.iter().any(|offer| offer.supported);
    match established.protocol {
        AccessProtocol::Bac if spoken => Finding::failed("downgraded_to_bac"),
        AccessProtocol::Bac if !access.pace_offered.is_empty() => {
            let variants: Vec<&str> =
                access.pace_offered.iter().map(|offer| offer.protocol.as_str()).collect();
            Finding::not_supported("pace_variant_not_supported").with("variants", variants.join(" "))
        }
        _ => Finding::successful(),
    }
}
