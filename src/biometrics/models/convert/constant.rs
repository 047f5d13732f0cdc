//! Weights: their shape, how they are stored, and the two things that formats disagree about, order of axes and rank.

use super::{ConvertError, MAX_BYTES, Result};

/// How one value is stored, little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    F32,
    F16,
}

impl Element {
    pub(super) const fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
        }
    }
}

/// A tensor whose values are in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constant {
    dims: Vec<usize>,
    element: Element,
    bytes: Vec<u8>,
}

/// The number of values in a shape of at most six axes, or why there is none.
pub(super) fn volume(dims: &[usize]) -> Result<usize> {
    if dims.len() > 6 {
        return Err(ConvertError::unsupported(format!("{} axes", dims.len())));
    }
    let volume = dims.iter().try_fold(1usize, |product, dim| product.checked_mul(*dim));
    volume.filter(|volume| *volume <= MAX_BYTES).ok_or(ConvertError::TooLarge("tensor"))
}

impl Constant {
    pub(super) fn new(dims: Vec<usize>, element: Element, bytes: &[u8]) -> Result<Self> {
        if volume(&dims)?.checked_mul(element.size()) != Some(bytes.len()) {
            return Err(ConvertError::malformed(format!("{} bytes for a tensor of {dims:?}", bytes.len())));
        }
        Ok(Self { dims, element, bytes: bytes.to_vec() })
    }

    pub(super) fn of_f32(dims: Vec<usize>, values: &[f32]) -> Result<Self> {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self::new(dims, Element::F32, &bytes)
    }

    pub(super) fn dims(&self) -> &[usize] {
        &self.dims
    }

    pub(super) const fn element(&self) -> Element {
        self.element
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same values under another shape.
    pub(super) fn reshaped(&self, dims: Vec<usize>) -> Result<Self> {
        Self::new(dims, self.element, &self.bytes)
    }

    /// Axis `i` of the result is axis `order[i]` of this.
    pub(super) fn permuted(&self, order: &[usize]) -> Result<Self> {
        let rank = self.dims.len();
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..rank) {
            return Err(ConvertError::malformed(format!("a tensor of {rank} axes")));
        }
        let mut strides = vec![1usize; rank];
        for axis in (1..rank).rev() {
            strides[axis - 1] = strides[axis] * self.dims[axis];
        }
        let dims: Vec<usize> = order.iter().map(|axis| self.dims[*axis]).collect();
        let steps: Vec<usize> = order.iter().map(|axis| strides[*axis]).collect();
        let size = self.element.size();
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut index = vec![0usize; rank];
        for _ in 0..volume(&dims)? {
            let from: usize = index.iter().zip(&steps).map(|(index, step)| index * step).sum();
            bytes.extend_from_slice(&self.bytes[from * size..(from + 1) * size]);
            for axis in (0..rank).rev() {
                index[axis] += 1;
                if index[axis] < dims[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        Ok(Self { dims, element: self.element, bytes })
    }

    /// The values, where they are stored as single floats.
    pub(super) fn values(&self) -> Result<Vec<f32>> {
        if self.element != Element::F32 {
            return Err(ConvertError::unsupported("half floats here"));
        }
        let (chunks, _) = self.bytes.as_chunks::<4>();
        Ok(chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_change_places() {
        let matrix = Constant::of_f32(vec![2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        let turned = matrix.permuted(&[1, 0]).unwrap();
        assert_eq!(turned.dims(), [3, 2]);
        assert_eq!(turned.values().unwrap(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        // Height, width, channel to channel, height, width.
        let hwc = Constant::of_f32(vec![1, 2, 2], &[1.0, 10.0, 2.0, 20.0]).unwrap();
        assert_eq!(hwc.permuted(&[2, 0, 1]).unwrap().values().unwrap(), [1.0, 2.0, 10.0, 20.0]);
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        assert!(Constant::of_f32(vec![3], &[1.0]).is_err());
        assert!(Constant::of_f32(vec![usize::MAX, usize::MAX], &[]).is_err());
        assert!(Constant::of_f32(vec![1; 7], &[1.0]).is_err());
        let one = Constant::of_f32(vec![1, 2], &[1.0, 2.0]).unwrap();
        for order in [&[0][..], &[0, 0], &[0, 2], &[0, 1, 2]] {
            assert!(one.permuted(order).is_err(), "{order:?}");
        }
    }
}
