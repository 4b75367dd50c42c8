"""Two texts against each other, and what made them differ."""
