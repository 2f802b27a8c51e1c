"""What a WSGI server loads: ``gunicorn wsgi:app``."""

from gernas.app import create_app

app = create_app()
