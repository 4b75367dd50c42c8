"""The model picker and the lists of models behind it."""
