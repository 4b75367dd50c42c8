"""Experiments: a plan becomes a grid of requests, answers are checked, and cells are summed up."""
