//! How long each stage of a command took.

use serde_json::{Map, Value, json};
use std::time::Instant;

/// The time of each stage, in their order.
#[derive(Debug, Default)]
pub(super) struct Stopwatch(Vec<(&'static str, u64)>);

impl Stopwatch {
    /// Does the work, and notes how long it took.
    pub(super) fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let since = Instant::now();
        let done = work();
        self.0.push((stage, u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)));
        done
    }

    /// Stage and milliseconds.
    pub(super) fn stages(&self) -> &[(&'static str, u64)] {
        &self.0
    }

    /// An object with the milliseconds of each stage.
    pub(super) fn to_json(&self) -> Value {
        let entry = |(stage, spent): &(&'static str, u64)| ((*stage).to_owned(), json!(spent));
        Value::Object(self.0.iter().map(entry).collect::<Map<_, _>>())
    }
}
