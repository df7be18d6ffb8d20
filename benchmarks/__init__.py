"""Figures about speed, measured on demand: `make bench`."""
