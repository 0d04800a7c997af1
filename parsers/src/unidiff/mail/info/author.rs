//! Whether a field From names somebody.

/// The most characters that a name may have; a longer one is replaced by the address.
const LONGEST: usize = 60;

/// Whether there is a name in the value of a field From, or an address to stand for one, of which anything is left in a commit.
pub(super) fn is_named(from: &[u8]) -> bool {
    let text = unquoted(from);
    if text.contains(&b'@') {
        // The address itself stands for a name that is missing.
        return true;
    }
    let Some(open) = memchr::memchr(b'<', from) else {
        return false;
    };
    let (name, rest) = from.split_at(open);
    let rest = rest.get(1..).unwrap_or(&[]);
    let Some(close) = memchr::memchr(b'>', rest) else {
        return false;
    };
    let (name, address) = (name.trim_ascii(), rest.get(..close).unwrap_or(&[]));
    let is_odd =
        name.is_empty() || name.len() > LONGEST || name.iter().any(|byte| b"@<>".contains(byte));
    let name = if is_odd { address } else { name };
    name.iter().any(|byte| !is_crud(*byte))
}

/// What does not stay at the ends of a name in a commit.
fn is_crud(byte: u8) -> bool {
    byte <= b' ' || b".,:;<>\"\\'".contains(&byte)
}

/// The text without the quotes and backslashes of quoted strings.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut is_escaped = false;
    let plain = text.iter().copied().filter(|byte| {
        let drops = !is_escaped && matches!(byte, b'"' | b'\\');
        is_escaped = drops && *byte == b'\\';
        !drops
    });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::is_named;

    #[test]
    fn an_address_stands_for_a_name() {
        for from in ["A <a@b>", "a@b", "a@b (A)", "A <a>", "<a>"] {
            assert!(is_named(from.as_bytes()), "{from}");
        }
        for from in ["", "A", "<>", "A >a<", ". <.>"] {
            assert!(!is_named(from.as_bytes()), "{from}");
        }
    }
}
