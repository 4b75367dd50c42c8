"""The list of chats, and the ways into it: folders, search."""
