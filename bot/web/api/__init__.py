"""The HTTP API: what the chat does, for programs of the people who may use it."""
