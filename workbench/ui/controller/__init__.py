"""What stands between the panes and the rest of the program: everything that starts a coroutine."""
