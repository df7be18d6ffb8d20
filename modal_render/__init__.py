"""The renderer: prepared audio and a scene in, an MP4 out. Imports no other room."""
