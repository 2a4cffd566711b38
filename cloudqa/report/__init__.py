"""How a run explains itself: its failures, its skips, its end, its pages."""
