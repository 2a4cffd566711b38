"""Side-by-side measurements of the suite, run by hand: `make bench`."""
