"""Wire formats that every protocol shares: the event stream, error bodies, waiting times, the shape of a protocol.

A module belongs here when it turns bytes or JSON into values for more than one protocol. Nothing here does I/O.
"""
