"""Records ordinary requests of real clients, each connection as one raw file, for `misframe check FOLDER`.

    python3 corpus/traffic/ordinary.py FOLDER [--requests 20000] [--seed 1]

A server on a loopback port keeps what each client sends, byte for byte, and answers 200. The clients are http.client and
urllib of Python's library; requests, urllib3, aiohttp and httpx, where they are installed; node's http and fetch; curl
and wget. Each is told to send an equal share. What they send is drawn: methods, targets with queries, common fields, and
content with a length, in chunks, as a form, or after Expect. Clients that are missing are named, and others send more.
"""

import argparse
import asyncio
import base64
import http.client
import importlib.util
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).parent
WORDS = "alpha beta gamma delta résumé naïve 東京 a/b x=y 50% q&a tom+jerry C# [1] {id} a|b it's ~home ^up".split()
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "okhttp/4.12.0",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
]
PER_CONNECTION = 8


class Recorder:
    """The server. It reads requests with a length, in chunks, or without content, and keeps their bytes."""

    def __init__(self, folder):
        self.folder = folder
        self.connections = 0
        self.requests = 0
        self.label = "client"

    async def serve(self, reader, writer):
        self.connections += 1
        path = self.folder / f"{self.connections:06}-{self.label}.bin"
        kept = bytearray()
        try:
            while await self.request(reader, writer, kept):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()
        if kept:
            path.write_bytes(kept)

    async def request(self, reader, writer, kept):
        head = await reader.readuntil(b"\r\n\r\n")
        kept += head
        lines = head.decode("latin-1").split("\r\n")
        fields = dict((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:]))
        if fields.get("expect"):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "transfer-encoding" in fields:
            while True:
                line = await reader.readuntil(b"\r\n")
                size = int(line, 16)
                kept += line + await reader.readexactly(size + 2)
                if size == 0:
                    break
        else:
            kept += await reader.readexactly(int(fields.get("content-length", 0)))
        self.requests += 1
        close = fields.get("connection", "").lower() == "close"
        body = b"" if lines[0].startswith("HEAD ") else b"ok"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n%s\r\n%s" % (b"Connection: close\r\n" if close else b"", body))
        await writer.drain()
        return not close


def drawn(draw):
    """One request, as data: a method, a target, fields, and how its content is sent."""
    method = draw.choices(["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"], [50, 25, 5, 8, 5, 5, 2])[0]
    path = "/".join(urllib.parse.quote(draw.choice(WORDS), safe="") for _ in range(draw.randint(0, 4)))
    pairs = [(draw.choice("abcdef"), draw.choice(WORDS)) for _ in range(draw.choice([0, 0, 1, 3, 9]))]
    # Browsers and curl send some characters that no URI holds as they are.
    raw = draw.choice(["", "", "", "|[]{}^`"])
    query = urllib.parse.urlencode(pairs, safe=raw, quote_via=draw.choice([urllib.parse.quote, urllib.parse.quote_plus]))
    common = {
        "User-Agent": draw.choice(AGENTS),
        "Accept": draw.choice(["*/*", "text/html,application/xhtml+xml;q=0.9,image/avif,*/*;q=0.8", "application/json"]),
        "Accept-Language": "de-CH,de;q=0.9,en;q=0.8",
        "Authorization": "Bearer " + base64.urlsafe_b64encode(draw.randbytes(draw.choice([16, 200, 900]))).decode(),
        "Cookie": "; ".join(f"{draw.choice('abc')}{n}={draw.randbytes(9).hex()}" for n in range(draw.choice([1, 4, 60]))),
        "If-None-Match": f'W/"{draw.randbytes(4).hex()}", "x"',
        "Range": "bytes=0-99",
        "Referer": "https://example.com/?q=a:b,c",
        "X-Forwarded-For": "203.0.113.7, 198.51.100.2",
        "X-Empty": "",
        "Cache-Control": "no-cache, max-age=0",
        "Sec-Fetch-Mode": "cors",
        "X-Note": 'quoted "text" (and more)\tand a tab',
    }
    fields = {name: common[name] for name in draw.sample(sorted(common), draw.randint(0, 6))}
    content, how = b"", "none"
    if method in ("POST", "PUT", "PATCH"):
        how = draw.choice(["length", "length", "chunked", "form"])
        content = draw.choice(
            [b"", b'{"a": 1}', draw.randbytes(draw.randint(1, 3000)), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"0\r\n\r\n", b"\r\n"]
        )
        if how == "form":
            content = urllib.parse.urlencode(pairs or [("a", "1")]).encode()
            fields["Content-Type"] = "application/x-www-form-urlencoded"
    return {"method": method, "target": f"/{path}" + (f"?{query}" if query else ""), "fields": fields, "how": how, "content": content}


def pieces(content):
    for at in range(0, len(content), 700):
        yield content[at : at + 700]


def http_client(port, requests):
    for at in range(0, len(requests), PER_CONNECTION):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for one in requests[at : at + PER_CONNECTION]:
            chunked = one["how"] == "chunked"
            body = None if one["how"] == "none" else pieces(one["content"]) if chunked else one["content"]
            connection.request(one["method"], one["target"], body, one["fields"], encode_chunked=chunked)
            connection.getresponse().read()
        connection.close()


def urllib_request(port, requests):
    for one in requests:
        body = None if one["how"] == "none" else one["content"]
        url = f"http://127.0.0.1:{port}{one['target']}"
        request = urllib.request.Request(url, body, one["fields"], method=one["method"])
        urllib.request.urlopen(request).read()


def requests_session(port, requests):
    import requests as library

    for at in range(0, len(requests), PER_CONNECTION):
        with library.Session() as session:
            for one in requests[at : at + PER_CONNECTION]:
                body = None if one["how"] == "none" else pieces(one["content"]) if one["how"] == "chunked" else one["content"]
                session.request(one["method"], f"http://127.0.0.1:{port}{one['target']}", data=body, headers=one["fields"])


def urllib3_pool(port, requests):
    import urllib3

    for at in range(0, len(requests), PER_CONNECTION):
        with urllib3.HTTPConnectionPool("127.0.0.1", port) as pool:
            for one in requests[at : at + PER_CONNECTION]:
                body = None if one["how"] == "none" else one["content"]
                chunked = one["how"] == "chunked"
                pool.urlopen(one["method"], one["target"], body, one["fields"], chunked=chunked)


def httpx_client(port, requests):
    import httpx

    for at in range(0, len(requests), PER_CONNECTION):
        with httpx.Client() as client:
            for one in requests[at : at + PER_CONNECTION]:
                body = None if one["how"] == "none" else pieces(one["content"]) if one["how"] == "chunked" else one["content"]
                client.request(one["method"], f"http://127.0.0.1:{port}{one['target']}", content=body, headers=one["fields"])


def aiohttp_session(port, requests):
    import aiohttp

    async def stream(content):
        for piece in pieces(content):
            yield piece

    async def send():
        for at in range(0, len(requests), PER_CONNECTION):
            async with aiohttp.ClientSession() as session:
                for one in requests[at : at + PER_CONNECTION]:
                    body = None if one["how"] == "none" else stream(one["content"]) if one["how"] == "chunked" else one["content"]
                    url = f"http://127.0.0.1:{port}{one['target']}"
                    expect = one["how"] == "length" and len(one["content"]) > 2000
                    async with session.request(one["method"], url, data=body, headers=one["fields"], expect100=expect) as response:
                        await response.read()

    asyncio.run(send())


def node(port, requests):
    lines = [json.dumps({**one, "content": base64.b64encode(one["content"]).decode()}) for one in requests]
    program = HERE / "clients/ordinary.mjs"
    subprocess.run(["node", program, f"http://127.0.0.1:{port}"], input="\n".join(lines), text=True, check=True)


def curl(port, requests):
    with tempfile.TemporaryDirectory() as folder:
        for at in range(0, len(requests), PER_CONNECTION):
            arguments = ["curl", "--silent", "--show-error", "--path-as-is", "--globoff", "--output", "/dev/null"]
            for nth, one in enumerate(requests[at : at + PER_CONNECTION]):
                if nth:
                    arguments += ["--next", "--silent", "--show-error", "--path-as-is", "--globoff", "--output", "/dev/null"]
                arguments += ["--head"] if one["method"] == "HEAD" else ["--request", one["method"]]
                for name, value in one["fields"].items():
                    arguments += ["--header", f"{name}: {value}" if value else f"{name};"]
                if one["how"] != "none":
                    file = pathlib.Path(folder) / str(nth)
                    file.write_bytes(one["content"])
                    arguments += ["--data-binary", f"@{file}"]
                if one["how"] == "chunked":
                    arguments += ["--header", "Transfer-Encoding: chunked"]
                arguments += [f"http://127.0.0.1:{port}{one['target']}"]
            subprocess.run(arguments, check=True)


def wget(port, requests):
    for at in range(0, len(requests), PER_CONNECTION):
        urls = [f"http://127.0.0.1:{port}{one['target']}" for one in requests[at : at + PER_CONNECTION]]
        fields = [f"--header={name}: {value}" for name, value in requests[at]["fields"].items()]
        subprocess.run(["wget", "--quiet", "--tries=1", "--output-document=/dev/null", *fields, *urls], check=True)


def clients():
    """The clients that are here, by name; those that are missing are named."""
    libraries = {"requests": requests_session, "urllib3": urllib3_pool, "aiohttp": aiohttp_session, "httpx": httpx_client}
    programs = {"node": node, "curl": curl, "wget": wget}
    found = {"http.client": http_client, "urllib": urllib_request}
    found |= {name: client for name, client in libraries.items() if importlib.util.find_spec(name)}
    found |= {name: client for name, client in programs.items() if shutil.which(name)}
    for name in [*libraries, *programs]:
        if name not in found:
            print(f"{name} is not here", file=sys.stderr)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="a folder to write to; it is made")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True)
    recorder = Recorder(options.folder)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(recorder.serve, "127.0.0.1", 0, limit=1 << 20))
    port = server.sockets[0].getsockname()[1]
    threading.Thread(target=loop.run_forever, daemon=True).start()
    found = clients()
    share = -(-options.requests // len(found))
    draw = random.Random(options.seed)
    for name, client in found.items():
        before, recorder.label = recorder.requests, name
        client(port, [drawn(draw) for _ in range(share)])
        # What a client has closed may still be on its way to a file.
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.5), loop).result()
        print(f"{name}: {recorder.requests - before} requests")
    print(f"{recorder.requests} requests on {recorder.connections} connections")


if __name__ == "__main__":
    main()
