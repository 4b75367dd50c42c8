"""Protocols that the composition root implements: storage, providers, files."""
