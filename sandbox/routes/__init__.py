"""HTTP in and out; no decision is taken here."""
