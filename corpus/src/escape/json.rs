//! JSON in which no character moves the cursor, turns text round, or shows as nothing.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::is_deceptive;

/// `value` as JSON in one line.
///
/// # Errors
/// What the value's own serialisation reports.
pub fn json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    write_json(&mut bytes, value)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `value` as JSON with an element a line.
///
/// # Errors
/// As [`json`].
pub fn json_pretty<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    let formatter = Escaping(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes `value` as JSON in one line, without the line end.
///
/// # Errors
/// As [`json`], and what `to` reports.
pub fn write_json<T: Serialize + ?Sized>(to: impl Write, value: &T) -> serde_json::Result<()> {
    let formatter = Escaping(CompactFormatter);
    value.serialize(&mut Serializer::with_formatter(to, formatter))
}

/// A formatter that writes `\\uXXXX` for what serde_json leaves as it is and no reader should see raw.
struct Escaping<F>(F);

macro_rules! passed_on {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {
        $(fn $name<W: Write + ?Sized>(&mut self, to: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$name(to $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Escaping<F> {
    passed_on! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        to: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = 0;
        for (at, char) in fragment
            .char_indices()
            .filter(|(_, char)| is_deceptive(*char))
        {
            to.write_all(fragment.get(plain..at).unwrap_or("").as_bytes())?;
            for unit in char.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            plain = at + char.len_utf8();
        }
        to.write_all(fragment.get(plain..).unwrap_or("").as_bytes())
    }
}
