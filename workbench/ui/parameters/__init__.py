"""The parameters, system prompt and requests of the open chat, as three tabs of the panel."""
