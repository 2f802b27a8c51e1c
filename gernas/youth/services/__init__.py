"""What changes rows of the youth programme; each function is one act with its rules."""
