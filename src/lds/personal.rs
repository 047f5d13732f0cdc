//! Personal data in a wrapper that always redacts. It is opened by name, in `report` or to write the holder's
//! own files, so that a search for `disclose` finds every place.

use std::fmt;

/// A value about a person. `Debug` and `Display` print `[personal]`; there is no `Serialize`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. Every call is a decision to let personal data out of its wrapper.
    pub const fn disclose(&self) -> &T {
        &self.0
    }

    /// The value, taken out.
    pub fn into_disclosed(self) -> T {
        self.0
    }

    /// A personal value made from this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Personal<U> {
        Personal(make(self.0))
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

impl<T> fmt::Display for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}
