"""What stands above the conversation: its title and its model."""
