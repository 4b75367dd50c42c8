"""Attachments: files made into message parts that a model accepts."""
