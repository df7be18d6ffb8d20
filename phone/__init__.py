"""A strict local Telegram Bot API and the phone in the browser that speaks to it."""
