"""misframe's side of a driver in Python, for a client with coroutines."""

import asyncio
import os
import sys
import threading

# Where the server is, and how long the client shall wait by itself, in seconds.
HOST, PORT = sys.argv[1].split(":")
PORT, LIMIT = int(PORT), int(sys.argv[2]) / 1000

# What a client prints must not come between the lines.
out = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def say(*words):
    print(*(str(word).replace("\r", " ").replace("\n", " ") for word in words), file=out)


def serve(name, version, make):
    """Obeys until standard input ends. `make()` returns `ask(name, is_post)`, which returns what was delivered."""
    asyncio.run(obey(name, version, make))


async def obey(name, version, make):
    ask, lines, loop, tasks = make(), asyncio.Queue(), asyncio.get_running_loop(), {}

    def read():
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        os._exit(0)

    async def request(what, is_post):
        try:
            end = "got", what, await ask(what, is_post)
        except BaseException as error:
            end = "gone", what, type(error).__name__, error
        say(*end)

    say("hello", name, version)
    threading.Thread(target=read, daemon=True).start()
    while True:
        verb, _, what = (await lines.get()).strip().partition(" ")
        if verb in ("send", "post"):
            tasks[what] = asyncio.create_task(request(what, verb == "post"))
        elif verb == "cancel" and what in tasks:
            tasks[what].cancel()
        elif verb == "settle":
            # Each turn of the loop looks at every socket.
            for _ in range(10):
                await asyncio.sleep(0)
            say("settled")


