"""The page of experiments: a plan at the left, its answers at the right."""
