"""The bot's own HTTP server: one file per kind of route."""
