"""The aiohttp library: 9 requests to the server at URL, the last of which becomes a WebSocket."""

import asyncio
import sys

import aiohttp


async def pieces():
    for piece in (b"one", b"two", b"x" * 2000):
        yield piece


async def main(url):
    async with aiohttp.ClientSession() as session:
        await session.get(url + "/get")
        await session.head(url + "/head")
        await session.post(url + "/form", data={"a": "1"})
        await session.post(url + "/json", json={"a": 1})
        await session.post(url + "/generated", data=pieces())
        await session.put(url + "/expect", data=b"waited for", expect100=True)
        await session.post(url + "/deflated", data=b"squeezed " * 40, compress="deflate")
        form = aiohttp.FormData({"note": "x"})
        form.add_field("file", b"a\r\nb\r\n", filename="small.txt")
        await session.post(url + "/multipart", data=form)
        async with session.ws_connect(url + "/ws") as socket:
            for text in ("hello", "GET / HTTP/1.1\r\n\r\n"):
                await socket.send_str(text)
                await socket.receive()
            await socket.send_bytes(bytes(range(200)))
            await socket.receive()
            await socket.ping()


asyncio.run(main(sys.argv[1]))
