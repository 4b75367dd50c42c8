"""Parameters that an endpoint and model accept: from facts, probes and refusals."""
