//! A short list without memory of its own on the heap, so that a state is copied in one move.

use std::ops::{Deref, DerefMut};

/// At most `N` items, in order.
#[derive(Clone, Copy, Debug)]
pub struct List<T, const N: usize> {
    items: [T; N],
    len: u8,
}

impl<T: Copy + Default, const N: usize> List<T, N> {
    /// Adds an item at the end. False, and nothing done, when there is no room.
    pub fn push(&mut self, item: T) -> bool {
        let Some(place) = self.items.get_mut(usize::from(self.len)) else {
            return false;
        };
        *place = item;
        self.len += 1;
        true
    }

    /// Takes the item at `at` out; those behind it move up.
    pub fn remove(&mut self, at: usize) -> Option<T> {
        let item = self.get(at).copied()?;
        self.items.copy_within(at + 1..usize::from(self.len), at);
        self.len -= 1;
        Some(item)
    }

    /// Leaves the items for which `keep` holds.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let all = *self;
        self.len = 0;
        for item in all.iter().filter(|item| keep(item)) {
            self.push(*item);
        }
    }

    /// Forgets every item.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Whether there is no room for one more.
    pub(crate) fn is_full(&self) -> bool {
        usize::from(self.len) == N
    }
}

impl<T: Copy + Default, const N: usize> Default for List<T, N> {
    fn default() -> Self {
        Self {
            items: [T::default(); N],
            len: 0,
        }
    }
}

impl<T, const N: usize> Deref for List<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.items.get(..usize::from(self.len)).unwrap_or(&[])
    }
}

impl<T, const N: usize> DerefMut for List<T, N> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.items
            .get_mut(..usize::from(self.len))
            .unwrap_or(&mut [])
    }
}

impl<T: PartialEq, const N: usize> PartialEq for List<T, N> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}
impl<T: Eq, const N: usize> Eq for List<T, N> {}
