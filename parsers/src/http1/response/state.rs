//! What some readers of responses keep from message to message, in the mode of the state.

/// An interim response has come for the request that waits.
const INTERIM: u32 = 1;
/// How many requests interim responses have used up: the place of the number, and the most that it can be.
const PAIRED_AT: u32 = 1;
const PAIRED_MOST: u32 = 0xff;
/// The length of the last response, which was one to HEAD, and one more.
const LENGTH_AT: u32 = 9;
const LENGTH_MOST: u32 = (1 << (32 - LENGTH_AT)) - 2;

/// Whether an interim response has come for the request that waits.
pub(crate) fn had_interim(mode: u32) -> bool {
    mode & INTERIM != 0
}

/// The mode once one has, or once the final one has.
pub(crate) fn with_interim(mode: u32, is_interim: bool) -> u32 {
    mode & !INTERIM | u32::from(is_interim)
}

/// How many requests interim responses have used up.
pub(crate) fn paired(mode: u32) -> usize {
    (mode >> PAIRED_AT & PAIRED_MOST) as usize
}

/// The mode once one more is used up.
pub(crate) fn with_one_more_pair(mode: u32) -> u32 {
    match mode >> PAIRED_AT & PAIRED_MOST {
        PAIRED_MOST => mode,
        _ => mode + (1 << PAIRED_AT),
    }
}

/// The length that lingers, if one does.
pub(crate) fn length(mode: u32) -> Option<u32> {
    (mode >> LENGTH_AT).checked_sub(1)
}

/// The mode once this length lingers, or none does. One that is too large does not.
pub(crate) fn with_length(mode: u32, length: Option<u32>) -> u32 {
    let kept = mode & ((1 << LENGTH_AT) - 1);
    let length = length.filter(|length| *length <= LENGTH_MOST);
    kept | length.map_or(0, |length| length + 1) << LENGTH_AT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_mode_is_apart() {
        let mode = with_length(with_one_more_pair(with_interim(0, true)), Some(12));
        assert_eq!(
            (had_interim(mode), paired(mode), length(mode)),
            (true, 1, Some(12))
        );
        let mode = with_interim(with_length(mode, Some(LENGTH_MOST + 1)), false);
        assert_eq!(
            (had_interim(mode), paired(mode), length(mode)),
            (false, 1, None)
        );
        let most = (0..300).fold(mode, |mode, _| with_one_more_pair(mode));
        assert_eq!((paired(most), length(most)), (255, None));
        assert_eq!(length(with_length(0, Some(LENGTH_MOST))), Some(LENGTH_MOST));
    }
}
