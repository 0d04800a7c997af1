//! Numbers as people read them.

/// A number with a comma after each three digits.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things, such as `1 input` or `1,200 leniencies`; `one` is the word for one of them.
pub fn counted(number: impl TryInto<u64>, one: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let count = thousands(number);
    if number == 1 {
        return format!("{count} {one}");
    }
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{count} {stem}ies"),
        _ if one.ends_with(['s', 'x']) || one.ends_with("ch") => format!("{count} {one}es"),
        _ => format!("{count} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{counted, thousands};

    #[test]
    fn numbers_have_commas() {
        let all = [0, 999, 1000, 1_234_567].map(thousands);
        assert_eq!(all, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn one_thing_is_singular() {
        let one = ["input", "leniency", "boundary", "class"].map(|word| counted(1, word));
        assert_eq!(one, ["1 input", "1 leniency", "1 boundary", "1 class"]);
        let words = ["input", "leniency", "boundary", "class", "branch", "key"];
        let many = words.map(|word| counted(1200, word));
        let all = [
            "1,200 inputs",
            "1,200 leniencies",
            "1,200 boundaries",
            "1,200 classes",
            "1,200 branches",
            "1,200 keys",
        ];
        assert_eq!(many, all);
        assert_eq!(counted(0, "error"), "0 errors");
    }
}
