"""The echo application for WSGI servers."""

import echo


def app(environ, start_response):
    body = b""
    whole = False
    try:
        # A server may leave the framing of a chunked body to the application's stream.
        is_framed = environ.get("wsgi.input_terminated") or environ.get("HTTP_TRANSFER_ENCODING")
        if is_framed:
            body = environ["wsgi.input"].read()
            whole = True
        else:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            body = environ["wsgi.input"].read(length) if length > 0 else b""
            whole = len(body) >= length
    finally:
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ.get("PATH_INFO", "")
        text = echo.line(environ.get("REMOTE_PORT", 0), environ["REQUEST_METHOD"], target, body, whole=whole)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text]
