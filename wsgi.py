"""What a WSGI server loads: ``gunicorn wsgi:app``."""

from gernas.app import create_web

app = create_web()
