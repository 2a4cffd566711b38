"""The permission matrix of docs/contract.md: its cells as data, and how everyone tries each operation."""
