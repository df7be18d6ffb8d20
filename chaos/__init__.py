"""A run in which workers are killed and frozen at random, and a count of what went wrong."""
