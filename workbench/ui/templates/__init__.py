"""Prompt templates: picking, filling in and editing them."""
