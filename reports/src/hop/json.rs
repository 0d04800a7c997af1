//! The objects of `misframe hop`. Fields may be added; none is ever renamed.

use corpus::HopCase;
use corpus::escape::display;
use parsers::hop::{Passage, Stage};
use serde_json::{Value, json};

/// What happened to an input that was sent along the route of a case.
pub fn passage(case: &HopCase, passage: &Passage, file: &str) -> Value {
    let hops = case.hops.iter();
    let hops = hops.map(|hop| json!({"reader": hop.reader, "policy": hop.policy}));
    let findings = passage.findings.iter().map(|finding| {
        json!({
            "finding": case.words(finding),
            "at": finding.at,
            "request": finding.request,
            "level": finding.level().word(),
            "rule": finding.rule.id,
            "spec": finding.rule.spec,
        })
    });
    json!({
        "file": file,
        "hops": hops.collect::<Vec<_>>(),
        "last": case.last,
        "findings": findings.collect::<Vec<_>>(),
        "stages": passage.stages.iter().map(stage).collect::<Vec<_>>(),
    })
}

/// What one reader made of what reached it. Bytes are in the escapes of a picture.
fn stage(stage: &Stage) -> Value {
    let requests = stage.requests.iter().map(|request| {
        json!({
            "start": request.start,
            "end": request.end,
            "request": display(&request.words()),
            "framing": request.framing.word(),
        })
    });
    let sent = stage.sent.iter().map(|sent| json!([sent.start, sent.end]));
    json!({
        "bytes": stage.input.len(),
        "input": display(&stage.input),
        "requests": requests.collect::<Vec<_>>(),
        "end": stage.reading.end.word(),
        "sent": sent.collect::<Vec<_>>(),
    })
}
