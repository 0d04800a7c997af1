//! What a command did not read, ask or judge. Reports carry it, so that none reads as clean because of a failure.

use serde_json::{Value, json};

/// The most of them that are kept; the rest is counted.
const MOST: usize = 1_000;

/// One thing that was left out, or that is worth knowing about what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omission {
    /// What, in one line without hostile bytes.
    pub text: String,
    /// Whether it makes the exit code 2.
    pub is_trouble: bool,
}

impl Omission {
    /// As an object of the output formats that have one a line.
    pub fn object(&self) -> Value {
        json!({"trouble": self.text})
    }
}

/// What was left out so far, in the order in which it was said.
#[derive(Clone, Debug, Default)]
pub struct Omissions {
    kept: Vec<Omission>,
    /// How many more there were of those that are trouble, and of others.
    more: [usize; 2],
}

impl Omissions {
    /// Adds one.
    pub fn add(&mut self, text: String, is_trouble: bool) {
        if self.kept.len() < MOST {
            self.kept.push(Omission { text, is_trouble });
        } else if let Some(count) = self.more.get_mut(usize::from(is_trouble)) {
            *count += 1;
        }
    }

    /// All of them; where there were too many to keep, the last say how many more.
    pub fn all(&self) -> Vec<Omission> {
        let [notes, troubles] = self.more;
        let more = [(troubles, true), (notes, false)].into_iter();
        let more = more
            .filter(|(count, _)| *count > 0)
            .map(|(count, is_trouble)| Omission {
                text: format!("{count} more were said on standard error"),
                is_trouble,
            });
        self.kept.iter().cloned().chain(more).collect()
    }
}

/// Those that make the exit code 2.
pub fn troubles(omissions: &[Omission]) -> impl Iterator<Item = &Omission> {
    omissions.iter().filter(|omission| omission.is_trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_is_counted() {
        let mut omissions = Omissions::default();
        for nth in 0..MOST + 3 {
            omissions.add(nth.to_string(), true);
        }
        omissions.add("a note".to_owned(), false);
        let all = omissions.all();
        assert_eq!(all.len(), MOST + 2);
        assert_eq!(troubles(&all).count(), MOST + 1);
        let texts: Vec<_> = all.iter().rev().map(|one| one.text.as_str()).collect();
        assert_eq!(
            texts.get(..2),
            Some(
                &[
                    "1 more were said on standard error",
                    "3 more were said on standard error"
                ][..]
            )
        );
    }
}
