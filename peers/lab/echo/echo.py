"""What an echo application of Python tells of each request: a line in the log, and the same in the response."""

import base64
import json
import os
import threading

SHOWN = 256  # bytes of a body

_counts = {}
_lock = threading.Lock()
_log = os.open(os.environ["MISFRAME_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)


def line(port, method, target, body, connection=None, whole=True):
    """Writes down a request from this port, and gives the line. `connection` tells connections apart, if the
    runtime has an object for each; else their ports do. `whole` says that the body has come to its end."""
    if isinstance(target, bytes):
        target = target.decode("latin-1")
    if isinstance(method, bytes):
        method = method.decode("latin-1")
    key = port if connection is None else connection
    with _lock:
        _counts[key] = nth = _counts.get(key, 0) + 1
        said = {
            "port": int(port),
            "nth": nth,
            "method": method,
            "target": target,
            "length": len(body),
            "body": base64.b64encode(body[:SHOWN]).decode(),
            "whole": whole,
        }
        text = json.dumps(said, ensure_ascii=True).encode() + b"\n"
        os.write(_log, text)
    return text
