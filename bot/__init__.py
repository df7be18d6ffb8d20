"""The only room that talks to Telegram, and the HTTP server beside it."""
