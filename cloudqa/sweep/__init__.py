"""What runs left behind in a cloud: read from their ledgers, found, and removed."""
