"""What the public sees of campaigns, stops and events, and how anyone hears of changes."""
