"""Mail: queued with what causes it, sent by the worker at least once."""
