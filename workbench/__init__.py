"""Chat Workbench: a desktop workbench for chatting with, tuning and comparing language models."""

__version__ = "0.1.0"
