"""misframe's side of a worker in Python: asks a reader, line by line, what it makes of a stream."""

import base64
import json
import os
import sys


def messages(read):
    """What is answered of messages: a list of (end, content) or (end, content, facts), and how the stream ends."""
    whole, end = read
    return {"messages": [message(*one) for one in whole], "end": end}


def message(end, content, facts=None):
    """A message, with what the parser understood of it: (method, target, fields, trailers), all of bytes."""
    answer = {"end": end, "content": encode(content)}
    if facts is not None:
        method, target, fields, trailers = facts
        pairs = lambda fields: [(encode(bytes(name)), encode(bytes(value))) for name, value in fields]
        answer["facts"] = {
            "method": encode(bytes(method)),
            "target": encode(bytes(target)),
            "fields": pairs(fields),
            "trailers": pairs(trailers),
        }
    return answer


def hunks(read):
    """What is answered of a patch: a list of (name, lines) for each hunk, and how the stream ends."""
    whole, end = read
    return {
        "hunks": [{"name": encode(name), "lines": [encode(line) for line in lines]} for name, lines in whole],
        "end": end,
    }


def encode(content):
    return base64.b64encode(content).decode()


def serve(name, version, read, told=messages):
    """Answers until standard input ends.

    `read(data, pieces)` is given all bytes of a stream, and "one" or "bytes" for how to hand them to the
    parser. It returns a list of (end, content) for each whole message, the end counted in bytes from the start
    of the stream, and how the stream ends: "complete", "incomplete", "rejected" or "tunnel". A third element of such a
    message is what the parser understood of it, see `message`. With `hunks` it returns
    (name, lines) for each hunk of a patch instead, as bytes; each line with the character that it begins with, and
    without its end.
    """
    # What a parser prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    print(json.dumps({"misframe": 1, "name": name, "version": version}), file=answers)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        try:
            answer = told(read(base64.b64decode(asked["input"]), asked["pieces"]))
            if not asked.get("facts"):
                for one in answer.get("messages", []):
                    one.pop("facts", None)
        except Unknown as error:
            answer = {"unknown": str(error)}
        except Exception as error:  # What a parser does not catch ends its connection, and not the worker.
            answer = {"panic": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers)


class Unknown(Exception):
    """What a parser reads does not show."""


# A request that nobody rejects.
ANOTHER = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def by_bytes(read_pieces):
    """A `read` for a parser that does not tell where messages end: they end at the byte that makes them whole.

    `read_pieces(pieces)` hands over pieces of bytes. It returns (given, content) for each message, or with facts
    (given, content, facts), `given` being how many bytes had been handed over when it was whole, and "complete", "rejected", "tunnel", or None as long as
    the parser would take more.
    """

    def read(data, pieces):
        messages, end = read_pieces(data[at : at + 1] for at in range(len(data)))
        if pieces == "one":
            one, end = read_pieces([data] if data else [])
            # Where these end, their like show that came byte by byte.
            if [message[1] for message in messages[: len(one)]] != [message[1] for message in one]:
                raise Unknown("messages in one piece are others than byte by byte, and their ends do not show")
            if end is None and len(one) < len(messages):
                # The others are dropped if it waits for nothing.
                more, _ = read_pieces([data, ANOTHER])
                end = "complete" if len(more) > len(one) else "incomplete"
            messages = [byte[:1] + whole[1:] for byte, whole in zip(messages, one)]
        taken = messages[-1][0] if messages else 0
        return messages, end or ("complete" if taken == len(data) else "incomplete")

    return read
