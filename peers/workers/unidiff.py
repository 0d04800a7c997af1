"""unidiff: its set of patches, of text in UTF-8 as it takes it."""

import unidiff


def read(data, pieces):
    try:
        patches = unidiff.PatchSet.from_string(data)
    except (unidiff.UnidiffParseError, UnicodeDecodeError):
        return [], "rejected"
    whole = []
    for file in patches:
        name = file.source_file if file.target_file == "/dev/null" else file.target_file
        for hunk in file:
            lines = [line for line in hunk if line.line_type in tuple(" +-")]
            lines = [(line.line_type + line.value.removesuffix("\n")).encode() for line in lines]
            whole.append((name.encode(), lines))
    return whole, "complete"


serve("unidiff-python", unidiff.VERSION, read, hunks)
