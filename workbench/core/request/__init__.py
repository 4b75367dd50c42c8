"""Requests: models, parameters, and the request as a value."""
