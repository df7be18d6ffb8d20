"""A strict local Telegram Bot API and the phone in the browser that talks through it."""
