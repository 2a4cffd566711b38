"""Settings, the target, behave's hooks and the runner."""
