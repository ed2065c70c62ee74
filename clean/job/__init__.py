"""From inputs to a finished OUT folder: plan, shards, counts. The only room that knows the clock."""
