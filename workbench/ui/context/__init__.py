"""The context: which messages are sent with the next one."""
