import aiohttp


def make():
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LIMIT))

    async def ask(name, is_post):
        method, body = ("POST", b"x=1") if is_post else ("GET", None)
        async with session.request(method, f"http://{HOST}:{PORT}/{name}", data=body) as response:
            return await response.text()

    return ask


serve("aiohttp", aiohttp.__version__, make)
