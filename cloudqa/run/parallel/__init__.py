"""Scenarios in several processes, with the output and the verdicts of one: `behave --jobs N`."""
