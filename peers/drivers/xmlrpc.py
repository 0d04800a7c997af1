import platform
import xmlrpc.client


class Transport(xmlrpc.client.Transport):
    """Hands over what is delivered, whatever it is; all its requests are POST."""

    def make_connection(self, host):
        connection = super().make_connection(host)
        connection.timeout = LIMIT
        return connection

    def parse_response(self, response):
        return response.read().decode()


transport = Transport()
serve("xmlrpc.client", platform.python_version(), lambda name, _: transport.request(f"{HOST}:{PORT}", f"/{name}", b"<x/>"))
