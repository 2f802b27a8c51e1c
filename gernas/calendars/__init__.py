"""Calendar entries that are rendered once and kept, and the feeds that are made of them."""
