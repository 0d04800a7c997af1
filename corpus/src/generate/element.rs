//! What writing a stream element by element takes in every family: plain variants, odd ones, and numbers.

use std::ops::Range;

use arbitrary::{Result, Unstructured};

/// How an element may be written.
pub(crate) struct Variants {
    /// As the specification has it.
    pub plain: &'static [&'static [u8]],
    /// Otherwise, or such that some reader reads it otherwise.
    pub odd: &'static [&'static [u8]],
}

/// One static per element: its name, its plain variants, and its odd ones.
macro_rules! variants {
    ($($name:ident: [$($plain:expr),* $(,)?] [$($odd:expr),* $(,)?];)*) => {
        $(pub static $name: Variants = Variants { plain: &[$($plain),*], odd: &[$($odd),*] };)*
    };
}
pub(super) use variants;

/// Writes a stream element by element, of a family that keeps `state` of it.
pub(crate) struct Writer<'a, 'b, S> {
    pub choices: &'a mut Unstructured<'b>,
    pub bytes: Vec<u8>,
    /// How many more odd elements may come.
    allowed: usize,
    /// How many there are.
    pub odd: usize,
    pub state: S,
}

impl<'a, 'b, S> Writer<'a, 'b, S> {
    /// Writes at most `odd` odd elements into `room` bytes, or a few more.
    pub fn new(choices: &'a mut Unstructured<'b>, room: usize, odd: usize, state: S) -> Self {
        Self {
            choices,
            bytes: Vec::with_capacity(room),
            allowed: odd,
            odd: 0,
            state,
        }
    }

    /// Whether this element is an odd one: one in so many.
    pub(crate) fn is_odd(&mut self, one_in: u8) -> Result<bool> {
        let odd = self.allowed > 0 && self.choices.ratio(1, one_in)?;
        if odd {
            self.allowed -= 1;
            self.odd += 1;
        }
        Ok(odd)
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// One of the plain variants, or, one time in so many, an odd one.
    pub(crate) fn choose(&mut self, variants: &Variants, one_in: u8) -> Result<&'static [u8]> {
        let list = if self.is_odd(one_in)? {
            variants.odd
        } else {
            variants.plain
        };
        self.choices.choose(list).copied()
    }

    /// Writes what [`Self::choose`] gives.
    pub(crate) fn one_of(&mut self, variants: &Variants, one_in: u8) -> Result<()> {
        let chosen = self.choose(variants, one_in)?;
        self.put(chosen);
        Ok(())
    }
}

/// The first decimal number of `bytes` from `at` on: where it stands, and its value modulo 2^64.
pub(crate) fn number_from(bytes: &[u8], at: usize) -> Option<(Range<usize>, u64)> {
    let rest = bytes.get(at..)?;
    let start = at + rest.iter().position(u8::is_ascii_digit)?;
    let digits = bytes.get(start..)?;
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let end = start + digits.clone().count();
    let value = digits.fold(0u64, |sum, digit| {
        sum.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))
    });
    Some((start..end, value))
}
