"""The tree of the conversation: every branch, and what can be done with it."""
