"""Help for businesses: wishes, pairs, what they did, owners who confirm, content."""
