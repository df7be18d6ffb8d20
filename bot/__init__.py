"""The only room that talks to Telegram, and the HTTP server beside it."""

import os

# The library warns with every flood refusal that it will one day give durations as timedeltas;
# asking for them now keeps a 429 from becoming a warning, which tests turn into an error.
os.environ.setdefault("PTB_TIMEDELTA", "true")
