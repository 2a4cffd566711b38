"""Planted faults of the network between a suite and its cloud."""
