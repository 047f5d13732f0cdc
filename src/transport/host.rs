//! What this machine has that decides whether a reader works: devices on USB, drivers, kernel modules, who holds
//! what. Read from /proc and /sys, bounded, below a root that tests replace.
//! Source: Linux Documentation/ABI/testing/sysfs-bus-usb; USB-IF, "Smart Card CCID" 1.1 (interface class 0B).

use std::io::Read;
use std::path::{Path, PathBuf};

/// Modules of the kernel that take PN53x readers for themselves, so that neither pcscd nor libnfc gets them.
pub const CONFLICTING_MODULES: [&str; 5] = ["pn533_usb", "pn533_i2c", "pn533", "pn532_uart", "port100"];
/// Readers on USB that have no CCID interface: only libnfc speaks to them.
const LIBNFC_READERS: [(&str, &str); 7] = [
    ("04cc", "0531"),
    ("04cc", "2533"),
    ("04e6", "5591"),
    ("04e6", "5594"),
    ("054c", "0193"),
    ("054c", "02e1"),
    ("1fd3", "0608"),
];
/// The class of USB interfaces for smart card readers.
const CCID_CLASS: &str = "0b";
/// Most entries of a folder that are looked at.
const MAX_ENTRIES: usize = 4096;
/// Most bytes of a file.
const MAX_BYTES: u64 = 256 << 10;

/// A machine, as its files say.
#[derive(Debug, Clone)]
pub struct Host {
    root: PathBuf,
}

/// A reader that the kernel sees on USB.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UsbReader {
    /// Vendor and product: `072f:2200`.
    pub id: String,
    /// What it calls itself; may be empty.
    pub product: String,
    /// Whether it has a CCID interface, which pcscd's driver serves; else libnfc.
    pub ccid: bool,
    /// Its node in /dev.
    #[serde(skip)]
    pub node: PathBuf,
}

/// A process that has a device open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Holder {
    /// Its number.
    pub process: u32,
    /// Its name.
    pub name: String,
}

impl Host {
    /// The machine whose files stand below `root`: `/` is this one.
    #[must_use]
    pub fn below(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The loaded modules that take readers; `None` where the kernel does not say.
    #[must_use]
    pub fn conflicting_modules(&self) -> Option<Vec<String>> {
        let loaded = self.text("proc/modules")?;
        let names = loaded.lines().filter_map(|line| line.split(' ').next());
        Some(names.filter(|name| CONFLICTING_MODULES.contains(name)).map(str::to_owned).collect())
    }

    /// The readers on USB; `None` where the kernel does not say.
    #[must_use]
    pub fn usb_readers(&self) -> Option<Vec<UsbReader>> {
        let names = self.entries("sys/bus/usb/devices")?;
        let devices = names.iter().filter(|name| !name.contains(':'));
        Some(devices.filter_map(|device| self.usb_reader(device, &names)).collect())
    }

    fn usb_reader(&self, device: &str, names: &[String]) -> Option<UsbReader> {
        let field = |of: &str, name: &str| {
            let text = self.text(&format!("sys/bus/usb/devices/{of}/{name}"))?;
            Some(text.trim().to_lowercase())
        };
        let (vendor, product) = (field(device, "idVendor")?, field(device, "idProduct")?);
        let interface = format!("{device}:");
        let ccid = names
            .iter()
            .filter(|name| name.starts_with(&interface))
            .any(|name| field(name, "bInterfaceClass").as_deref() == Some(CCID_CLASS));
        if !ccid && !LIBNFC_READERS.contains(&(vendor.as_str(), product.as_str())) {
            return None;
        }
        let number = |name| field(device, name)?.parse::<u16>().ok();
        let (bus, at) = (number("busnum")?, number("devnum")?);
        Some(UsbReader {
            id: format!("{vendor}:{product}"),
            product: self
                .text(&format!("sys/bus/usb/devices/{device}/product"))
                .map(|text| text.trim().to_owned())
                .unwrap_or_default(),
            ccid,
            node: PathBuf::from(format!("/dev/bus/usb/{bus:03}/{at:03}")),
        })
    }

    /// The drivers that pcscd finds.
    #[must_use]
    pub fn drivers(&self) -> Vec<String> {
        let mut drivers: Vec<String> = ["usr/lib/pcsc/drivers", "usr/lib/pcsc/drivers/serial"]
            .iter()
            .filter_map(|folder| self.entries(folder))
            .flatten()
            .filter(|name| name.ends_with(".bundle") || name.ends_with(".so"))
            .collect();
        drivers.sort();
        drivers
    }

    /// Who has this device open, as far as this user may see.
    #[must_use]
    pub fn holders(&self, node: &Path) -> Vec<Holder> {
        let mut holders = Vec::new();
        for process in self.entries("proc").unwrap_or_default() {
            let Ok(number) = process.parse::<u32>() else { continue };
            let folder = format!("proc/{process}/fd");
            let open = self.entries(&folder).unwrap_or_default().iter().any(|descriptor| {
                std::fs::read_link(self.root.join(&folder).join(descriptor)).is_ok_and(|link| link == node)
            });
            if open {
                let name = self.text(&format!("proc/{process}/comm")).unwrap_or_default();
                holders.push(Holder { process: number, name: name.trim().to_owned() });
            }
        }
        holders
    }

    /// Whether a time service says that the clock is synchronised; `None` where none says anything.
    #[must_use]
    pub fn clock_synchronised(&self) -> Option<bool> {
        let service = self.root.join("run/systemd/timesync");
        service.is_dir().then(|| service.join("synchronized").exists())
    }

    fn text(&self, path: &str) -> Option<String> {
        let file = std::fs::File::open(self.root.join(path)).ok()?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Names in a folder, in order.
    fn entries(&self, path: &str) -> Option<Vec<String>> {
        let entries = std::fs::read_dir(self.root.join(path)).ok()?;
        let mut names: Vec<String> = entries
            .take(MAX_ENTRIES)
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &[(&str, &str)]) -> (tempfile::TempDir, Host) {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let host = Host::below(dir.path());
        (dir, host)
    }

    #[test]
    fn readers_modules_and_drivers_are_found() {
        let usb = |device: &str, field: &str| format!("sys/bus/usb/devices/{device}/{field}");
        let list = [
            (usb("1-1", "idVendor"), "072f\n"),
            (usb("1-1", "idProduct"), "2200\n"),
            (usb("1-1", "product"), "ACR122U PICC Interface\n"),
            (usb("1-1", "busnum"), "1\n"),
            (usb("1-1", "devnum"), "12\n"),
            (usb("1-1:1.0", "bInterfaceClass"), "0b\n"),
            (usb("1-2", "idVendor"), "04CC\n"),
            (usb("1-2", "idProduct"), "2533\n"),
            (usb("1-2", "busnum"), "1\n"),
            (usb("1-2", "devnum"), "3\n"),
            (usb("1-2:1.0", "bInterfaceClass"), "ff\n"),
            (usb("1-3", "idVendor"), "046d\n"),
            (usb("1-3", "idProduct"), "c31c\n"),
            (usb("1-3", "busnum"), "1\n"),
            (usb("1-3", "devnum"), "4\n"),
            (usb("1-3:1.0", "bInterfaceClass"), "03\n"),
            (
                "proc/modules".to_owned(),
                "pn533_usb 20480 0 - Live 0x0\npn533 45056 1 pn533_usb, Live 0x0\nusbhid 1 0\n",
            ),
            ("usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents".to_owned(), ""),
            ("usr/lib/pcsc/drivers/serial/libifdvpcd.so".to_owned(), ""),
        ];
        let files: Vec<(&str, &str)> = list.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let (_dir, host) = machine(&files);
        let readers = host.usb_readers().unwrap();
        let found: Vec<(&str, &str, bool)> =
            readers.iter().map(|r| (r.id.as_str(), r.product.as_str(), r.ccid)).collect();
        assert_eq!(found, [("072f:2200", "ACR122U PICC Interface", true), ("04cc:2533", "", false)]);
        assert_eq!(readers[0].node, Path::new("/dev/bus/usb/001/012"));
        assert_eq!(host.conflicting_modules().unwrap(), ["pn533_usb", "pn533"]);
        assert_eq!(host.drivers(), ["ifd-ccid.bundle", "libifdvpcd.so"]);
    }

    #[test]
    fn a_machine_that_says_nothing_is_not_one_without_readers() {
        let (_dir, host) = machine(&[]);
        assert_eq!((host.usb_readers(), host.conflicting_modules()), (None, None));
        assert_eq!(host.clock_synchronised(), None);
        assert!(host.drivers().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn whoever_has_a_device_open_is_named() {
        let (dir, host) = machine(&[("proc/7/comm", "scdaemon\n"), ("proc/8/comm", "other\n")]);
        for process in ["7", "8"] {
            std::fs::create_dir_all(dir.path().join("proc").join(process).join("fd")).unwrap();
        }
        let node = Path::new("/dev/bus/usb/001/012");
        std::os::unix::fs::symlink(node, dir.path().join("proc/7/fd/5")).unwrap();
        std::os::unix::fs::symlink("/dev/null", dir.path().join("proc/8/fd/0")).unwrap();
        assert_eq!(host.holders(node), [Holder { process: 7, name: "scdaemon".to_owned() }]);
    }
}
