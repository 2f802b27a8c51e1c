"""Campaign event and roadshow manager of the movement Bangga Buatan Indonesia."""

__version__ = "0.1.0"
