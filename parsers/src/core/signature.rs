//! The stable identity of a finding: what is the same about all inputs on which readers disagree for the same reasons.

use std::fmt;
use std::str::FromStr;

/// The identity of a finding. Its text is `FAMILY/KIND/CLASS` and then `/LABEL:TEXT` for each reason; `-` stands for
/// no class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    /// The family of messages, or the engine that plays it.
    pub family: String,
    /// How readings differ, or the verdict of what is played.
    pub kind: String,
    /// The field's name for it.
    pub class: Option<String>,
    /// Why, each with its label.
    reasons: Vec<(String, String)>,
}

impl Signature {
    /// A signature without reasons.
    pub fn new(family: &str, kind: &str, class: Option<&str>) -> Self {
        Self {
            family: plain(family),
            kind: plain(kind),
            class: class.map(plain),
            reasons: Vec::new(),
        }
    }

    /// This signature with one more reason.
    pub fn because(mut self, label: &str, text: &str) -> Self {
        self.reasons.push((plain(label), plain(text)));
        self
    }

    /// The reason with this label.
    pub fn reason(&self, label: &str) -> Option<&str> {
        let mut reasons = self.reasons.iter();
        reasons.find_map(|(name, text)| (name == label).then_some(text.as_str()))
    }

    /// Whether both have the same family, kind and class, for whatever reasons.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.family, &self.kind, &self.class) == (&other.family, &other.kind, &other.class)
    }

    /// FNV-1a of its text: the same on every machine and in every version.
    pub fn fingerprint(&self) -> u32 {
        self.to_string().bytes().fold(0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
    }
}

/// A word without what separates words in the text of a signature, and without blanks.
fn plain(text: &str) -> String {
    text.replace(
        |character: char| character == '/' || character.is_whitespace(),
        "_",
    )
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = self.class.as_deref().unwrap_or("-");
        write!(formatter, "{}/{}/{class}", self.family, self.kind)?;
        for (label, text) in &self.reasons {
            write!(formatter, "/{label}:{text}")?;
        }
        Ok(())
    }
}

/// A text that is no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSignature(String);

impl fmt::Display for NoSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} is no signature; one is FAMILY/KIND/CLASS and a LABEL:TEXT for each reason",
            self.0
        )
    }
}

impl std::error::Error for NoSignature {}

impl FromStr for Signature {
    type Err = NoSignature;

    fn from_str(text: &str) -> Result<Self, NoSignature> {
        let wrong = || NoSignature(text.to_owned());
        let mut words = text.split('/');
        let mut word = || {
            words
                .next()
                .filter(|word| !word.is_empty() && *word == plain(word))
        };
        let (family, kind, class) = match (word(), word(), word()) {
            (Some(family), Some(kind), Some(class)) => (family, kind, class),
            _ => return Err(wrong()),
        };
        let mut signature = Self::new(family, kind, Some(class).filter(|class| *class != "-"));
        for reason in words {
            let (label, text) = reason.split_once(':').ok_or_else(wrong)?;
            if label.is_empty() || reason != plain(reason) {
                return Err(wrong());
            }
            signature = signature.because(label, text);
        }
        Ok(signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_parsed() {
        let plain = Signature::new("http1-request", "boundary", None);
        let whole = Signature::new("hop", "durable", Some("te-cl"))
            .because("route", "strict:careful>a,b:verbatim")
            .because("last", "strict");
        assert_eq!(plain.to_string(), "http1-request/boundary/-");
        assert_eq!(
            whole.to_string(),
            "hop/durable/te-cl/route:strict:careful>a,b:verbatim/last:strict"
        );
        for signature in [plain, whole] {
            assert_eq!(signature.to_string().parse(), Ok(signature));
        }
    }

    #[test]
    fn a_word_holds_nothing_that_separates_words() {
        let signature = Signature::new("f", "a/b", Some("c d")).because("by", "x/y\n");
        assert_eq!(signature.to_string(), "f/a_b/c_d/by:x_y_");
        assert_eq!(signature.to_string().parse(), Ok(signature));
    }

    #[test]
    fn what_is_no_signature_is_not_parsed() {
        for text in [
            "",
            "f",
            "f/k",
            "f/k/",
            "f//c",
            "f/k/c/reason",
            "f/k/c/:x",
            "f/k/c d",
        ] {
            assert!(text.parse::<Signature>().is_err(), "{text}");
        }
    }

    #[test]
    fn reasons_do_not_make_it_unlike() {
        let one = Signature::new("f", "k", Some("c")).because("longer", "x");
        let other = Signature::new("f", "k", Some("c")).because("longer", "y");
        assert!(one.is_like(&other) && one != other);
        assert!(!one.is_like(&Signature::new("f", "k", None)));
        assert_eq!(
            (one.reason("longer"), one.reason("shorter")),
            (Some("x"), None)
        );
    }
}
