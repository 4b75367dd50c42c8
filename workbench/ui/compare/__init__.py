"""Two to six models side by side on the same question."""
