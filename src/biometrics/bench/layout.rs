//! The layouts that sets of faces come in, told by what stands in the folder:
//!
//! | layout | folder |
//! |---|---|
//! | `lfw` | a folder a person, `<person>/<person>_0001.jpg`; also inside `lfw-deepfunneled` or `lfw`; `pairs.txt` in or beside it |
//! | `att` | `s1/1.pgm` to `s40/10.pgm` (AT&T, formerly ORL) |
//! | `nuaa` | `ClientRaw/0001/*.jpg` and `ImposterRaw/0001/*.jpg` (NUAA Photograph Imposter, raw); the sitting stands in the name |
//! | `attacks` | `real/` and `fake/`, or `fake/<instrument>/` |
//! | `rendered` | pictures beside a `truth.json`, as `titre specimen pictures` writes them |
//! | `ibug` | `NAME.jpg` with `NAME.pts`, 68 points of the iBUG mark-up (300 Faces in-the-Wild: AFW, HELEN, LFPW, iBUG); also a folder or two down |
//! | `people` | a folder a person, in it pictures, or a folder a sitting |

use super::BenchError;
use crate::biometrics::error_rates::Label;
use crate::biometrics::models::calibration::Pictures;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most pictures of one set.
pub const MAX_PICTURES: usize = 1_000_000;
/// How deep below a person's or an attack's folder pictures are looked for.
const DEPTH: usize = 3;
/// The file that says what is true of rendered pictures.
pub(super) const TRUTH_FILE: &str = "truth.json";
/// Ending of the file with the points of a picture.
pub(super) const MARKED: &str = "pts";
/// Endings of pictures.
const ENDINGS: [&str; 6] = ["jpg", "jpeg", "png", "jp2", "j2k", "pgm"];

/// How a set is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// Labelled Faces in the Wild.
    Lfw,
    /// AT&T, formerly ORL.
    Att,
    /// NUAA Photograph Imposter, raw.
    Nuaa,
    /// Real and fake.
    Attacks,
    /// Generated people whose truth is known.
    Rendered,
    /// Pictures with 68 points each, marked by hand.
    Ibug,
    /// A folder a person.
    People,
}

impl Layout {
    /// The word as results carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lfw => "lfw",
            Self::Att => "att",
            Self::Nuaa => "nuaa",
            Self::Attacks => "attacks",
            Self::Rendered => "rendered",
            Self::Ibug => "ibug",
            Self::People => "people",
        }
    }

    /// Whether the set says where points of the face are.
    #[must_use]
    pub const fn has_truth(self) -> bool {
        matches!(self, Self::Rendered | Self::Ibug)
    }

    /// What kind of pictures a set of this layout holds; of the ones without a name of their own, photographs.
    #[must_use]
    pub const fn pictures(self) -> Pictures {
        match self {
            Self::Att => Pictures::GreyStills,
            Self::Nuaa => Pictures::ColourVideo,
            _ => Pictures::ColourStills,
        }
    }
}

/// One picture of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it is.
    pub path: PathBuf,
    /// Who is seen and in which sitting; `None` where nobody is named.
    pub label: Option<Label>,
    /// `None` for a live person, where the set has attacks; else the instrument of the attack.
    pub instrument: Option<String>,
}

/// A set of pictures.
#[derive(Debug)]
pub struct Collection {
    /// How it is laid out.
    pub layout: Layout,
    /// The folder that the layout begins in.
    pub root: PathBuf,
    /// The pictures, in the order of their paths.
    pub items: Vec<Item>,
}

impl Collection {
    /// Reads what is in a folder; no picture is opened.
    ///
    /// # Errors
    /// [`BenchError::Unreadable`], [`BenchError::Layout`], [`BenchError::TooMany`].
    pub fn open(folder: &Path) -> Result<Self, BenchError> {
        let inside = |name: &str| Some(folder.join(name)).filter(|path| path.is_dir());
        let root = inside("lfw-deepfunneled").or_else(|| inside("lfw")).unwrap_or_else(|| folder.to_owned());
        let layout = layout_of(&root)?;
        let mut items = Vec::new();
        match layout {
            Layout::Nuaa => {
                people(&root.join("ClientRaw"), layout, &mut items)?;
                let first = items.len();
                people(&root.join("ImposterRaw"), layout, &mut items)?;
                for print in &mut items[first..] {
                    *print = Item { label: None, instrument: Some("print".to_owned()), ..print.clone() };
                }
            }
            Layout::Attacks => {
                items.extend(unnamed(pictures(&root.join("real"), DEPTH)?));
                attacks(&root.join("fake"), &mut items)?;
            }
            // Nobody is named: rendered people are too alike to measure comparison on.
            Layout::Rendered => items.extend(unnamed(pictures(&root, 1)?)),
            Layout::Ibug => {
                let mut found = pictures(&root, DEPTH)?;
                found.retain(|path| path.with_extension(MARKED).is_file());
                items.extend(unnamed(found));
            }
            Layout::Lfw | Layout::Att | Layout::People => people(&root, layout, &mut items)?,
        }
        if items.is_empty() {
            return Err(BenchError::Layout(folder.to_owned()));
        }
        Ok(Self { layout, root, items })
    }

    /// Whether some of the pictures are attacks.
    #[must_use]
    pub fn has_attacks(&self) -> bool {
        self.items.iter().any(|item| item.instrument.is_some())
    }

    /// Keeps every picture of `step`, counted within each person or instrument.
    pub fn thin(&mut self, step: usize) {
        let mut counts: BTreeMap<(Option<u32>, Option<String>), usize> = BTreeMap::new();
        self.items.retain(|item| {
            let key = (item.label.map(|label| label.person), item.instrument.clone());
            let count = counts.entry(key).or_default();
            *count += 1;
            (*count - 1).is_multiple_of(step.max(1))
        });
    }

    /// Keeps at most `most` pictures of each sitting of each person, evenly spaced, and drops attacks: pictures of a
    /// film that follow each other say the same again.
    pub fn few_of_each_sitting(&mut self, most: usize) {
        let mut sittings: BTreeMap<u32, Vec<Item>> = BTreeMap::new();
        for item in self.items.drain(..) {
            if let Some(label) = item.label {
                sittings.entry(label.sitting).or_default().push(item);
            }
        }
        for items in sittings.into_values() {
            let count = items.len();
            let take = most.clamp(1, count);
            let chosen: Vec<usize> = (0..take).map(|place| place * count / take).collect();
            let spaced = items.into_iter().enumerate().filter(|(place, _)| chosen.contains(place));
            self.items.extend(spaced.map(|(_, item)| item));
        }
    }
}

fn unnamed(pictures: Vec<PathBuf>) -> impl Iterator<Item = Item> {
    pictures.into_iter().map(|path| Item { path, label: None, instrument: None })
}

fn layout_of(root: &Path) -> Result<Layout, BenchError> {
    let is_folder = |name: &str| root.join(name).is_dir();
    if root.join(TRUTH_FILE).is_file() {
        return Ok(Layout::Rendered);
    }
    if is_folder("ClientRaw") && is_folder("ImposterRaw") {
        return Ok(Layout::Nuaa);
    }
    if is_folder("real") && is_folder("fake") {
        return Ok(Layout::Attacks);
    }
    if root.join("s1/1.pgm").is_file() && root.join("s40/10.pgm").is_file() {
        return Ok(Layout::Att);
    }
    if has_marked(root, DEPTH)? {
        return Ok(Layout::Ibug);
    }
    let mut known = None;
    for folder in entries(root)?.into_iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if folder.join(format!("{name}_0001.jpg")).is_file() {
            return Ok(Layout::Lfw);
        }
        known = Some(Layout::People);
    }
    known.ok_or_else(|| BenchError::Layout(root.to_owned()))
}

/// What stands in a folder, in the order of names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, BenchError> {
    let unreadable = |source| BenchError::Unreadable { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        found.push(entry.map_err(unreadable)?.path());
        if found.len() > MAX_PICTURES {
            return Err(BenchError::TooMany(MAX_PICTURES));
        }
    }
    found.sort();
    Ok(found)
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) && path.is_file()
}

/// The pictures of a folder and, `depth` levels down, of those in it.
fn pictures(folder: &Path, depth: usize) -> Result<Vec<PathBuf>, BenchError> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if is_picture(&path) {
            found.push(path);
        } else if depth > 1 && path.is_dir() && !path.is_symlink() {
            found.extend(pictures(&path, depth - 1)?);
        }
        if found.len() > MAX_PICTURES {
            return Err(BenchError::TooMany(MAX_PICTURES));
        }
    }
    Ok(found)
}

/// Whether marked pictures stand in a folder or its first folders; a set of people is not searched through.
fn has_marked(folder: &Path, depth: usize) -> Result<bool, BenchError> {
    let inside = entries(folder)?;
    if inside.iter().any(|path| is_picture(path) && path.with_extension(MARKED).is_file()) {
        return Ok(true);
    }
    match inside.into_iter().find(|path| path.is_dir() && !path.is_symlink()) {
        Some(first) if depth > 1 => has_marked(&first, depth - 1),
        _ => Ok(false),
    }
}

/// Every folder is a person.
fn people(root: &Path, layout: Layout, items: &mut Vec<Item>) -> Result<(), BenchError> {
    let folders = entries(root)?.into_iter().filter(|path| path.is_dir());
    let mut sittings: BTreeMap<(usize, String), u32> = BTreeMap::new();
    for (person, folder) in folders.enumerate() {
        for path in pictures(&folder, DEPTH)? {
            let count = sittings.len() as u32;
            let sitting = *sittings.entry((person, sitting(layout, &folder, &path))).or_insert(count);
            let label = Some(Label { person: person as u32, sitting });
            items.push(Item { path, label, instrument: None });
        }
        if items.len() > MAX_PICTURES {
            return Err(BenchError::TooMany(MAX_PICTURES));
        }
    }
    Ok(())
}

/// What tells the sitting of a picture from the person's others: of NUAA the fourth part of the name; else the folder
/// below the person's; else each picture is one of its own.
fn sitting(layout: Layout, person: &Path, picture: &Path) -> String {
    let stem = picture.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if layout == Layout::Nuaa {
        return stem.split('_').nth(3).unwrap_or_default().to_owned();
    }
    match picture.parent() {
        Some(parent) if parent != person => parent.display().to_string(),
        _ => stem,
    }
}

/// Attacks, by the folder of their instrument where there is one.
fn attacks(root: &Path, items: &mut Vec<Item>) -> Result<(), BenchError> {
    let attack = |path, instrument: &str| Item { path, label: None, instrument: Some(instrument.to_owned()) };
    items.extend(pictures(root, 1)?.into_iter().map(|path| attack(path, "fake")));
    for folder in entries(root)?.into_iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        items.extend(pictures(&folder, DEPTH)?.into_iter().map(|path| attack(path, &name)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"").unwrap();
        }
        folder
    }

    #[test]
    fn layouts_are_told_apart() {
        let sets: [(&[&str], Layout, usize); 7] = [
            (&["lfw-deepfunneled/A_B/A_B_0001.jpg", "lfw-deepfunneled/A_B/A_B_0002.jpg"], Layout::Lfw, 2),
            (&["s1/1.pgm", "s40/10.pgm", "README"], Layout::Att, 2),
            (
                &["ClientRaw/0001/0001_00_00_01_0.jpg", "ImposterRaw/0001/0001_01_00_01_2.jpg"],
                Layout::Nuaa,
                2,
            ),
            (&["real/a.png", "fake/b.png", "fake/screen/c.png"], Layout::Attacks, 3),
            (&["truth.json", "1-000.jpg", "1-001.jpg"], Layout::Rendered, 2),
            (
                &["afw/a.jpg", "afw/a.pts", "afw/b.jpg", "helen/test/c.png", "helen/test/c.pts"],
                Layout::Ibug,
                2,
            ),
            (&["anna/1.jpg", "ben/day one/1.jpg", "ben/day one/2.jpg", "ben/notes.txt"], Layout::People, 3),
        ];
        for (files, layout, count) in sets {
            let folder = made(files);
            let found = Collection::open(folder.path()).unwrap();
            assert_eq!((found.layout, found.items.len()), (layout, count), "{files:?}");
        }
        let empty = made(&["readme.txt"]);
        assert!(matches!(Collection::open(empty.path()), Err(BenchError::Layout(_))));
        assert!(matches!(Collection::open(Path::new("none such")), Err(BenchError::Unreadable { .. })));
    }

    #[test]
    fn pictures_of_one_sitting_have_one_label_and_attacks_have_an_instrument() {
        let folder = made(&[
            "ClientRaw/0001/0001_00_00_01_0.jpg",
            "ClientRaw/0001/0001_00_00_01_7.jpg",
            "ClientRaw/0001/0001_00_00_02_0.jpg",
            "ClientRaw/0002/0002_00_00_01_0.jpg",
            "ImposterRaw/0001/0001_01_00_01_2.jpg",
        ]);
        let mut found = Collection::open(folder.path()).unwrap();
        let labels: Vec<_> = found.items.iter().filter_map(|item| item.label).collect();
        let sittings: Vec<_> = labels.iter().map(|label| (label.person, label.sitting)).collect();
        assert_eq!(sittings, [(0, 0), (0, 0), (0, 1), (1, 2)]);
        assert_eq!(found.items[4].instrument.as_deref(), Some("print"));
        found.few_of_each_sitting(1);
        assert_eq!(found.items.len(), 3);
        let mut thinned = Collection::open(folder.path()).unwrap();
        thinned.thin(2);
        assert_eq!(thinned.items.len(), 4);
        assert!(thinned.has_attacks());
    }
}
