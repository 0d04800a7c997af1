//! What misframe can do for some families and not for others. The crates above add capabilities to a family here, by its
//! value.

use std::error::Error;
use std::fmt;

use crate::family::Family;

/// Something that is done for the families that have a row, with what does it for each.
pub struct Capability<T: 'static> {
    /// What is done, as the beginning of a sentence: "a probe of a live server".
    what: &'static str,
    rows: &'static [(&'static Family, T)],
}

impl<T> Capability<T> {
    /// The capability to do `what` for the families in `rows`, each of which has one row.
    pub const fn new(what: &'static str, rows: &'static [(&'static Family, T)]) -> Self {
        Self { what, rows }
    }

    /// What does it for `family`.
    ///
    /// # Errors
    /// A family that has no row.
    pub fn of(&self, family: &Family) -> Result<&'static T, Unserved> {
        let mut rows = self.rows.iter();
        let row = rows.find(|(served, _)| *served == family);
        row.map(|(_, value)| value)
            .ok_or_else(|| self.unserved(family))
    }

    /// The family that is asked for; the first that is served when none is.
    ///
    /// # Errors
    /// A family that has no row.
    pub fn chosen(&self, asked: Option<&'static Family>) -> Result<&'static Family, Unserved> {
        let family = asked.or_else(|| self.families().next());
        let family = family.unwrap_or(crate::family::DEFAULT);
        self.of(family).map(|_| family)
    }

    /// Whether the family has it.
    pub fn serves(&self, family: &Family) -> bool {
        self.families().any(|served| served == family)
    }

    /// The families that have it.
    pub fn families(&self) -> impl Iterator<Item = &'static Family> + use<T> {
        let rows: &'static [_] = self.rows;
        rows.iter().map(|(family, _)| *family)
    }

    fn unserved(&self, family: &Family) -> Unserved {
        Unserved {
            what: self.what,
            family: family.name,
            served: self.families().map(|family| family.name).collect(),
        }
    }
}

/// A family for which something cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unserved {
    what: &'static str,
    family: &'static str,
    served: Vec<&'static str>,
}

impl fmt::Display for Unserved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, family, .. } = self;
        let served = self.served.join(" and ");
        match self.served.as_slice() {
            [] => write!(formatter, "{what} serves no family, and not {family}"),
            _ => write!(
                formatter,
                "{what} does not serve {family}; it serves {served}"
            ),
        }
    }
}

impl Error for Unserved {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1::REQUEST;
    use crate::unidiff::UNIFIED;

    #[test]
    fn a_family_without_a_row_is_not_served() {
        static COUNT: Capability<usize> = Capability::new("a count", &[(&REQUEST, 3)]);
        assert_eq!(COUNT.of(&REQUEST), Ok(&3));
        assert!(COUNT.serves(&REQUEST) && !COUNT.serves(&UNIFIED));
        assert_eq!(COUNT.chosen(None), Ok(&REQUEST));
        let unserved = COUNT.of(&UNIFIED).map_err(|unserved| unserved.to_string());
        let sentence = "a count does not serve unified-diff; it serves http1-request";
        assert_eq!(unserved, Err(sentence.to_owned()));
        assert!(COUNT.chosen(Some(&UNIFIED)).is_err());
    }
}
