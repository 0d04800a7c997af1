"""python-patch, and patch-ng, which goes on with it: lines as they stand, or nothing."""

import logging

# What it says of each patch is not asked for.
logging.disable(logging.CRITICAL)


def read(data, pieces):
    patches = patch.fromstring(data)
    if not patches:
        return [], "rejected" if patches is False else "complete"
    whole = []
    for file in patches.items:
        # It makes all names relative.
        name = file.source if file.target in (b"/dev/null", b"dev/null") else file.target
        # Of these it has taken the first directory off.
        if file.type in (patch.GIT, patch.HG):
            name = b"b/" + name
        for hunk in file.hunks:
            lines = [line.rstrip(b"\n") for line in hunk.text]
            # A line that lost its space is common to both files, and a marker is no line.
            whole.append((name, [line or b" " for line in lines if not line.startswith(b"\\")]))
    return whole, "complete"


serve("python-patch" if patch.__name__ == "patch" else "patch-ng", patch.__version__, read, hunks)
