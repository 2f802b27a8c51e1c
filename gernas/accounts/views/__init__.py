"""Pages at the door, of one's own account, and of people in the back office."""
