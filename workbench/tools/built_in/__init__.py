"""Built-in tools: each is off until its user switches it on."""
