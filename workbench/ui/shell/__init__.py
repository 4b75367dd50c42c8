"""The frame around the features: actions, keys, notices, side panes and the event loop."""
