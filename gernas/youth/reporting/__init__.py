"""What can be said in numbers, and the rows behind each of them."""
