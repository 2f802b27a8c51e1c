"""How the log of changes calls what happens to floor plans and booths."""


def register_log_words() -> None:
    """Name the actions, fields and subjects of booths."""
