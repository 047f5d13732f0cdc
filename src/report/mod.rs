//! Holds: what leaves the program: human pages, JSON documents, events, exit codes, failure codes, files.
//! May use: all results. Nothing outside this room prints.
//! Implements: titre's own contract (`titre schema`, `titre explain`); result words of BSI TR-03135-1 section 3.5.2.

pub mod exit;
pub mod failure;
pub mod ledger;
pub mod locale;
pub mod output;
pub mod page;
pub mod reporter;

pub use exit::Exit;
pub use failure::{Failure, FailureCode};
pub use locale::Lang;
pub use page::Page;
pub use reporter::{Format, Outcome, Reporter};
