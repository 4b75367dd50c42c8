"""Dialogs of export and import."""
