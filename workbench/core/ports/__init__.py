"""Ports: Protocols that the composition root implements with storage, providers and files."""
