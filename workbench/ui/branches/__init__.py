"""The Branches tab: the tree of the open chat."""
