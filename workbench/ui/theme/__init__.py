"""Colours, fonts and icons of the interface, switched live."""
