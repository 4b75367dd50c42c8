"""The welcome page, and the search for servers and keys on this machine."""
