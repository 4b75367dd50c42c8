"""What several test modules share; nothing here imports Qt unless its name says so."""
