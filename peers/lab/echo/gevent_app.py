"""The echo application for gevent."""

import os

from gevent.pywsgi import WSGIServer
from wsgi import app

WSGIServer(("127.0.0.1", int(os.environ["MISFRAME_PORT"])), app, log=None).serve_forever()
