"""whatthepatch: the changes of each file, each with the number of its hunk."""

import importlib.metadata
import itertools

import whatthepatch
from whatthepatch.exceptions import WhatThePatchException


def mark(change):
    if change.old is None:
        return "+"
    return "-" if change.new is None else " "


def read(data, pieces):
    whole = []
    try:
        for diff in whatthepatch.parse_patch(data.decode()):
            name = ""
            if diff.header:
                old, new = diff.header.old_path or "", diff.header.new_path or ""
                name = old if new == "/dev/null" else new
                # Of some names it has taken the first directory off.
                name = name if name.startswith(("a/", "b/")) else "b/" + name
            changes = [change for change in diff.changes or [] if hasattr(change, "hunk")]
            for _, hunk in itertools.groupby(changes, lambda change: change.hunk):
                whole.append((name.encode(), [(mark(change) + change.line).encode() for change in hunk]))
    except (WhatThePatchException, UnicodeDecodeError):
        return whole, "rejected"
    return whole, "complete"


serve("whatthepatch", importlib.metadata.version("whatthepatch"), read, hunks)
