import requests

session = requests.Session()
session.trust_env = False


def ask(name, is_post):
    method, body = ("POST", b"x=1") if is_post else ("GET", None)
    return session.request(method, f"http://{HOST}:{PORT}/{name}", data=body, timeout=LIMIT).text


serve("requests", requests.__version__, ask)
