import http.client
import platform

connection = http.client.HTTPConnection(HOST, PORT, timeout=LIMIT)


def ask(name, is_post):
    method, body = ("POST", b"x=1") if is_post else ("GET", None)
    try:
        connection.request(method, f"/{name}", body=body)
        return connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        connection.close()
        raise


serve("http.client", platform.python_version(), ask)
