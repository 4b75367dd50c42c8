"""Tools: what a model may call, what came of a call, and the loop that asks, runs and asks again."""
