"""A reference cloud: the whole contract of the job API as a small HTTP server over SQLite."""
