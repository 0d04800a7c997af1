//! Law 6: a stream without odd elements reads as it was built.

use corpus::generate::{BuiltMessage, BuiltStream};
use parsers::Reading;
use parsers::core::laws::Broken;

/// Whether `reading`, that of the parser called `name`, has the messages as which `stream`, which has
/// no odd elements, was built, and ends as that does.
///
/// # Errors
/// Says which message is read otherwise.
pub fn holds(name: &str, stream: &BuiltStream, reading: &Reading) -> Result<(), Broken> {
    let broken = |how: String| {
        let how = format!("{name}: {how}");
        Err(Broken { law: 6, how })
    };
    for (nth, built) in stream.messages.iter().enumerate() {
        let Some(message) = reading.messages.get(nth) else {
            return broken(format!("message {nth} is not read: {built:?}"));
        };
        let parts = reading.parts_of(message).iter();
        let payload = parts.filter(|part| part.label == 0);
        let read = BuiltMessage {
            start: message.start,
            head: message.head,
            body: payload.map(|part| (part.start, part.end)).collect(),
            end: message.end,
        };
        if read != *built {
            return broken(format!("message {nth} is {built:?}, read as {read:?}"));
        }
    }
    let more = reading.messages.len() - stream.messages.len();
    match stream.end {
        Some(end) if more > 0 || reading.end != end => broken(format!(
            "after {} messages, {more} more and {:?}, not {end:?}",
            stream.messages.len(),
            reading.end
        )),
        _ => Ok(()),
    }
}
