"""What is planned across campaigns, stops and events at once, such as copying a roadshow."""
