"""What a person sees and does, as pure functions: no Telegram types, no I/O."""
