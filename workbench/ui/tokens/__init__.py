"""How sure a model was of each token, and what it might have said instead."""
