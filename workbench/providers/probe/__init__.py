"""Measurement of what an endpoint accepts."""
