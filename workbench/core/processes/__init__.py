"""Child processes, and the worker: what strangers made is read there."""
