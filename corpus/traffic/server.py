"""An aiohttp server that reads every body, answers what its path asks for, and logs one line per request."""

import argparse
import asyncio
import gzip
import mimetypes
import pathlib
import signal
import sys

from aiohttp import WSMsgType, web

DIGEST = 'Digest realm="corpus", qop="auth", nonce="0123456789abcdef", algorithm=SHA-256'


class Service:
    """What the paths mean, and the access log."""

    def __init__(self, access, root):
        self.access = access
        self.root = root
        self.done = asyncio.Event()

    async def answer(self, request):
        self.access.write(f"{request.method} {request.path_qs}\n")
        self.access.flush()
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if request.path == "/ws":
            return await self.web_socket(request)
        body = await request.read()
        response = await self.respond(request, body)
        if "Origin" in request.headers and not response.prepared:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Allow-Methods"] = "GET, PUT, DELETE"
            response.headers["Access-Control-Allow-Headers"] = "x-asked"
        return response

    async def respond(self, request, body):
        path = request.path
        if path == "/empty":
            return web.Response(status=204)
        if path.startswith("/redirect/"):
            status = int(path.rsplit("/", 1)[1])
            return web.Response(status=status, headers={"Location": "/landed"})
        if path == "/digest" and "Authorization" not in request.headers:
            return web.Response(status=401, headers={"WWW-Authenticate": DIGEST})
        if path == "/gzip":
            return web.Response(body=gzip.compress(b"squeezed " * 40, mtime=0), headers={"Content-Encoding": "gzip"})
        if path == "/chunked":
            return await self.chunked(request)
        if path == "/hold":
            await self.done.wait()
            return web.Response(status=204)
        if path == "/done":
            self.done.set()
        if path.startswith("/-/npm/"):
            return web.json_response({})
        file = self.file(path)
        if file:
            kind = mimetypes.guess_type(file.name)[0] or "application/json"
            return web.Response(body=file.read_bytes(), content_type=kind)
        return web.json_response({"method": request.method, "body": len(body)})

    def file(self, path):
        """The file below the root that `path` names, if there is one."""
        if self.root is None or not path.startswith("/"):
            return None
        file = (self.root / path[1:]).resolve()
        return file if file.is_file() and self.root in file.parents else None

    async def chunked(self, request):
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for piece in (b"one ", b"two ", b"three\n"):
            await response.write(piece)
        await response.write_eof()
        return response

    async def web_socket(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await socket.send_str(message.data)
            elif message.type == WSMsgType.BINARY:
                await socket.send_bytes(message.data)
        return socket


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--access", type=pathlib.Path, required=True, help="the access log to write")
    parser.add_argument("--root", type=pathlib.Path, help="a folder of files to serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("port", type=int, nargs="+")
    options = parser.parse_args()
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, ended.set)
    with options.access.open("w") as access:
        service = Service(access, options.root and options.root.resolve())
        runner = web.ServerRunner(web.Server(service.answer))
        await runner.setup()
        for port in options.port:
            await web.TCPSite(runner, options.host, port, shutdown_timeout=1).start()
        await ended.wait()
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
