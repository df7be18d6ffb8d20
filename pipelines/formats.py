"""Which kinds of file are let in, and the one rate at which all sound is worked on."""

from __future__ import annotations

RATE_HZ = 48_000
# Demuxers of files that hold their own sound. None of them opens another file or address, as
# playlists (hls, dash, concat, sdp) do.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,wav,w64,flac,aac,aiff,caf,amr,avi,asf,flv,"
    "mpegts,mpeg,ac3,eac3,au,wv,ape,tta,dsf,loas,oma,rm,voc,mpc,mpc8,dts,dtshd"
)
PROTOCOLS = "file,pipe"
