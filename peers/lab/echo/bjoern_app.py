"""The echo application for bjoern."""

import os

import bjoern
from wsgi import app

bjoern.run(app, "127.0.0.1", int(os.environ["MISFRAME_PORT"]))
