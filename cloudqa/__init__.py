"""The machinery of a run, and the command `cloudqa`."""
