"""The sidebar: chats, folders, tags and search."""
