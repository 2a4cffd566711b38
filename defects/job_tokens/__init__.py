"""Faults of job tokens: TK-1 to TK-10 but for the report, their states, labels, secrecy and counters."""
