//! The states that were reached, each once, in the order in which they were reached.

/// A set of byte strings that also is the queue of a breadth-first search: each member has a number,
/// and they are counted from zero. 8 bytes for each besides its own.
pub struct Table {
    bytes: Vec<u8>,
    /// Where each member ends in `bytes`.
    ends: Vec<u32>,
    /// The member from which each was reached.
    parents: Vec<u32>,
    /// Numbers of members, by hash; a power of two of places, at most half of them taken.
    places: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            parents: Vec::new(),
            places: vec![FREE; 1 << 12],
        }
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        self.bytes.len() + 4 * (self.ends.len() + self.parents.len() + self.places.len())
    }

    /// The bytes of a member; none beyond the last.
    pub(crate) fn get(&self, number: usize) -> Option<&[u8]> {
        let to = *self.ends.get(number)?;
        let before = number.checked_sub(1).and_then(|one| self.ends.get(one));
        let from = before.copied().unwrap_or(0);
        self.bytes.get(from as usize..to as usize)
    }

    /// The member from which this one was reached; the first from itself.
    pub(crate) fn parent(&self, number: usize) -> usize {
        self.parents
            .get(number)
            .map_or(0, |parent| *parent as usize)
    }

    /// Adds a member, reached from `parent`, unless it is one already.
    pub fn insert(&mut self, member: &[u8], parent: usize) {
        let mask = self.places.len() - 1;
        let mut place = hash(member) as usize & mask;
        loop {
            match self.places.get(place).copied() {
                None | Some(FREE) => break,
                Some(known) if self.get(known as usize) == Some(member) => return,
                Some(_) => place = (place + 1) & mask,
            }
        }
        let number = self.ends.len() as u32;
        if let Some(free) = self.places.get_mut(place) {
            *free = number;
        }
        self.bytes.extend_from_slice(member);
        self.ends.push(self.bytes.len() as u32);
        self.parents.push(parent as u32);
        if 2 * self.ends.len() > self.places.len() {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let mut places = vec![FREE; 2 * self.places.len()];
        let mask = places.len() - 1;
        for number in 0..self.len() {
            let mut place = hash(self.get(number).unwrap_or_default()) as usize & mask;
            while places.get(place).is_some_and(|taken| *taken != FREE) {
                place = (place + 1) & mask;
            }
            if let Some(free) = places.get_mut(place) {
                *free = number as u32;
            }
        }
        self.places = places;
    }
}

/// Eight bytes at a time; the same on every run.
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        for (to, from) in word.iter_mut().zip(chunk) {
            *to = *from;
        }
        hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
        hash ^= hash >> 29;
    }
    hash
}
