"""``python -m gernas`` is the ``gernas`` command."""

from gernas.cli import main

main()
