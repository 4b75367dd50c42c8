"""Tools: servers that speak the Model Context Protocol, and the tools that are built in.

Nothing of the SDK (``mcp``) is imported before a server is used: it takes a second and 38 MB.
"""
