"""Providers and models: presets, listings, facts, and the resolution of names."""
