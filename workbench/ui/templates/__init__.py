"""Prompt templates: choose one, fill it, write it."""
