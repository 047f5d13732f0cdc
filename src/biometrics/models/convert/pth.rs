//! What `torch.save(model.state_dict())` writes: named tensors. Since PyTorch 1.6 a zip with the pickle in
//! `data.pkl` and each storage in `data/KEY`; before that four pickles (magic, version, system, the dictionary), a
//! fifth with the order of the storages, and the storages behind it (torch/serialization.py, `_legacy_save`).

use super::bytes::{Cursor, slice};
use super::constant::{Constant, Element, volume};
use super::pickle::{self, Name, Pickle, TensorRef, Value};
use super::{ConvertError, MAX_BYTES, MAX_ITEMS, Result, zip};
use std::collections::BTreeMap;

/// Named weights. Integers (counters of batches) are left out.
pub(super) type StateDict = BTreeMap<String, Constant>;

/// Reads a file of weights.
pub(super) fn read(file: &[u8]) -> Result<StateDict> {
    if file.starts_with(zip::MAGIC) { zipped(file) } else { legacy(file) }
}

fn zipped(file: &[u8]) -> Result<StateDict> {
    let entries = zip::entries(file)?;
    let dictionary = entries.iter().find_map(|(name, bytes)| Some((name.strip_suffix("data.pkl")?, bytes)));
    let (root, bytes) = dictionary.ok_or_else(|| ConvertError::malformed("zip: no data.pkl"))?;
    let data = format!("{root}data/");
    let storages = entries.iter().filter_map(|(name, bytes)| Some((name.strip_prefix(&data)?, *bytes)));
    state_dict(&pickle::read(&mut Cursor::new(bytes))?, &storages.collect())
}

fn legacy(file: &[u8]) -> Result<StateDict> {
    let mut cursor = Cursor::new(file);
    for _ in 0..3 {
        pickle::read(&mut cursor)?;
    }
    let dictionary = pickle::read(&mut cursor)?;
    let keys = pickle::read(&mut cursor)?.texts()?;
    let mut kinds = BTreeMap::new();
    for (_, tensor) in tensors(&dictionary)? {
        kinds.insert(&*tensor.key, tensor.kind);
    }
    let mut storages = BTreeMap::new();
    for key in &keys {
        let kind = kinds.get(&**key).ok_or_else(|| ConvertError::malformed("a storage of no tensor"))?;
        let size = kind.size().and_then(|size| cursor.length().ok()?.checked_mul(size));
        let bytes = cursor.take(size.ok_or_else(|| ConvertError::malformed("a storage's length"))?)?;
        storages.insert(&**key, bytes);
    }
    state_dict(&dictionary, &storages)
}

fn tensors(dictionary: &Pickle) -> Result<Vec<(&str, &TensorRef)>> {
    let entries = dictionary.entries()?;
    if entries.len() > MAX_ITEMS {
        return Err(ConvertError::TooLarge("tensors"));
    }
    let mut tensors = Vec::with_capacity(entries.len());
    for entry in entries {
        let (Value::Text(name), Value::Tensor(tensor)) = entry else {
            return Err(ConvertError::unsupported("a PyTorch file that is no state_dict"));
        };
        tensors.push((&**name, &**tensor));
    }
    Ok(tensors)
}

fn state_dict(dictionary: &Pickle, storages: &BTreeMap<&str, &[u8]>) -> Result<StateDict> {
    let mut weights = StateDict::new();
    let mut total = 0usize;
    for (name, tensor) in tensors(dictionary)? {
        let element = match tensor.kind {
            Name::Floats => Element::F32,
            Name::Halves => Element::F16,
            _ => continue,
        };
        let count = volume(&tensor.shape)?;
        // Several tensors may show the same storage: what is copied out is bounded, not only what is there.
        total = total.saturating_add(count * element.size());
        if total > MAX_BYTES {
            return Err(ConvertError::TooLarge("weights"));
        }
        let mut expected = 1;
        for (size, stride) in tensor.shape.iter().zip(&tensor.strides).rev() {
            if *size > 1 && *stride != expected {
                return Err(ConvertError::unsupported("a PyTorch tensor with gaps"));
            }
            expected *= size;
        }
        let storage =
            storages.get(&*tensor.key).ok_or_else(|| ConvertError::malformed("a tensor without storage"))?;
        let offset = tensor.offset.checked_mul(element.size());
        let offset = offset.ok_or_else(|| ConvertError::malformed("a tensor's offset"))?;
        let bytes = slice(storage, offset, count * element.size())?;
        weights.insert(name.to_owned(), Constant::new(tensor.shape.clone(), element, bytes)?);
    }
    Ok(weights)
}
