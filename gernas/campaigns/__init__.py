"""Campaigns, their stops in the provinces, and what is counted against targets."""
