"""Wire protocols: requests to bodies, answers to events. One module per protocol; none knows the network."""
