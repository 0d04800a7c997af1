//! Sessions that bytes choose, and what must hold of each.

use arbitrary::Unstructured;
use corpus::generate::session;
use parsers::session::walk::shorten;
use parsers::session::{POLICIES, Quirks, Schedule, SessionOracles, laws, run};

pub use corpus::generate::session::DrawnSession;

/// The policies that are cures; that their explorations are clean is a test of its own.
const CURES: &[&str] = &[
    "careful",
    "single-use",
    "own-id",
    "drain",
    "keep-check-echo",
    "batch",
    "retry-idempotent",
    "retry-on-timeout-idempotent",
    "head-timeout",
    "socket-check-resync",
    "shared-close",
    "shared-tombstone",
    "shared-tombstone-drop",
    "shared-id",
    "shared-id-keep",
];

/// What these bytes choose.
pub fn draw(choices: &[u8]) -> DrawnSession {
    session::session(&mut Unstructured::new(choices), |_, _, _, _| {})
}

/// Whether no session of such clients, of whatever length, may have a defect.
pub fn is_cure(quirks: Quirks) -> bool {
    let mut cures = POLICIES.iter().filter(|named| CURES.contains(&named.name));
    cures.any(|named| Quirks::of(named.quirks) == quirks)
}

/// What must hold of a drawn session.
///
/// # Errors
/// What does not.
pub fn hold(drawn: &DrawnSession) -> Result<(), String> {
    let policy = drawn.quirks.policy();
    laws::hold(&policy, &drawn.events)?;
    let played = run(&drawn.events, &policy, &SessionOracles::ALL);
    if is_cure(drawn.quirks) && played.verdict.is_defect() {
        let short = Schedule::of(shorten(&drawn.events, &policy));
        let name = drawn.quirks.name();
        return Err(format!("a cure has a defect: {name}: {short}"));
    }
    Ok(())
}
