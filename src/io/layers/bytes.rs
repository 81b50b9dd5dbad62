//! Numbers out of bytes that may end too early.

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// The bytes that are still to be read; every reader gives `None` once they are too few.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a> {
    rest: &'a [u8],
    pub(super) order: Order,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(bytes: &'a [u8], order: Order) -> Self {
        Self { rest: bytes, order }
    }

    pub(super) fn len(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]: [u8; 1]| byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        let bytes = self.array()?;
        Some(if self.order == Order::Little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let bytes = self.array()?;
        Some(if self.order == Order::Little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        let bytes = self.array()?;
        Some(if self.order == Order::Little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A number of things of at least `least_bytes` each; none if so many cannot follow, so that it is safe to reserve.
    pub(super) fn count(&mut self, least_bytes: usize) -> Option<usize> {
        let n = usize::try_from(self.u32()?).ok()?;
        (n.checked_mul(least_bytes)? <= self.len()).then_some(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_order_of_their_bytes_and_never_past_the_end() {
        let bytes = [0, 0, 0x27, 0x0a, 2, 0, 0, 0, 7];
        let mut big = Bytes::new(&bytes, Order::Big);
        assert_eq!(big.u32(), Some(9994));
        let mut little = Bytes::new(&bytes[4..], Order::Little);
        assert_eq!(little.count(1), None, "two things cannot follow");
        assert_eq!((little.u8(), little.u8(), little.len()), (Some(7), None, 0));
        assert_eq!(Bytes::new(&bytes, Order::Little).f64(), Some(f64::from_le_bytes([0, 0, 0x27, 0x0a, 2, 0, 0, 0])));
        assert_eq!(Bytes::new(&bytes[4..], Order::Little).u16(), Some(2));
    }
}
