//! The built binary with peers in which a fault was planted.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::fs;
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use trials::{TrialRun, needs, trials};

fn main() -> ExitCode {
    trials::run(trials![
        a_peer_that_leaks_a_trailer_is_named,
        a_peer_that_hides_a_field_is_named,
        a_peer_without_a_fault_is_not_named,
        a_peer_that_shows_no_facts_is_not_named,
    ])
}

/// A request with a trailer section, and one behind it.
const INPUT: &[u8] = b"POST /a HTTP/1.1\r\nHost: a\r\nTE: b\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-User: u\r\n\r\n\
    GET /b HTTP/1.1\r\nHost: a\r\n\r\n";

/// A worker that reads two such requests. `fault` may change what it understood of them: `first` and `second`, each a
/// method, a target, fields and trailers.
fn worker(fault: &str) -> String {
    format!(
        "import sys, json, base64\n\
         text = lambda word: base64.b64encode(word.encode()).decode()\n\
         pairs = lambda fields: [[text(name), text(value)] for name, value in fields]\n\
         def message(end, facts):\n    \
             method, target, fields, trailers = facts\n    \
             facts = {{'method': text(method), 'target': text(target), 'fields': pairs(fields), 'trailers': pairs(trailers)}}\n    \
             return {{'end': end, 'content': '', 'facts': facts}}\n\
         print(json.dumps({{'misframe': 1, 'name': 'planted', 'version': '1'}}), flush=True)\n\
         for line in sys.stdin:\n    \
             asked = json.loads(line)\n    \
             data = base64.b64decode(asked['input'])\n    \
             middle = data.index(b'GET /b')\n    \
             first = ['POST', '/a', [('host', 'a'), ('te', 'b'), ('Transfer-Encoding', 'chunked')], [('x-user', 'u')]]\n    \
             second = ['GET', '/b', [('Host', 'a')], []]\n    \
             {fault}\n    \
             messages = [message(middle, first), message(len(data), second)]\n    \
             if not asked.get('facts'):\n        \
                 for one in messages: del one['facts']\n    \
             print(json.dumps({{'messages': messages, 'end': 'complete'}}), flush=True)\n"
    )
}

/// The exit code and the finding of `check`, with these arguments, of that input and that worker.
fn checked(fault: &str, more: &[&str]) -> (i32, Value) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("input"), INPUT).unwrap();
    let path = folder.path().join("worker.py");
    fs::write(&path, worker(fault)).unwrap();
    let peer = format!("cmd:python3 {}", path.display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    command.args(["check", "input", "--format", "json", "--peer", &peer]);
    command.args(more).current_dir(folder.path());
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let found = text.lines().next();
    let found = found.map_or(Value::Null, |line| serde_json::from_str(line).unwrap());
    (output.status.code().unwrap(), found)
}

fn a_peer_that_leaks_a_trailer_is_named() -> TrialRun {
    needs(&["python3"])?;
    let fault = "second[2] = first[3] + second[2]";
    let (code, found) = checked(fault, &["--facts"]);
    assert_eq!(code, 1, "{found}");
    let words = ["divergence", "level", "class"].map(|key| found[key].as_str().unwrap());
    assert_eq!(words, ["facts", "error", "trailer-leaked"]);
    let signature = "http1-request/facts/trailer-leaked/field:x-user";
    assert_eq!(found["signature"], signature);
    let fact = &found["facts"][0];
    assert_eq!(fact["shows"], serde_json::json!(["planted 1"]));
    assert_eq!(fact["hides"], serde_json::json!(["strict"]));
    assert_eq!(
        (&fact["message"], &fact["field"]),
        (&2.into(), &"x-user".into())
    );
    // Without the option, no facts are compared.
    assert_eq!(checked(fault, &[]), (0, Value::Null));
    Ok(())
}

fn a_peer_that_hides_a_field_is_named() -> TrialRun {
    needs(&["python3"])?;
    let (code, found) = checked("del first[2][1]", &["--facts"]);
    assert_eq!((code, &found["class"]), (1, &"hidden-field".into()));
    assert_eq!(found["facts"][0]["hides"], serde_json::json!(["planted 1"]));
    let (code, found) = checked("second[2] += [('TE', 'b')]", &["--facts"]);
    assert_eq!((code, &found["class"]), (1, &"lingering-field".into()));
    let (code, found) = checked("first[2] += first[3]", &["--facts"]);
    assert_eq!((code, &found["class"]), (1, &"trailer-merged".into()));
    assert_eq!(found["level"], "warning");
    let (code, found) = checked("second[0] = 'get'", &["--facts"]);
    assert_eq!((code, &found["class"]), (1, &"other-method".into()));
    Ok(())
}

fn a_peer_without_a_fault_is_not_named() -> TrialRun {
    needs(&["python3"])?;
    assert_eq!(checked("pass", &["--facts"]), (0, Value::Null));
    // What the specification permits: no trailer fields, and fields in another form.
    let permitted = "first[3] = []; first[2] = [('TRANSFER-ENCODING', ' chunked'), ('te', 'b '), ('HOST', 'a')]";
    assert_eq!(checked(permitted, &["--facts"]), (0, Value::Null));
    Ok(())
}

fn a_peer_that_shows_no_facts_is_not_named() -> TrialRun {
    needs(&["python3"])?;
    let silent = "asked['facts'] = False";
    assert_eq!(checked(silent, &["--facts"]), (0, Value::Null));
    Ok(())
}
