"""Comparison of two to six models or settings on the same messages."""
