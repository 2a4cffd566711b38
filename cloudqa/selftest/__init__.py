"""The suite's own test: clouds with one known fault each, of which the suite must find every one."""
