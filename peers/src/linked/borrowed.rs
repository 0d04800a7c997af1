//! Where what a peer has borrowed from the input stands in it.

/// The offset in `input` of a slice of it.
pub(super) fn offset_of(slice: &[u8], input: &[u8]) -> usize {
    let offset = slice.as_ptr() as usize;
    offset
        .saturating_sub(input.as_ptr() as usize)
        .min(input.len())
}

/// The byte after a hunk whose last line's text ends at `at`: after the end of that line, and after the marker that
/// follows it.
pub(super) fn end_of_hunk(input: &[u8], at: usize) -> usize {
    let after_lf = |at: usize| {
        let rest = input.get(at..).unwrap_or(&[]);
        let lf = rest.iter().position(|byte| *byte == b'\n');
        lf.map_or(input.len(), |lf| at + lf + 1)
    };
    let is_whole = at > 0 && input.get(at - 1) == Some(&b'\n');
    let end = if is_whole { at } else { after_lf(at) };
    match input.get(end) {
        Some(b'\\') => after_lf(end),
        _ => end,
    }
}
