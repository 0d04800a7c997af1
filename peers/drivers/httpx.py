import httpx


def make():
    client = httpx.AsyncClient(timeout=LIMIT, trust_env=False)

    async def ask(name, is_post):
        method, body = ("POST", b"x=1") if is_post else ("GET", None)
        return (await client.request(method, f"http://{HOST}:{PORT}/{name}", content=body)).text

    return ask


serve("httpx", httpx.__version__, make)
