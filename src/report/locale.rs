//! Messages in French and English (Fluent). Codes, identifiers and JSON keys are never localised.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;

/// A language of the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

type Bundle = FluentBundle<FluentResource>;

const EN: &[&str] = &[
    include_str!("locale/en/core.ftl"),
    include_str!("locale/en/chip.ftl"),
    include_str!("locale/en/doctor.ftl"),
    include_str!("locale/en/trust.ftl"),
    include_str!("locale/en/lists.ftl"),
    include_str!("locale/en/checks.ftl"),
    include_str!("locale/en/face.ftl"),
    include_str!("locale/en/models.ftl"),
    include_str!("locale/en/liveness.ftl"),
    include_str!("locale/en/attestation.ftl"),
    include_str!("locale/en/requirements.ftl"),
    include_str!("locale/en/officer.ftl"),
    include_str!("locale/en/retention.ftl"),
];
const FR: &[&str] = &[
    include_str!("locale/fr/core.ftl"),
    include_str!("locale/fr/chip.ftl"),
    include_str!("locale/fr/doctor.ftl"),
    include_str!("locale/fr/trust.ftl"),
    include_str!("locale/fr/lists.ftl"),
    include_str!("locale/fr/checks.ftl"),
    include_str!("locale/fr/face.ftl"),
    include_str!("locale/fr/models.ftl"),
    include_str!("locale/fr/liveness.ftl"),
    include_str!("locale/fr/attestation.ftl"),
    include_str!("locale/fr/requirements.ftl"),
    include_str!("locale/fr/officer.ftl"),
    include_str!("locale/fr/retention.ftl"),
];

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| [bundle("en", EN), bundle("fr", FR)]);

fn bundle(tag: &str, sources: &[&str]) -> Bundle {
    let language = tag.parse().expect("a literal language tag");
    let mut bundle = Bundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                debug_assert!(errors.is_empty(), "{tag}: {errors:?}");
                resource
            }
        };
        let added = bundle.add_resource(resource);
        debug_assert!(added.is_ok(), "{tag}: {added:?}");
    }
    bundle
}

/// The Fluent identifier of a dotted code: `input.too_large` is `input-too-large`.
#[must_use]
pub fn message_id(code: &str) -> String {
    code.replace(['.', '_'], "-")
}

impl Lang {
    /// Every language that has messages.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The language of `LC_ALL`, `LC_MESSAGES` or `LANG`: French where it begins with `fr`, else English.
    #[must_use]
    pub fn from_locale(value: &str) -> Self {
        if value.to_ascii_lowercase().starts_with("fr") { Self::Fr } else { Self::En }
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::En => &BUNDLES[0],
            Self::Fr => &BUNDLES[1],
        }
    }

    /// Whether there is a message of that identifier.
    #[must_use]
    pub fn has(self, id: &str) -> bool {
        self.bundle().get_message(id).is_some_and(|message| message.value().is_some())
    }

    /// The message, or the identifier itself where there is none.
    #[must_use]
    pub fn text(self, id: &str, args: &[(&'static str, String)]) -> String {
        let bundle = self.bundle();
        match bundle.get_message(id).and_then(|message| message.value()) {
            Some(pattern) => bundle.format_pattern(pattern, Some(&arguments(args)), &mut vec![]).into_owned(),
            None => id.to_owned(),
        }
    }

    /// An attribute of a message: `detail`, `hint`.
    #[must_use]
    pub fn attribute(self, id: &str, name: &str, args: &[(&'static str, String)]) -> Option<String> {
        let bundle = self.bundle();
        let message = bundle.get_message(id)?;
        let pattern = message.get_attribute(name)?.value();
        Some(bundle.format_pattern(pattern, Some(&arguments(args)), &mut vec![]).into_owned())
    }
}

fn arguments<'a>(args: &'a [(&'static str, String)]) -> FluentArgs<'a> {
    args.iter().map(|(name, value)| (*name, FluentValue::from(value.as_str()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ids(sources: &[&str]) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for source in sources {
            let mut message = String::new();
            for line in source.lines() {
                let name = line.split('=').next().unwrap_or_default().trim();
                if line.starts_with(|c: char| c.is_ascii_lowercase()) && line.contains('=') {
                    message = name.to_owned();
                    assert!(ids.insert(message.clone()), "{message} twice");
                } else if line.trim_start().starts_with('.') && line.contains('=') {
                    ids.insert(format!("{message}{name}"));
                }
            }
        }
        ids
    }

    #[test]
    fn both_languages_have_the_same_messages() {
        let (en, fr) = (ids(EN), ids(FR));
        assert_eq!(en.difference(&fr).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in French");
        assert_eq!(fr.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in English");
    }
}
