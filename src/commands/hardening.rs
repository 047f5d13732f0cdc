//! What the process does about its own memory before it reads anything: no core dump of it is written, no other process of
//! the user looks into it, and the kernel keeps it out of swap where this process may ask for that.
//! Source: core(5), prctl(2) PR_SET_DUMPABLE, mlockall(2), capabilities(7).

use serde::Serialize;

/// Whether a guard of the process stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Guard {
    /// No core dump is written, and neither the memory nor the environment can be read by another process of the user.
    Off,
    /// All memory is locked, what comes later too.
    Locked,
    /// The system knows how, and did not allow it to this process.
    NotAllowed,
    /// titre does not know how on this system.
    NotSupported,
}

/// What was achieved. A run goes on whatever it was; the retention report says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hardening {
    /// Core dumps: `off`, `not_allowed`, `not_supported`.
    pub core_dumps: Guard,
    /// Memory kept out of swap: `locked`, `not_allowed`, `not_supported`.
    pub swap: Guard,
}

impl Hardening {
    /// Sets up the guards of this process, once, at its start. From then on only root can read `/proc/PID` of it or trace it,
    /// and the programs that it starts have the limit on core dumps too.
    #[must_use]
    pub fn begin() -> Self {
        Self { core_dumps: guards::without_core_dumps(), swap: guards::without_swap() }
    }
}

#[cfg(target_os = "linux")]
mod guards {
    use super::Guard;
    use rustix::mm::{MlockAllFlags, mlockall};
    use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
    use rustix::thread::{CapabilitySet, capabilities};

    /// The limit alone does not do it: where cores go to a program (core(5), piping), it is passed over. What is not
    /// dumpable never dumps.
    pub(super) fn without_core_dumps() -> Guard {
        let limited = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        let closed = set_dumpable_behavior(DumpableBehavior::NotDumpable);
        if limited.is_ok() && closed.is_ok() { Guard::Off } else { Guard::NotAllowed }
    }

    /// Pages are locked as they are touched: what is mapped and never used costs nothing. Under a limit nothing is locked,
    /// since beyond it every allocation would fail.
    pub(super) fn without_swap() -> Guard {
        let flags = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        if unlimited() && mlockall(flags).is_ok() { Guard::Locked } else { Guard::NotAllowed }
    }

    /// Whether any amount of memory may be locked.
    fn unlimited() -> bool {
        let allowed = getrlimit(Resource::Memlock);
        if allowed.current.is_none() {
            return true;
        }
        if allowed.maximum.is_none() {
            return setrlimit(Resource::Memlock, Rlimit { current: None, maximum: None }).is_ok();
        }
        capabilities(None).is_ok_and(|held| held.effective.contains(CapabilitySet::IPC_LOCK))
    }
}

#[cfg(not(target_os = "linux"))]
mod guards {
    use super::Guard;

    pub(super) const fn without_core_dumps() -> Guard {
        Guard::NotSupported
    }

    pub(super) const fn without_swap() -> Guard {
        Guard::NotSupported
    }
}
