"""The box in which messages are written."""
