"""People: how they sign in, what they hold, who invited them."""
