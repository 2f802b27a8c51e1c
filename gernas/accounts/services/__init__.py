"""What happens to people, their sessions, grants and invitations."""
