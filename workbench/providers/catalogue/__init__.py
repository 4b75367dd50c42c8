"""The catalogue: which models each provider serves, and what is known of each.

A module belongs here when it finds models: the shipped facts, fetched lists, servers on this machine, names.
"""
