"""Holds what `misframe check` says of real patches against what git apply and GNU patch do with them.

    python3 corpus/patches/measure.py FOLDER [--misframe COMMAND] [--draw 40] [--seed 1]

FOLDER holds patches, as `corpus/patches/fetch` leaves them; equal files count once. For each, a tree is made in which its
hunks fit, and both tools apply it there, with one folder removed from the names where all have one. A patch with carriage
returns gets another tree without them, and one whose two names differ a tree for each. The report has these figures:

- how many errors are confirmed: in one of the trees the tools do not do the same, or both exit with 0 and leave out lines
  that look like those of a hunk;
- how many patches both tools apply alike, and how many of these have a finding above a note;
- a draw of warnings, to be looked at by hand, with what the tools did.

The tree is made from the patch alone, without misframe: hunks by their counts, and the lines beyond them that look the
same. It needs git, GNU patch and Python 3.9. One JSON object a line on stdout has the result for each patch; --out names a
file for it instead.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
# A name ends at a tab, or at a blank with a date behind it.
DATE = re.compile(rb"[ \t]+((\d{4}|\d\d)-\d\d-|(Mon|Tue|Wed|Thu|Fri|Sat|Sun) )")
# What they say of a text that is no patch to them, and not of the tree.
NOT_READ = {
    "git apply": re.compile("corrupt patch|fragment without header|only garbage|unrecognized input|lacks filename|bad git-diff"),
    "GNU patch": re.compile("malformed patch|nly garbage|unexpectedly ends"),
}
SECONDS = 20
CONTEXT = 3


class Change:
    """What a patch has for one file: its names, and its hunks as lists of lines with their ends."""

    def __init__(self, old, new):
        self.old, self.new = old, new
        self.hunks = []


def name_of(line):
    text = line[4:].rstrip(b"\r\n")
    if text.startswith(b'"'):
        return None
    date = DATE.search(text)
    text = text[: date.start()] if date else text
    return text.split(b"\t")[0].strip()


def hunk_lines(lines, at, old, new):
    """The lines of a hunk by its counts, those beyond them that look the same, and where both end."""
    body, beyond = [], []
    while at < len(lines) and (old > 0 or new > 0 or lines[at].startswith(b"\\")):
        first = lines[at][:1]
        is_blank = lines[at].strip(b"\r\n") == b""
        if first == b"\\":
            body.append(lines[at])
        elif first in (b" ", b"\t", b"=") or is_blank:
            body.append(b" " + lines[at] if is_blank else lines[at])
            old, new = old - 1, new - 1
        elif first == b"-":
            body.append(lines[at])
            old -= 1
        elif first == b"+":
            body.append(lines[at])
            new -= 1
        else:
            break
        at += 1
    while at < len(lines) and lines[at][:1] in (b" ", b"-", b"+"):
        line = lines[at].rstrip(b"\r\n")
        if line in (b"--", b"-- ", b"---") or line.startswith((b"--- ", b"+++ ", b"- ")):
            break
        beyond.append(lines[at])
        at += 1
    if all(line.startswith(b" ") for line in beyond):
        beyond = []
    return body, beyond, at


def changes_of(data):
    """The changes that a patch has, in order; whether it has binary data; lines beyond the counts."""
    lines = data.splitlines(keepends=True) if b"\r" not in data else re.findall(rb"[^\n]*\n|[^\n]+$", data)
    changes, beyond, at, git, move = [], [], 0, None, None
    while at < len(lines):
        line = lines[at]
        if line.startswith(b"diff --git "):
            # Where no line --- follows, its second name is that of the file.
            names = line[11:].split()
            git, move = Change(names[-1], names[-1]) if names else None, None
        elif line.startswith((b"rename from ", b"copy from ")):
            move = line.split(b" ", 2)[2].rstrip(b"\r\n")
            changes.append(Change(b"a/" + move, b"a/" + move))
        elif line.startswith(b"--- ") and at + 1 < len(lines) and lines[at + 1].startswith(b"+++ "):
            changes.append(Change(name_of(line), name_of(lines[at + 1])))
            at, git = at + 1, None
        elif line.startswith((b"--- ", b"+++ ")) and at + 1 < len(lines) and HUNK.match(lines[at + 1]):
            changes.append(Change(name_of(line), name_of(line)))
        elif (match := HUNK.match(line)) and (changes or git):
            if git:
                changes.append(git)
            counts = [1 if count is None else int(count) for count in (match[2], match[4])]
            git = None
            body, more, at = hunk_lines(lines, at + 1, *counts)
            changes[-1].hunks.append((int(match[1]), counts[0], body, more))
            beyond += more
            continue
        at += 1
    return changes, beyond


def old_lines(body):
    """The lines of the old file in a hunk; a marker takes the end of the line before it."""
    lines, last = [], None
    for line in body:
        if line.startswith(b"\\"):
            if last == "old":
                lines[-1] = lines[-1].rstrip(b"\r\n")
        elif line.startswith(b"+"):
            last = "new"
        else:
            # Of a context line that begins with a tab or =, nothing is a mark.
            lines.append(line if line[:1] in (b"\t", b"=") else line[1:])
            last = "old"
    return lines


def file_of(change):
    """The old file: the lines of each hunk where its header says, and other lines between them."""
    lines, is_open = [], False
    for start, count, body, beyond in change.hunks:
        first = start if count == 0 else start - 1
        if not is_open:
            lines += [b"line %d of no hunk\n" % nth for nth in range(len(lines), max(first, len(lines)))]
        lines += old_lines(body) + old_lines(beyond)
        is_open = False
    body = change.hunks[-1][2]
    signs = [line[:1] for line in body if not line.startswith(b"\\")]
    trailing = len(signs) - len(b"".join(signs).rstrip(b" \t="))
    leading = len(signs) - len(b"".join(signs).lstrip(b" \t="))
    is_ended = not lines or lines[-1].endswith(b"\n")
    # With less context behind the change than before it, the file ends there.
    if is_ended and trailing >= min(leading, CONTEXT) and trailing > 0:
        lines += [b"line %d behind the last hunk\n" % nth for nth in range(4)]
    return b"".join(lines)


def strip_of(changes):
    names = [name for change in changes for name in (change.old, change.new) if name and name != b"/dev/null"]
    return 1 if names and all(b"/" in name for name in names) else 0


def in_tree(name, strip):
    parts = (name or b"").split(b"/")[strip:]
    if not parts or not parts[-1] or b".." in parts or name.startswith(b"/"):
        return None
    return b"/".join(parts)


def tree_of(changes, strip, prefers_old):
    """The files before the patch, by name: where the names of a change differ, the old one or the new one. A file that the
    patch changes twice is as the first change needs it."""
    tree = {}
    for change in changes:
        if change.old == b"/dev/null" or not change.hunks and change.old != change.new:
            continue
        name = change.old if prefers_old or change.new == b"/dev/null" else change.new
        name = in_tree(name, strip) or in_tree(change.new, strip)
        creates = len(change.hunks) == 1 and change.hunks[0][:2] == (0, 0)
        if name and name not in tree and not creates:
            tree[name] = file_of(change) if change.hunks else b"some line\n"
    return tree


def write(tree, folder):
    for name, data in tree.items():
        path = os.path.join(os.fsencode(folder), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def read(folder):
    tree = {}
    for at, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            path = os.path.join(at, name)
            is_link = os.path.islink(path)
            with_end = os.readlink(path) if is_link else open(path, "rb").read()
            tree[os.path.relpath(path, os.fsencode(folder))] = with_end
    return tree


def applied(arguments, patch, tree):
    """The exit code of a tool, the tree that it leaves, and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        write(tree, folder)
        env = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C", "GIT_CEILING_DIRECTORIES": os.path.dirname(folder)}
        try:
            done = subprocess.run(arguments, stdin=open(patch, "rb"), cwd=folder, env=env, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return None, {}, "timed out"
        said = (done.stdout + done.stderr).decode("latin-1")
        return done.returncode, read(folder), said


def tools(strip):
    return {
        "git apply": ["git", "apply", f"-p{strip}", "--whitespace=nowarn", "-"],
        "GNU patch": ["patch", f"-p{strip}", "--force", "--no-backup-if-mismatch", "--reject-file=-"],
    }


def outcome(path):
    """What the two tools do with the patch, in one word, and what they say."""
    data = path.read_bytes()
    changes, beyond = changes_of(data)
    strip = strip_of(changes)
    try:
        trees = [tree_of(changes, strip, prefers_old=False)]
        of_old = tree_of(changes, strip, prefers_old=True)
        if of_old.keys() != trees[0].keys():
            trees.append(of_old)
        if b"\r\n" in data:
            trees.append({name: file.replace(b"\r\n", b"\n") for name, file in trees[0].items()})
        words, said = [], {}
        for tree in trees:
            results = {name: applied(arguments, path, tree) for name, arguments in tools(strip).items()}
            (git, git_tree, _), (gnu, gnu_tree, _) = results.values()
            said = {name: f"{code}: {text[:300]}" for name, (code, _, text) in results.items()} if not said else said
            is_read = [not NOT_READ[name].search(text) for name, (_, _, text) in results.items()]
            if (git == 0) != (gnu == 0) or git != 0 and is_read[0] != is_read[1]:
                words.append("one rejects")
            elif git != 0:
                words.append("both reject")
            elif git_tree != gnu_tree:
                words.append("other trees")
            else:
                words.append("both lose lines" if beyond else "alike")
    except (OSError, ValueError) as error:
        return "not tried", {"error": str(error)}
    if not changes and words[0] in ("one rejects", "both reject"):
        return "no patch", said
    order = ["other trees", "one rejects", "both lose lines", "alike", "both reject"]
    # The patch as it stands decides whether it is applied alike; any tree shows that the tools differ.
    return min(words, key=order.index), said


def findings(command, folder):
    """The gravest finding for each file: its level and class."""
    arguments = [*command.split(), "check", "--family", "unified-diff", "--format", "json", str(folder)]
    done = subprocess.run(arguments, stdout=subprocess.PIPE)
    if done.returncode not in (0, 1, 2):
        sys.exit(f"{command} ended with {done.returncode}")
    order = ["note", "warning", "error"]
    found = {}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        if "level" not in one:
            continue
        before = found.get(one["file"])
        if before is None or order.index(one["level"]) > order.index(before["level"]):
            found[one["file"]] = {"level": one["level"], "class": one.get("class"), "divergence": one.get("divergence")}
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--misframe", default="misframe")
    parser.add_argument("--draw", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=argparse.FileType("w"), default=sys.stdout)
    given = parser.parse_args()
    for tool in ("git", "patch", given.misframe.split()[0]):
        if not shutil.which(tool):
            sys.exit(f"{tool} is not installed")
    distinct = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(given.folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and ".apt" not in path.parts:
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                if digest not in distinct:
                    distinct[digest] = path
                    (pathlib.Path(folder) / f"{digest}.patch").symlink_to(path.resolve())
        found = findings(given.misframe, folder)
    found = {pathlib.PurePath(name).stem: one for name, one in found.items()}
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = pool.map(outcome, distinct.values())
        for (digest, path), (did, said) in zip(distinct.items(), outcomes):
            finding = found.get(digest, {"level": "none"})
            results.append({"file": str(path), **finding, "tools": did, "said": said})
            given.out.write(json.dumps(results[-1]) + "\n")
            given.out.flush()
    report(results, given)


def report(results, given):
    say = lambda *words: print(*words, file=sys.stderr)
    table = collections.Counter((one["level"], one["tools"]) for one in results)
    levels, words = ["error", "warning", "note", "none"], sorted({one["tools"] for one in results})
    say(f"{len(results)} distinct patches")
    say("\t".join(["", *words]))
    for level in levels:
        say("\t".join([level, *(str(table[level, word]) for word in words)]))
    errors = [one for one in results if one["level"] == "error"]
    differ = ("one rejects", "other trees", "both lose lines")
    confirmed = sum(one["tools"] in differ for one in errors)
    say(f"errors: {confirmed} of {len(errors)} confirmed")
    alike = [one for one in results if one["tools"] == "alike"]
    above = sum(one["level"] in ("error", "warning") for one in alike)
    say(f"applied alike: {len(alike)}, above a note: {above}")
    warnings = [one for one in results if one["level"] == "warning"]
    random.Random(given.seed).shuffle(warnings)
    for one in warnings[: given.draw]:
        say(one["file"], one.get("class"), one.get("divergence"), one["tools"])


if __name__ == "__main__":
    main()
