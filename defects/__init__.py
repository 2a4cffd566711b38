"""Planted faults: each takes one rule of the sandbox away. The sandbox does not know them."""
