"""The examination of a cloud before a run: what is wrong with its settings, its way and its rights."""
