"""Members of youth programmes: who may sign up, guardians, organisations, lists."""
