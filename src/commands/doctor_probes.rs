//! The looks of `titre doctor`. None needs another to succeed: where one cannot be taken, it says so.

use super::doctor::Probe;
use super::{Environment, trust_store};
use crate::inspection::CheckResult::{Failed, NotSupported, Successful, Undetermined};
use crate::report::Failure;
use crate::transport::TransportError;
use crate::transport::host::{Host, UsbReader};
use crate::transport::reader::{ReaderEntry, choose};
use std::path::Path;
use time::OffsetDateTime;
use time::macros::datetime;

/// No clock that is right shows less: titre did not exist before.
const EARLIEST: OffsetDateTime = datetime!(2026-01-01 0:00 UTC);
/// Nor more: by then no chip of today is valid.
const LATEST: OffsetDateTime = datetime!(2060-01-01 0:00 UTC);

/// Every look, in the order of what needs what.
pub(super) fn all(store: Option<&Path>, environment: &Environment<'_>) -> Vec<Probe> {
    let host = Host::below(Path::new("/"));
    let readers = readers();
    let usb = host.usb_readers();
    let store = store.map(trust_store::load);
    let newest = store.as_ref().and_then(|store| store.as_ref().ok()?.newest_list());
    vec![
        card_service(&readers),
        access(&readers),
        drivers(&host, &usb, &readers),
        listed(&readers),
        free(&readers),
        modules(&host),
        libnfc(&host, &usb),
        models(environment),
        trust(store.as_ref()),
        clock(environment.at, newest),
        synchronised(&host),
    ]
}

/// What the card service says; `None` in a build without PC/SC.
type Readers = Option<Result<Vec<ReaderEntry>, TransportError>>;

#[cfg(feature = "pcsc")]
fn readers() -> Readers {
    Some(crate::transport::pcsc::list())
}

#[cfg(not(feature = "pcsc"))]
const fn readers() -> Readers {
    None
}

fn card_service(readers: &Readers) -> Probe {
    let id = "card_service";
    match readers {
        None => Probe::new(id, NotSupported, "not_built").with("feature", "pcsc"),
        Some(Err(TransportError::Service(cause))) => {
            Probe::new(id, Failed, "service_silent").with("cause", cause)
        }
        Some(_) => Probe::new(id, Successful, "service_answers"),
    }
}

fn access(readers: &Readers) -> Probe {
    let id = "card_service.access";
    match readers {
        None => Probe::new(id, NotSupported, "not_built").with("feature", "pcsc"),
        Some(Err(TransportError::ServiceRefused(_))) => Probe::new(id, Failed, "access_refused"),
        Some(Ok(_)) => Probe::new(id, Successful, "access_granted"),
        Some(Err(_)) => Probe::new(id, Undetermined, "service_not_asked"),
    }
}

/// Whether each reader with a CCID interface got to the card service.
fn drivers(host: &Host, usb: &Option<Vec<UsbReader>>, readers: &Readers) -> Probe {
    let id = "drivers";
    let there = host.drivers();
    let Some(usb) = usb else { return Probe::new(id, Undetermined, "usb_unknown").found(there) };
    let ccid: Vec<String> = usb
        .iter()
        .filter(|reader| reader.ccid)
        .map(|reader| format!("{} {}", reader.id, reader.product).trim_end().to_owned())
        .collect();
    match readers {
        _ if ccid.is_empty() => Probe::new(id, NotSupported, "no_usb_reader").found(there),
        _ if !there.iter().any(|driver| driver.contains("ccid")) => {
            Probe::new(id, Failed, "driver_missing").found(ccid)
        }
        Some(Ok(listed)) if listed.is_empty() => Probe::new(id, Failed, "driver_silent").found(ccid),
        Some(Ok(_)) => Probe::new(id, Successful, "driver_there").found(there),
        _ => Probe::new(id, Undetermined, "service_not_asked").found(ccid),
    }
}

fn listed(readers: &Readers) -> Probe {
    let id = "readers";
    match readers {
        None => Probe::new(id, NotSupported, "not_built").with("feature", "pcsc"),
        Some(Err(_)) => Probe::new(id, Undetermined, "service_not_asked"),
        Some(Ok(list)) if list.is_empty() => Probe::new(id, Undetermined, "readers_none"),
        Some(Ok(list)) => {
            let names: Vec<String> = list.iter().map(|entry| entry.name.clone()).collect();
            match choose(list, None) {
                Ok(index) => {
                    Probe::new(id, Successful, "readers_there").with("reader", &names[index]).found(names)
                }
                Err(_) => Probe::new(id, Successful, "readers_several").found(names),
            }
        }
    }
}

fn free(readers: &Readers) -> Probe {
    let id = "readers.free";
    match readers {
        None => Probe::new(id, NotSupported, "not_built").with("feature", "pcsc"),
        Some(Err(_)) => Probe::new(id, Undetermined, "service_not_asked"),
        Some(Ok(list)) => {
            let names = |wanted: fn(&ReaderEntry) -> bool| -> Vec<String> {
                list.iter().filter(|entry| wanted(entry)).map(|entry| entry.name.clone()).collect()
            };
            let (held, used) = (names(|entry| entry.exclusive), names(|entry| entry.in_use));
            let mute = names(|entry| entry.mute);
            if list.is_empty() {
                Probe::new(id, Undetermined, "readers_none")
            } else if !held.is_empty() {
                Probe::new(id, Failed, "reader_held").found(held)
            } else if !used.is_empty() {
                // titre wants a card for itself; a shared user is in its way too.
                Probe::new(id, Failed, "reader_used").found(used)
            } else if !mute.is_empty() {
                Probe::new(id, Failed, "card_mute").found(mute)
            } else {
                Probe::new(id, Successful, "readers_free")
            }
        }
    }
}

fn modules(host: &Host) -> Probe {
    let id = "kernel_modules";
    match host.conflicting_modules() {
        None => Probe::new(id, Undetermined, "modules_unknown"),
        Some(loaded) if loaded.is_empty() => Probe::new(id, Successful, "modules_none"),
        Some(loaded) => {
            Probe::new(id, Failed, "modules_conflict").with("modules", loaded.join(" ")).found(loaded)
        }
    }
}

/// libnfc speaks to USB itself: whoever else has the device open is in its way, pcscd above all.
fn libnfc(host: &Host, usb: &Option<Vec<UsbReader>>) -> Probe {
    let id = "libnfc";
    let Some(usb) = usb else { return Probe::new(id, Undetermined, "usb_unknown") };
    let wanted: Vec<&UsbReader> = usb.iter().filter(|reader| !reader.ccid).collect();
    let held: Vec<String> = wanted
        .iter()
        .flat_map(|reader| {
            let holders = host.holders(&reader.node);
            holders.into_iter().map(|holder| format!("{}: {} ({})", reader.id, holder.name, holder.process))
        })
        .collect();
    if wanted.is_empty() {
        Probe::new(id, NotSupported, "libnfc_no_reader")
    } else if held.is_empty() {
        Probe::new(id, Successful, "libnfc_free")
            .found(wanted.iter().map(|reader| reader.id.clone()).collect())
    } else {
        Probe::new(id, Failed, "libnfc_held").found(held)
    }
}

#[cfg(feature = "face")]
fn models(environment: &Environment<'_>) -> Probe {
    use super::face::{model_failure, models_origin};
    use crate::biometrics::ModelSet;
    use crate::biometrics::models::Task;
    let needed = [Task::FaceDetection, Task::Landmarks, Task::Iris, Task::Embedding];
    let origin = models_origin(environment);
    let set = origin.name();
    let there = ModelSet::open(origin).and_then(|models| models.require(&needed));
    match there {
        Ok(()) => Probe::new("models", Successful, "models_there").with("set", set),
        Err(error) => {
            Probe::new("models", Failed, "models_broken").with("cause", cause(&model_failure(&error)))
        }
    }
}

#[cfg(not(feature = "face"))]
fn models(_environment: &Environment<'_>) -> Probe {
    Probe::new("models", NotSupported, "not_built").with("feature", "face")
}

fn trust(store: Option<&Result<crate::pki::TrustStore, Failure>>) -> Probe {
    let id = "trust_store";
    match store {
        None => Probe::new(id, NotSupported, "store_not_named"),
        Some(Ok(store)) => Probe::new(id, Successful, "store_there").with("count", store.len()),
        Some(Err(failure)) => Probe::new(id, Failed, "store_broken").with("cause", cause(failure)),
    }
}

/// Code and cause of a failure.
fn cause(failure: &Failure) -> String {
    match &failure.cause {
        Some(cause) => format!("{}: {cause}", failure.code.code()),
        None => failure.code.code().to_owned(),
    }
}

/// Validity is judged by the clock; one that is wrong makes good documents bad.
fn clock(now: OffsetDateTime, newest_list: Option<OffsetDateTime>) -> Probe {
    let id = "clock";
    let shown = super::rfc3339(now);
    if now < EARLIEST || now > LATEST {
        return Probe::new(id, Failed, "clock_wrong").with("now", shown);
    }
    match newest_list.filter(|list| *list > now) {
        Some(list) => {
            Probe::new(id, Failed, "clock_before_list").with("now", shown).with("list", super::rfc3339(list))
        }
        None => Probe::new(id, Successful, "clock_plausible").with("now", shown),
    }
}

fn synchronised(host: &Host) -> Probe {
    let id = "clock.synchronised";
    match host.clock_synchronised() {
        Some(true) => Probe::new(id, Successful, "clock_synchronised"),
        Some(false) => Probe::new(id, Failed, "clock_not_synchronised"),
        None => Probe::new(id, Undetermined, "clock_unknown"),
    }
    .informative()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::CheckResult;

    fn entry(name: &str) -> ReaderEntry {
        ReaderEntry { name: name.to_owned(), ..ReaderEntry::default() }
    }

    fn service_probes(readers: &Readers) -> Vec<(CheckResult, &'static str)> {
        let usb = Some(vec![UsbReader {
            id: "072f:2200".to_owned(),
            product: String::new(),
            ccid: true,
            node: "/dev/bus/usb/001/002".into(),
        }]);
        let host = Host::below(Path::new("/nonexistent"));
        [
            card_service(readers),
            access(readers),
            listed(readers),
            free(readers),
            drivers(&host, &usb, readers),
        ]
        .map(|probe| (probe.result, probe.reason))
        .to_vec()
    }

    #[test]
    fn the_service_its_access_and_its_readers_are_told_apart() {
        let no_driver = (Failed, "driver_missing");
        let silent = Some(Err(TransportError::Service("no".to_owned())));
        let unasked = (Undetermined, "service_not_asked");
        assert_eq!(
            service_probes(&silent),
            [(Failed, "service_silent"), unasked, unasked, unasked, no_driver]
        );
        let refused = Some(Err(TransportError::ServiceRefused("no".to_owned())));
        let answers = (Successful, "service_answers");
        let granted = (Successful, "access_granted");
        assert_eq!(
            service_probes(&refused),
            [answers, (Failed, "access_refused"), unasked, unasked, no_driver]
        );
        let none = (Undetermined, "readers_none");
        assert_eq!(service_probes(&Some(Ok(vec![]))), [answers, granted, none, none, no_driver]);
        for (change, expected) in [
            (ReaderEntry { exclusive: true, in_use: true, ..entry("A") }, (Failed, "reader_held")),
            (ReaderEntry { in_use: true, ..entry("A") }, (Failed, "reader_used")),
            (ReaderEntry { mute: true, ..entry("A") }, (Failed, "card_mute")),
            (entry("A"), (Successful, "readers_free")),
        ] {
            assert_eq!(service_probes(&Some(Ok(vec![change])))[3], expected);
        }
        assert_eq!(listed(&Some(Ok(vec![entry("A"), entry("B")]))).reason, "readers_several");
        assert_eq!(service_probes(&None)[0], (NotSupported, "not_built"));
    }

    #[test]
    fn drivers_modules_and_libnfc_are_judged_by_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let host = Host::below(dir.path());
        assert_eq!(modules(&host).result, Undetermined);
        write("proc/modules", "usbhid 1 0\n");
        assert_eq!(modules(&host).result, Successful);
        write("proc/modules", "pn533 45056 1\n");
        assert_eq!((modules(&host).result, modules(&host).found), (Failed, vec!["pn533".to_owned()]));
        write("usr/lib/pcsc/drivers/ifd-ccid.bundle/x", "");
        let reader = |ccid| UsbReader {
            id: "1:2".to_owned(),
            product: String::new(),
            ccid,
            node: "/dev/bus/usb/001/002".into(),
        };
        for (usb, readers, expected) in [
            (None, Some(Ok(vec![])), (Undetermined, "usb_unknown")),
            (Some(vec![]), Some(Ok(vec![])), (NotSupported, "no_usb_reader")),
            (Some(vec![reader(false)]), Some(Ok(vec![])), (NotSupported, "no_usb_reader")),
            (Some(vec![reader(true)]), Some(Ok(vec![])), (Failed, "driver_silent")),
            (Some(vec![reader(true)]), Some(Ok(vec![entry("A")])), (Successful, "driver_there")),
            (Some(vec![reader(true)]), None, (Undetermined, "service_not_asked")),
        ] {
            let probe = drivers(&host, &usb, &readers);
            assert_eq!((probe.result, probe.reason), expected);
        }
        assert_eq!(synchronised(&host).result, Undetermined);
        write("run/systemd/timesync/other", "");
        assert_eq!(synchronised(&host).result, Failed);
        write("run/systemd/timesync/synchronized", "");
        assert_eq!(synchronised(&host).result, Successful);
        assert_eq!(libnfc(&host, &None).result, Undetermined);
        assert_eq!(libnfc(&host, &Some(vec![reader(true)])).result, NotSupported);
        assert_eq!(libnfc(&host, &Some(vec![reader(false)])).result, Successful);
        #[cfg(unix)]
        {
            std::fs::create_dir_all(dir.path().join("proc/7/fd")).unwrap();
            std::os::unix::fs::symlink("/dev/bus/usb/001/002", dir.path().join("proc/7/fd/3")).unwrap();
            assert_eq!(libnfc(&host, &Some(vec![reader(false)])).result, Failed);
        }
    }

    #[test]
    fn a_clock_that_cannot_be_right_fails() {
        let now = datetime!(2027-01-01 0:00 UTC);
        assert_eq!(clock(now, None).result, Successful);
        assert_eq!(clock(now, Some(datetime!(2026-12-01 0:00 UTC))).result, Successful);
        assert_eq!(clock(now, Some(datetime!(2027-02-01 0:00 UTC))).reason, "clock_before_list");
        for wrong in [datetime!(1970-01-01 0:00 UTC), datetime!(2106-01-01 0:00 UTC)] {
            assert_eq!(clock(wrong, None).reason, "clock_wrong");
        }
    }

    #[test]
    fn every_probe_and_every_reason_has_its_texts() {
        use crate::report::Lang;
        let source = include_str!("doctor_probes.rs").split("#[cfg(test)]").next().unwrap();
        let quoted: Vec<&str> = source.split('"').skip(1).step_by(2).collect();
        let mut reasons = 0;
        for part in source.split("Probe::new(").skip(1) {
            let call = part.split(')').next().unwrap();
            let result = ["Failed", "Undetermined"].iter().any(|word| call.contains(word));
            let reason = call.rsplit('"').nth(1).unwrap();
            assert!(quoted.contains(&reason));
            for lang in Lang::ALL {
                let id = format!("doctor-{}", reason.replace('_', "-"));
                assert!(lang.has(&id), "{id} has no text in {lang:?}");
                let remedy = lang.attribute(&id, "remedy", &[]).is_some();
                assert!(remedy || !result, "{id} has no remedy in {lang:?}");
            }
            reasons += 1;
        }
        assert!(reasons > 30, "{reasons}");
        let ids = source.lines().filter_map(|line| line.trim().strip_prefix("let id = \""));
        for id in ids.map(|id| id.trim_end_matches("\";")).chain(["models"]) {
            for lang in Lang::ALL {
                let message = format!("probe-{}", crate::report::locale::message_id(id));
                assert!(lang.has(&message), "{message} is missing in {lang:?}");
            }
        }
    }
}
