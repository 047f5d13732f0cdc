//! Lists of pairs: the ten folds of Labelled Faces in the Wild, and a user's own in CSV.
//! Source: G. B. Huang et al., "Labeled Faces in the Wild" (2007), view 2: `pairs.txt` begins with the number of folds
//! and of pairs of each kind in a fold; "name i j" is one person, "name i other j" are two. A threshold is chosen on
//! nine folds and judged on the tenth.

use super::BenchError;
use super::layout::{Collection, Item};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Largest list, in bytes.
const MAX_FILE: u64 = 64 * 1024 * 1024;
/// Most pairs of one list.
const MAX_PAIRS: usize = 2_000_000;

/// Two pictures, by their place in the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// One.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// Whether they show one person.
    pub genuine: bool,
}

/// Pairs, in folds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairList {
    /// The folds.
    pub folds: Vec<Vec<Pair>>,
}

fn text(path: &Path) -> Result<String, BenchError> {
    use std::io::Read;
    let unreadable = |source| BenchError::Unreadable { path: path.to_owned(), source };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MAX_FILE).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

impl PairList {
    /// Reads `pairs.txt` over the pictures of a set in the layout of LFW.
    ///
    /// # Errors
    /// [`BenchError::Unreadable`], [`BenchError::Pairs`].
    pub fn lfw(path: &Path, set: &Collection) -> Result<Self, BenchError> {
        let text = text(path)?;
        let wrong = |line: usize, reason: &str| BenchError::Pairs {
            path: path.to_owned(),
            line: line + 1,
            reason: reason.to_owned(),
        };
        let places: BTreeMap<&Path, usize> =
            set.items.iter().enumerate().map(|(place, item)| (item.path.as_path(), place)).collect();
        let place = |line: usize, name: &str, number: &str| {
            let number: u32 = number.parse().map_err(|_| wrong(line, "not a number"))?;
            let path = set.root.join(name).join(format!("{name}_{number:04}.jpg"));
            places.get(path.as_path()).copied().ok_or_else(|| wrong(line, "no such picture in the set"))
        };
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let header: Vec<usize> = lines
            .next()
            .map(|(_, line)| line.split_whitespace().filter_map(|number| number.parse().ok()).collect())
            .unwrap_or_default();
        let [folds, of_each] = header[..] else { return Err(wrong(0, "expected folds and pairs of each")) };
        if folds < 2 || of_each == 0 || folds.saturating_mul(of_each) > MAX_PAIRS / 2 {
            return Err(wrong(0, "too few or too many folds or pairs"));
        }
        let mut pairs = Vec::new();
        for (line, words) in lines {
            let words: Vec<&str> = words.split_whitespace().collect();
            pairs.push(match words[..] {
                [name, one, other] => {
                    Pair { one: place(line, name, one)?, other: place(line, name, other)?, genuine: true }
                }
                [name, one, second, other] => {
                    Pair { one: place(line, name, one)?, other: place(line, second, other)?, genuine: false }
                }
                _ => return Err(wrong(line, "expected three or four words")),
            });
        }
        if pairs.len() != folds * of_each * 2 {
            return Err(wrong(0, "another number of pairs than it says"));
        }
        Ok(Self { folds: pairs.chunks(of_each * 2).map(<[Pair]>::to_vec).collect() })
    }

    /// Reads a list in CSV: `genuine` or `impostor`, one file, another; paths are relative to the list. Answers with
    /// the pictures that it names, each once.
    ///
    /// # Errors
    /// [`BenchError::Unreadable`], [`BenchError::Pairs`], [`BenchError::TooMany`].
    pub fn csv(path: &Path) -> Result<(Self, Vec<Item>), BenchError> {
        let text = text(path)?;
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        let mut places: BTreeMap<PathBuf, usize> = BTreeMap::new();
        let mut items = Vec::new();
        let mut pairs = Vec::new();
        for (line, words) in text.lines().enumerate() {
            let words: Vec<&str> = words.split(',').map(str::trim).collect();
            if words == [""] || (line == 0 && !["genuine", "impostor"].contains(&words[0])) {
                continue;
            }
            let wrong = |reason: &str| BenchError::Pairs {
                path: path.to_owned(),
                line: line + 1,
                reason: reason.to_owned(),
            };
            let [kind, one, other] = words[..] else { return Err(wrong("expected three columns")) };
            let genuine = match kind {
                "genuine" => true,
                "impostor" => false,
                _ => return Err(wrong("expected genuine or impostor")),
            };
            let [one, other] = [one, other].map(|name| {
                let path = folder.join(name);
                *places.entry(path.clone()).or_insert_with(|| {
                    items.push(Item { path, label: None, instrument: None });
                    items.len() - 1
                })
            });
            if one == other {
                return Err(wrong("a picture with itself"));
            }
            pairs.push(Pair { one, other, genuine });
            if pairs.len() > MAX_PAIRS {
                return Err(BenchError::TooMany(MAX_PAIRS));
            }
        }
        Ok((Self { folds: vec![pairs] }, items))
    }

    /// The same pairs over only the pictures that they name, and the places that those had.
    #[must_use]
    pub fn compacted(&self) -> (Self, Vec<usize>) {
        let named: BTreeSet<usize> = self.pairs().flat_map(|pair| [pair.one, pair.other]).collect();
        let places: Vec<usize> = named.into_iter().collect();
        let place = |old: usize| places.binary_search(&old).unwrap_or_default();
        let pair = |pair: &Pair| Pair { one: place(pair.one), other: place(pair.other), ..*pair };
        let folds = self.folds.iter().map(|fold| fold.iter().map(pair).collect()).collect();
        (Self { folds }, places)
    }

    /// All pairs.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.folds.iter().flatten()
    }
}

/// How often the right is said of the pairs of folds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    /// Mean over the folds.
    pub mean: f64,
    /// Standard deviation over the folds.
    pub deviation: f64,
    /// Pairs.
    pub pairs: usize,
}

/// The accuracy over folds of `(score, genuine)`: the best threshold of the others, judged on each.
#[must_use]
pub fn accuracy(folds: &[Vec<(f32, bool)>]) -> Option<Accuracy> {
    if folds.len() < 2 || folds.iter().any(Vec::is_empty) {
        return None;
    }
    let mut right = Vec::new();
    for (place, fold) in folds.iter().enumerate() {
        let others = folds.iter().enumerate().filter(|(other, _)| *other != place);
        let threshold = best_threshold(others.flat_map(|(_, fold)| fold.iter().copied()).collect());
        let hits = fold.iter().filter(|(score, genuine)| (*score >= threshold) == *genuine).count();
        right.push(hits as f64 / fold.len() as f64);
    }
    let mean = right.iter().sum::<f64>() / right.len() as f64;
    let variance = right.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / right.len() as f64;
    Some(Accuracy { mean, deviation: variance.sqrt(), pairs: folds.iter().map(Vec::len).sum() })
}

/// The threshold that gets most right.
fn best_threshold(mut scores: Vec<(f32, bool)>) -> f32 {
    scores.sort_by(|one, other| one.0.total_cmp(&other.0));
    // At the lowest score all are called one person.
    let mut right = scores.iter().filter(|(_, genuine)| *genuine).count() as i64;
    let (mut best, mut threshold) = (right, scores.first().map_or(0.0, |first| first.0));
    let mut place = 0;
    while place < scores.len() {
        let score = scores[place].0;
        while place < scores.len() && scores[place].0 == score {
            right += if scores[place].1 { -1 } else { 1 };
            place += 1;
        }
        if right > best {
            best = right;
            // Half way to the next, as far from both as can be.
            threshold = scores.get(place).map_or(score.next_up(), |next| f32::midpoint(score, next.0));
        }
    }
    threshold
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_is_judged_on_what_did_not_choose_the_threshold() {
        let good = vec![(0.9, true), (0.8, true), (0.1, false), (0.2, false)];
        let apart = accuracy(&[good.clone(), good.clone()]).unwrap();
        assert_eq!((apart.mean, apart.deviation, apart.pairs), (1.0, 0.0, 8));
        // The second fold lies higher as a whole: the first one's threshold is wrong there for half, and so back.
        let high = vec![(1.9, true), (1.8, true), (1.1, false), (1.2, false)];
        let shifted = accuracy(&[good.clone(), high]).unwrap();
        assert_eq!(shifted.mean, 0.5);
        assert!(accuracy(&[good]).is_none() && accuracy(&[]).is_none());
    }

    #[test]
    fn lists_are_read_and_what_they_name_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["A_0001", "A_0002", "B_0001", "B_0002"] {
            let path = folder.path().join(&name[..1]).join(format!("{name}.jpg"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"").unwrap();
        }
        let set = Collection::open(folder.path()).unwrap();
        let list = folder.path().join("pairs.txt");
        let read = |text: &str| {
            std::fs::write(&list, text).unwrap();
            PairList::lfw(&list, &set)
        };
        let found = read("2\t1\nA\t1\t2\nA\t1\tB\t2\nB\t1\t2\nA\t2\tB\t1\n").unwrap();
        assert_eq!(
            found.folds[0],
            [Pair { one: 0, other: 1, genuine: true }, Pair { one: 0, other: 3, genuine: false }]
        );
        assert_eq!(found.pairs().count(), 4);
        let some = PairList { folds: vec![vec![Pair { one: 1, other: 3, genuine: false }]] };
        let (compacted, places) = some.compacted();
        assert_eq!((compacted.folds[0][0].one, compacted.folds[0][0].other, places), (0, 1, vec![1, 3]));
        for broken in ["", "2", "2 1\nA 1 2\n", "2 1\nA 1 3\n", "2 1\nA 1\n", "2 99999999\n", "2 1\nA x 2\n"]
        {
            assert!(matches!(read(broken), Err(BenchError::Pairs { .. })), "{broken:?}");
        }

        let list = folder.path().join("own.csv");
        std::fs::write(&list, "kind,one,other\ngenuine,a.jpg,b.jpg\nimpostor, a.jpg, c/d.jpg\n").unwrap();
        let (pairs, items) = PairList::csv(&list).unwrap();
        assert_eq!((pairs.pairs().count(), items.len()), (2, 3));
        assert_eq!(items[2].path, folder.path().join("c/d.jpg"));
        for broken in ["genuine,a.jpg", "same,a.jpg,b.jpg\nsame,a.jpg,b.jpg", "genuine,a.jpg,a.jpg"] {
            std::fs::write(&list, broken).unwrap();
            assert!(matches!(PairList::csv(&list), Err(BenchError::Pairs { .. })), "{broken}");
        }
    }
}
