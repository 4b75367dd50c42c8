"""HTTP for providers: clients, headers, streams, time-outs, retries, and small JSON requests.

A module belongs here when it touches the network, or decides about connections and attempts. None knows a
vendor or a protocol by name.
"""
