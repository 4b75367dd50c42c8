"""Export of chats into files, pictures of messages, and import from other programs."""
