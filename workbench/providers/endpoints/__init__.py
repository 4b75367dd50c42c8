"""Endpoints: the shipped presets, the environment, and a configured provider resolved to an address.

A module belongs here when it says who is asked and where, without asking.
"""
