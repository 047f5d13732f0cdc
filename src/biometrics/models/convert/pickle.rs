//! A pickle (Python's `pickletools.py`, protocol 2 and what PyTorch uses of 4) read as data. The format is a
//! program for a stack machine that may call anything; here it can name four things, all of which only describe
//! tensors, and every other name and every other opcode is refused. Nothing is ever executed.

use super::bytes::Cursor;
use super::{ConvertError, Result};
use std::rc::Rc;

/// Most opcodes in one pickle.
const MAX_STEPS: usize = 500_000;
/// Deepest nesting of tuples.
const MAX_DEPTH: usize = 32;

/// The names that a pickle may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// `collections.OrderedDict`
    OrderedDict,
    /// `torch._utils._rebuild_tensor_v2`
    Tensor,
    /// `torch.FloatStorage`
    Floats,
    /// `torch.HalfStorage`
    Halves,
    /// `torch.LongStorage`
    Longs,
}

impl Name {
    fn of(module: &str, name: &str) -> Result<Self> {
        Ok(match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Self::Tensor,
            ("torch", "FloatStorage") => Self::Floats,
            ("torch", "HalfStorage") => Self::Halves,
            ("torch", "LongStorage") => Self::Longs,
            _ => return Err(ConvertError::unsupported(format!("a pickle that calls {module}.{name}"))),
        })
    }

    /// Bytes of one value in a storage.
    pub(super) const fn size(self) -> Option<usize> {
        match self {
            Self::Floats => Some(4),
            Self::Halves => Some(2),
            Self::Longs => Some(8),
            Self::OrderedDict | Self::Tensor => None,
        }
    }
}

/// A value on the machine's stack. Lists and dictionaries, which change after they were named, stand in an arena:
/// one that holds itself is no cycle here.
#[derive(Debug, Clone)]
pub(super) enum Value {
    None,
    Bool,
    Int(i64),
    Text(Rc<str>),
    Tuple(Rc<[Value]>, usize),
    List(usize),
    Dict(usize),
    Name(Name),
    /// A persistent id: what PyTorch calls a storage, by kind, key and number of values.
    Storage {
        kind: Name,
        key: Rc<str>,
        len: usize,
    },
    /// Storage, offset, shape and strides.
    Tensor(Rc<TensorRef>),
}

/// A tensor as the pickle describes it.
#[derive(Debug)]
pub(super) struct TensorRef {
    pub(super) kind: Name,
    pub(super) key: Rc<str>,
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<usize>,
}

/// A pickle that was read to its end.
#[derive(Debug)]
pub(super) struct Pickle {
    pub(super) value: Value,
    lists: Vec<Vec<Value>>,
    dicts: Vec<Vec<(Value, Value)>>,
}

impl Pickle {
    /// The entries of the dictionary that the pickle is.
    pub(super) fn entries(&self) -> Result<&[(Value, Value)]> {
        match self.value {
            Value::Dict(at) => Ok(self.dicts.get(at).map_or(&[], Vec::as_slice)),
            _ => Err(ConvertError::unsupported("a PyTorch file that is no state_dict")),
        }
    }

    /// The strings of the list that the pickle is.
    pub(super) fn texts(&self) -> Result<Vec<Rc<str>>> {
        let Value::List(at) = self.value else { return Err(malformed("a list of keys")) };
        let values = self.lists.get(at).map_or(&[][..], Vec::as_slice);
        values.iter().map(|value| text(value.clone())).collect()
    }
}

fn malformed(what: &str) -> ConvertError {
    ConvertError::malformed(format!("pickle: {what}"))
}

fn text(value: Value) -> Result<Rc<str>> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(malformed("no text where one is expected")),
    }
}

fn size(value: &Value) -> Result<usize> {
    match value {
        Value::Int(value) => usize::try_from(*value).map_err(|_| malformed("a negative size")),
        _ => Err(malformed("no number where one is expected")),
    }
}

fn sizes(value: &Value) -> Result<Vec<usize>> {
    match value {
        Value::Tuple(values, _) if values.len() <= 8 => values.iter().map(size).collect(),
        _ => Err(malformed("no shape where one is expected")),
    }
}

#[derive(Default)]
struct Machine {
    stack: Vec<Value>,
    /// Where the open groups begin.
    marks: Vec<usize>,
    memo: Vec<Value>,
    lists: Vec<Vec<Value>>,
    dicts: Vec<Vec<(Value, Value)>>,
}

/// Reads one pickle; the cursor then stands behind its end.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Pickle> {
    let mut machine = Machine::default();
    for _ in 0..MAX_STEPS {
        let opcode = cursor.u8()?;
        if opcode == b'.' {
            let value = machine.pop()?;
            return Ok(Pickle { value, lists: machine.lists, dicts: machine.dicts });
        }
        machine.step(opcode, cursor)?;
    }
    Err(ConvertError::TooLarge("pickle"))
}

impl Machine {
    fn pop(&mut self) -> Result<Value> {
        // What stands below the last mark belongs to an outer group.
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(malformed("an empty stack"));
        }
        self.stack.pop().ok_or_else(|| malformed("an empty stack"))
    }

    fn since_mark(&mut self) -> Result<Vec<Value>> {
        let mark = self.marks.pop().ok_or_else(|| malformed("no mark"))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn push_tuple(&mut self, values: Vec<Value>) -> Result<()> {
        let depth = |value: &Value| if let Value::Tuple(_, depth) = value { *depth } else { 0 };
        let depth = 1 + values.iter().map(depth).max().unwrap_or(0);
        // Dropping a tuple drops what it holds, so its depth is stack depth.
        if depth > MAX_DEPTH {
            return Err(malformed("nested too deep"));
        }
        self.stack.push(Value::Tuple(values.into(), depth));
        Ok(())
    }

    fn push_tuple_of(&mut self, count: usize) -> Result<()> {
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.push(self.pop()?);
        }
        values.reverse();
        self.push_tuple(values)
    }

    fn push_text(&mut self, bytes: &[u8]) -> Result<()> {
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("text that is not UTF-8"))?;
        self.stack.push(Value::Text(text.into()));
        Ok(())
    }

    fn remember(&mut self, at: usize) -> Result<()> {
        let value = self.stack.last().cloned().ok_or_else(|| malformed("an empty stack"))?;
        // PyTorch numbers its memo without gaps.
        if at > self.memo.len() {
            return Err(malformed("a memo with gaps"));
        }
        match self.memo.get_mut(at) {
            Some(place) => *place = value,
            None => self.memo.push(value),
        }
        Ok(())
    }

    fn recall(&mut self, at: usize) -> Result<()> {
        let value = self.memo.get(at).cloned().ok_or_else(|| malformed("nothing memorised"))?;
        self.stack.push(value);
        Ok(())
    }

    fn step(&mut self, opcode: u8, cursor: &mut Cursor<'_>) -> Result<()> {
        match opcode {
            0x80 => drop(cursor.u8()?),
            b'(' => self.marks.push(self.stack.len()),
            b'}' => self.push_dict(),
            b']' => {
                self.lists.push(Vec::new());
                self.stack.push(Value::List(self.lists.len() - 1));
            }
            b')' => self.push_tuple(Vec::new())?,
            b't' => {
                let values = self.since_mark()?;
                self.push_tuple(values)?;
            }
            0x85..=0x87 => self.push_tuple_of(usize::from(opcode - 0x84))?,
            b'N' => self.stack.push(Value::None),
            0x88 | 0x89 => self.stack.push(Value::Bool),
            b'K' => self.stack.push(Value::Int(cursor.u8()?.into())),
            b'M' => self.stack.push(Value::Int(cursor.u16()?.into())),
            b'J' => self.stack.push(Value::Int(i32::from_le_bytes(cursor.array()?).into())),
            0x8A => self.long(cursor)?,
            b'X' => {
                let len = cursor.u32()? as usize;
                let bytes = cursor.take(len)?;
                self.push_text(bytes)?;
            }
            0x8C => {
                let len = cursor.u8()?.into();
                let bytes = cursor.take(len)?;
                self.push_text(bytes)?;
            }
            b'q' => self.remember(cursor.u8()?.into())?,
            b'r' => self.remember(cursor.u32()? as usize)?,
            b'h' => self.recall(cursor.u8()?.into())?,
            b'j' => self.recall(cursor.u32()? as usize)?,
            b'c' => {
                let (module, name) = (cursor.line()?, cursor.line()?);
                let utf8 = |bytes| std::str::from_utf8(bytes).map_err(|_| malformed("a name"));
                self.stack.push(Value::Name(Name::of(utf8(module)?, utf8(name)?)?));
            }
            b'Q' => self.storage()?,
            b'R' => self.reduce()?,
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.dict()?.push((key, value));
            }
            b'u' => {
                let values = self.since_mark()?;
                let (pairs, rest) = values.as_chunks::<2>();
                if !rest.is_empty() {
                    return Err(malformed("a key without value"));
                }
                let pairs = pairs.iter().cloned().map(|[key, value]| (key, value));
                self.dict()?.extend(pairs);
            }
            b'a' => {
                let value = self.pop()?;
                self.list()?.push(value);
            }
            b'e' => {
                let values = self.since_mark()?;
                self.list()?.extend(values);
            }
            // BUILD: attributes of the state_dict (`_metadata`), which describe versions of modules.
            b'b' => drop((self.pop()?, self.dict()?)),
            other => return Err(ConvertError::unsupported(format!("pickle opcode {other:#04x}"))),
        }
        Ok(())
    }

    fn push_dict(&mut self) {
        self.dicts.push(Vec::new());
        self.stack.push(Value::Dict(self.dicts.len() - 1));
    }

    fn dict(&mut self) -> Result<&mut Vec<(Value, Value)>> {
        match self.stack.last() {
            Some(Value::Dict(at)) => self.dicts.get_mut(*at).ok_or_else(|| malformed("no dictionary")),
            _ => Err(malformed("no dictionary where one is expected")),
        }
    }

    fn list(&mut self) -> Result<&mut Vec<Value>> {
        match self.stack.last() {
            Some(Value::List(at)) => self.lists.get_mut(*at).ok_or_else(|| malformed("no list")),
            _ => Err(malformed("no list where one is expected")),
        }
    }

    /// A number of any length; those of more than eight bytes (the magic of a PyTorch file) lose their value.
    fn long(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let len = usize::from(cursor.u8()?);
        let bytes = cursor.take(len)?;
        let mut wide = match bytes.last() {
            Some(0x80..) => [0xFF; 8],
            _ => [0; 8],
        };
        let value = match wide.get_mut(..len) {
            Some(low) => {
                low.copy_from_slice(bytes);
                Value::Int(i64::from_le_bytes(wide))
            }
            None => Value::None,
        };
        self.stack.push(value);
        Ok(())
    }

    /// `('storage', kind, key, location, number of values[, view])`
    fn storage(&mut self) -> Result<()> {
        let Value::Tuple(parts, _) = self.pop()? else { return Err(malformed("a persistent id")) };
        let [Value::Text(word), Value::Name(kind), Value::Text(key), Value::Text(_), len, view @ ..] =
            &*parts
        else {
            return Err(malformed("a persistent id"));
        };
        if &**word != "storage" || kind.size().is_none() || !matches!(view, [] | [Value::None]) {
            return Err(ConvertError::unsupported("a PyTorch storage that is a view"));
        }
        self.stack.push(Value::Storage { kind: *kind, key: Rc::clone(key), len: size(len)? });
        Ok(())
    }

    fn reduce(&mut self) -> Result<()> {
        let (arguments, callee) = (self.pop()?, self.pop()?);
        let (Value::Tuple(arguments, _), Value::Name(callee)) = (arguments, callee) else {
            return Err(malformed("a call"));
        };
        match (callee, &*arguments) {
            (Name::OrderedDict, []) => self.push_dict(),
            (Name::Tensor, [Value::Storage { kind, key, len }, offset, shape, strides, ..]) => {
                let tensor = TensorRef {
                    kind: *kind,
                    key: Rc::clone(key),
                    offset: size(offset)?,
                    shape: sizes(shape)?,
                    strides: sizes(strides)?,
                };
                if tensor.offset > *len || tensor.shape.len() != tensor.strides.len() {
                    return Err(malformed("a tensor outside its storage"));
                }
                self.stack.push(Value::Tensor(Rc::new(tensor)));
            }
            _ => {
                return Err(ConvertError::unsupported(format!(
                    "a pickle that calls {callee:?} in another way"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(bytes: &[u8]) -> Result<Pickle> {
        read(&mut Cursor::new(bytes))
    }

    #[test]
    fn what_would_be_executed_is_refused_by_name() {
        // pickle.dumps of an object whose __reduce__ is (os.system, ("id",)), protocol 2.
        let attack = b"\x80\x02cposix\nsystem\nq\x00X\x02\x00\x00\x00idq\x01\x85q\x02Rq\x03.";
        assert_eq!(
            run(attack).unwrap_err(),
            ConvertError::Unsupported("a pickle that calls posix.system".into())
        );
        // STACK_GLOBAL, INST, OBJ, NEWOBJ, EXT1: other ways to a name.
        for opcode in [0x93u8, b'i', b'o', 0x81, 0x82] {
            let error = run(&[0x80, 2, b'N', b'N', opcode, b'.']).unwrap_err();
            assert!(matches!(error, ConvertError::Unsupported(_)), "{opcode:#x}: {error}");
        }
    }

    #[test]
    fn a_dictionary_is_read() {
        let pickle = run(b"\x80\x02}q\x00(X\x01\x00\x00\x00aK\x05X\x01\x00\x00\x00bM\x00\x01u.").unwrap();
        let numbers: Vec<_> =
            pickle.entries().unwrap().iter().map(|(_, value)| size(value).unwrap()).collect();
        assert_eq!(numbers, [5, 256]);
    }

    #[test]
    fn deep_tuples_and_marks_out_of_order_are_refused() {
        let mut deep = vec![b')'];
        deep.extend(std::iter::repeat_n(0x85, 100_000));
        deep.push(b'.');
        assert_eq!(run(&deep).unwrap_err(), malformed("nested too deep"));
        for bytes in
            [&b"."[..], b"t.", b"N(R.", b"}(Nu.", b"\x85.", b"h\x00.", b"q\x00.", b"r\xff\xff\xff\xff."]
        {
            assert!(run(bytes).is_err(), "{bytes:?}");
        }
        // A list that holds itself must not hang or overflow.
        assert!(run(b"]q\x00h\x00a.").unwrap().texts().is_err());
    }
}
