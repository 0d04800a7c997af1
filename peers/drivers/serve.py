"""misframe's side of a driver in Python, for a client that blocks."""

import os
import signal
import sys
import threading
import queue

# Where the server is, and how long the client shall wait by itself, in seconds.
HOST, PORT = sys.argv[1].split(":")
PORT, LIMIT = int(PORT), int(sys.argv[2]) / 1000

# What a client prints must not come between the lines.
out = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def say(*words):
    print(*(str(word).replace("\r", " ").replace("\n", " ") for word in words), file=out)


class Cancelled(BaseException):
    """What is raised between the write and the read of a request, as time limits of task queues and of gevent are."""


def serve(name, version, ask):
    """Obeys until standard input ends. `ask(name, is_post)` returns the text that was delivered, or raises."""
    requests, now = queue.SimpleQueue(), [None]

    def on_signal(*_):
        if now[0] is not None:
            raise Cancelled("cancelled")

    def read():
        main = threading.main_thread().ident
        for line in sys.stdin:
            verb, _, what = line.strip().partition(" ")
            if verb in ("send", "post") and now[0] is not None:
                say("gone", what, "the client is busy with", now[0])
            elif verb in ("send", "post"):
                now[0] = what
                requests.put((verb == "post", what))
            elif verb == "cancel" and now[0] == what:
                signal.pthread_kill(main, signal.SIGALRM)
            elif verb == "settle":
                say("settled")
        os._exit(0)

    signal.signal(signal.SIGALRM, on_signal)
    say("hello", name, version)
    threading.Thread(target=read, daemon=True).start()
    while True:
        is_post, what = requests.get()
        try:
            end = "got", what, ask(what, is_post)
        except BaseException as error:
            end = "gone", what, type(error).__name__, error
        now[0] = None
        say(*end)


