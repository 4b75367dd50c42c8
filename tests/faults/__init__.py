"""The fault laboratory: what can go wrong around the program, each fault by its name.

``servers.py``: answers that are cut, stall, trickle, flood, lie, redirect or explode. ``disks.py``: disks that are
full, read-only or slow. ``keyrings.py``: keyrings in each of their states. ``clocks.py``: clocks that jump. A new
fault is one entry of a table there; the tests beside them try it in every way in which the program can meet it.
"""
