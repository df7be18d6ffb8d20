"""Files: one adapter protocol, its backends, and every key that is ever spelled."""
