"""Files made by hand to make a reader read, dial or swell."""

from __future__ import annotations

import struct

import numpy as np


def playlists(path: str, port: int) -> dict[str, str]:
    """Files that are nothing but the way to another file or address."""
    url = f"http://127.0.0.1:{port}/a.ts"
    head, tail = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n", "#EXT-X-ENDLIST\n"
    return {
        "hls of a file": f"{head}#EXTINF:3,\nfile:{path}\n{tail}",
        "hls of a path": f"{head}#EXTINF:3,\n{path}\n{tail}",
        "hls of an address": f"{head}#EXTINF:3,\n{url}\n{tail}",
        "hls by concat": f"{head}#EXTINF:3,\nconcat:{path}|{path}\n",
        "hls by subfile": f"{head}#EXTINF:3,\nsubfile,,start,0,end,9999,,:{path}\n{tail}",
        "hls with a key": f'{head}#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n#EXTINF:3,\n{path}\n',
        "hls with a map": f'{head}#EXT-X-MAP:URI="{path}"\n#EXTINF:3,\n{path}\n{tail}',
        "ffconcat": f"ffconcat version 1.0\nfile '{path}'\n",
        "ffconcat of an address": f"ffconcat version 1.0\nfile {url}\n",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
        f"><Period><AdaptationSet><Representation id='1'><BaseURL>{path}</BaseURL>"
        "</Representation></AdaptationSet></Period></MPD>",
        "sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
        f"m=audio {port} RTP/AVP 0\n",
        "asx": f'<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
        "pls": f"[playlist]\nFile1={url}\nLength1=3\nNumberOfEntries=1\n",
        "rtsp text": f"RTSPtextRTSP://127.0.0.1:{port}/a\n",
        "ffmetadata": f";FFMETADATA1\ntitle={path}\n",
        "image sequence": f"{path}%03d\n",
    }


def wav(rate_hz: int, samples: bytes, channels: int = 1, claimed: int = 0) -> bytes:
    """A WAV of 16 bits; `claimed` is how many bytes of samples its header tells of, 0 for those."""
    block = 2 * channels
    speed = min(rate_hz * block, 2**32 - 1)
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, speed, block % 2**16, 16)
    data = b"data" + struct.pack("<I", claimed or len(samples)) + samples
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


NOISE = np.random.default_rng(5).integers(0, 256, 200_000, np.uint8).tobytes()
BOMBS: dict[str, bytes] = {
    "one sample a second": wav(1, NOISE[:100_000]),
    "two billion samples a second": wav(2_000_000_000, NOISE),
    "sixty thousand channels": wav(48_000, NOISE, channels=60_000),
    "noise": NOISE,
    "noise called ogg": b"OggS" + NOISE,
    "noise called flac": b"fLaC" + NOISE,
    "noise called webm": b"\x1a\x45\xdf\xa3" + NOISE,
    "noise called mp4": b"\x00\x00\x00\x20ftypisom" + NOISE,
    "noise called avi": b"RIFF\xff\xff\xff\x7fAVI LIST" + NOISE,
    "noise called mp3": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + NOISE,
    "noise called asf": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + NOISE,
    "a box of four gigabytes": b"\xff\xff\xff\xffmoov" + NOISE,
    "boxes in boxes": b"\x00\x00\x00\x18ftypM4A " + b"\x00\x01\x00\x00moov" * 5000,
}
