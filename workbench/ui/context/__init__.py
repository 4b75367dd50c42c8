"""What will go with the next message."""
