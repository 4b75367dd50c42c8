"""The kinds of checks: one module for each family, and one table of them all (``table.py``)."""
