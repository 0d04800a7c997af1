//! A warden: a process that ends what this one has started, should this one be killed before it has done so.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::live::{own_record, own_scratch};

/// What the warden does: it keeps the groups that are reported to it, and when nothing can report to it any more it ends
/// those that are left, and whoever was started in a scratch folder and not yet told of; then it removes these folders and
/// what was written down about them.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
ids=
while read -r act id; do
    rest=
    for one in $ids; do [ "$one" = "$id" ] || rest="$rest $one"; done
    ids=$rest
    [ "$act" = - ] || ids="$ids $id"
done
for id in $ids; do kill -s KILL -- "-$id"; done 2>/dev/null
case $SCRATCH in */misframe-lab-*-) ;; *) exit 0 ;; esac
ls -d -- "$SCRATCH"* >/dev/null 2>&1 || exit 0
for file in $(grep -lasF -- "=$SCRATCH" /proc/[0-9]*/environ); do
    id=${file#/proc/}
    id=${id%/environ}
    [ "$id" = $$ ] || kill -s KILL "$id"
done 2>/dev/null
for folder in "$SCRATCH"*; do
    chmod -R u+rwX -- "$folder" 2>/dev/null
    [ ! -d "$folder" ] || rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
done
rm -f -- "$RECORD"
"#;

/// The pipe to the warden, which closes when this process is gone, however it goes; none where there is no warden.
static WARDEN: Mutex<Option<Option<ChildStdin>>> = Mutex::new(None);

/// Makes sure of it before something is started: from then to [`keep`] there is a moment only.
pub(crate) fn ready() {
    let mut warden = WARDEN.lock().unwrap_or_else(PoisonError::into_inner);
    warden.get_or_insert_with(start);
}

/// The process group of this id was started.
pub fn keep(id: u32) {
    tell('+', id);
}

/// It was ended.
pub(crate) fn release(id: u32) {
    tell('-', id);
}

fn tell(act: char, id: u32) {
    let mut warden = WARDEN.lock().unwrap_or_else(PoisonError::into_inner);
    // Without a warden, only a killed process leaves something behind.
    if let Some(pipe) = warden.get_or_insert_with(start) {
        let _gone = pipe.write_all(format!("{act} {id}\n").as_bytes());
    }
}

fn start() -> Option<ChildStdin> {
    let mut command = Command::new("sh");
    command
        .args(["-c", SCRIPT, "warden"])
        .env("SCRATCH", std::env::temp_dir().join(own_scratch()))
        .env("RECORD", own_record().unwrap_or_default())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C is for those that it watches.
        .process_group(0);
    // It ends by itself when this process does; nothing waits for it.
    command.spawn().ok()?.stdin.take()
}
