"""The pages that links in the chat lead to: one to send a large file, one to watch a video."""
