"""What the cloud remembers; the only package that knows SQL."""
