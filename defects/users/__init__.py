"""Faults of users and of what they may spend: US-1 to US-5, CR-1 to CR-9."""
