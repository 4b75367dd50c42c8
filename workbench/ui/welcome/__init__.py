"""The page of a chat without messages, and what is found on the machine to chat with."""
