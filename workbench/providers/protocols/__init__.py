"""Wire protocols: requests to bodies, answers to events.

A module belongs here when it reads or writes what one protocol says, or what several protocols say in one form.
None does I/O. ``registry`` lists the protocols by name.
"""
