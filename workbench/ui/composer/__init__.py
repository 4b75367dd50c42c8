"""The composer: messages from the first letter until they are sent."""
