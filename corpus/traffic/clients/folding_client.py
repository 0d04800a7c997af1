"""Python's http.client with header fields of several values, which it folds onto lines of their own: 2 requests to HOST PORT."""

import http.client
import sys

for values in (("one", "two"), ("one", "two", "three")):
    connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
    connection.putrequest("GET", "/")
    connection.putheader("X-Many", *values)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        sys.exit(f"rejected with {answer.status}")
    connection.close()
