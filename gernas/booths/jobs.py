"""What the worker does for booths."""
