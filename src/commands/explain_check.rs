//! What a check and a reason of the inspection mean, in words: for `titre explain` and for the pages.

use crate::inspection::{CheckResult, Profile, Requirement, catalogue};
use crate::report::locale::message_id;
use crate::report::{Lang, Page};
use serde_json::{Value, json};

/// The title of a check.
pub(super) fn title(id: &str, lang: Lang) -> String {
    let own = format!("check-{}", message_id(id));
    if lang.has(&own) {
        return lang.text(&own, &[]);
    }
    lang.text(&format!("check-{}", message_id(&catalogue::text_id(id))), &[])
}

/// What each result of a check means, for the results that it can have.
fn meanings(id: &str, lang: Lang) -> Vec<(CheckResult, String)> {
    let about = format!("about-{}", message_id(&catalogue::text_id(id)));
    let meaning = |result: CheckResult| {
        let word = message_id(result.word());
        let own = lang.attribute(&about, &word, &[]);
        let general = result == CheckResult::Successful || catalogue::is_group(id);
        let text = own.or_else(|| general.then(|| lang.text(&format!("meaning-{word}"), &[])))?;
        Some((result, text))
    };
    CheckResult::BY_PRECEDENCE.into_iter().rev().filter_map(meaning).collect()
}

const fn requirement_word(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Mandatory => "mandatory",
        Requirement::Conditional => "conditional",
        Requirement::Optional => "optional",
        Requirement::Evaluatory => "evaluatory",
    }
}

/// A check: title, what is checked, source, what it means for whom, what each result means.
pub(super) fn explain(entry: &catalogue::Entry, lang: Lang, page: &mut Page) -> Value {
    let catalogue::Entry { id, source } = *entry;
    let (title, about) =
        (title(id, lang), lang.text(&format!("about-{}", message_id(&catalogue::text_id(id))), &[]));
    page.line(0, format!("{id}: {title}"));
    page.line(1, &about);
    page.field("label-standard", source);
    let mut requirements = serde_json::Map::new();
    for profile in Profile::ALL {
        let word = requirement_word(profile.requirement(id));
        let text = lang.text(&format!("requirement-{word}"), &[]);
        page.line(1, format!("{}: {text}", profile.name()));
        requirements.insert(profile.name().to_owned(), word.into());
    }
    let mut results = serde_json::Map::new();
    for (result, meaning) in meanings(id, lang) {
        let word = lang.text(&format!("result-{}", message_id(result.word())), &[]);
        page.line(1, format!("{word}: {meaning}"));
        results.insert(result.word().to_owned(), meaning.into());
    }
    json!({"id": id, "title": title, "about": about, "source": source, "requirements": requirements,
        "results": results})
}

/// A reason that results carry: its text and what to do; `None` for one that there is not.
pub(super) fn explain_reason(code: &str, lang: Lang, page: &mut Page) -> Option<Value> {
    let id = format!("reason-{}", message_id(code));
    if code.contains(['.', '-']) || !lang.has(&id) {
        return None;
    }
    let (text, remedy) = (lang.text(&id, &[]), lang.attribute(&id, "remedy", &[]));
    page.line(0, format!("{code}: {text}"));
    if let Some(remedy) = &remedy {
        page.line(1, remedy);
    }
    Some(json!({"code": code, "text": text, "remedy": remedy}))
}
