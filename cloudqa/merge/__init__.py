"""Several shards made one run again: checked to be whole, compared with the run before, and shown."""
