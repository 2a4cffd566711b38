"""Observers of every exchange between the suite and a cloud."""
