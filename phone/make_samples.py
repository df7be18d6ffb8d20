"""Makes the three bundled recordings anew: `python -m phone.make_samples [FOLDER]`.

The voice is Flite's ("apt install flite", voice slt: pieced together from a real speaker, so it
sounds like somebody and not like a machine), everything else is numbers. The same versions of
Flite, numpy and PyAV write the same bytes. The files are committed: nobody needs this to run
Pocketreel.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from phone import tune
from phone.samples import FOLDER, SAMPLES
from phone.sounds import Sound, band, echoed, envelope, hiss, peaking, resampled, seconds, tilted

RATE_HZ = 48_000
VOICE = "slt"
VOICE_RATE_HZ = 16_000
VOICE_BITS_PER_S = 24_000
MUSIC_BITS_PER_S = 64_000
COVER_PX = 500
LEAD_IN_S = 0.6
LEAD_OUT_S = 0.8
_REPEATABLE = {"fflags": "+bitexact"}  # else the number of an Ogg stream is random


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said in one breath: how high and how slowly, and the pause after it."""

    words: str
    pitch_hz: int
    slowness: float
    pause_s: float


PHRASES: Sequence[Phrase] = (
    Phrase("Okay, so, the thing about mornings is,", 182, 1.02, 0.3),
    Phrase("nobody is watching yet.", 168, 1.08, 0.7),
    Phrase("I make a coffee, I open the window,", 178, 1.0, 0.15),
    Phrase("and for ten minutes, the whole street is mine.", 170, 1.05, 1.2),
    Phrase("And then, the first bus goes by.", 166, 1.08, 0.0),
)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    talk = speak(PHRASES)
    speech = in_a_room(talk)
    write_voice_note(folder / SAMPLES["speech"].file, speech)
    write_voice_note(folder / SAMPLES["noisy"].file, peaking(0.8 * speech + wind(len(speech)), 0.8))
    write_song(folder / SAMPLES["music"].file, tune.play(), cover())


def speak(phrases: Sequence[Phrase]) -> Sound:
    """The phrases with their pauses, a breath before each that follows a pause; peaks at 0.5."""
    parts = [np.zeros(round(LEAD_IN_S * RATE_HZ))]
    for number, phrase in enumerate(phrases):
        parts.append(resampled(_voice(phrase), RATE_HZ // VOICE_RATE_HZ))
        rest = np.zeros(round(phrase.pause_s * RATE_HZ))
        breath = _breath(seed=number)
        if len(rest) > len(breath):
            rest[-len(breath) :] += breath
        parts.append(rest)
    return peaking(np.concatenate([*parts, np.zeros(round(LEAD_OUT_S * RATE_HZ))]), 0.5)


def in_a_room(talk: Sound) -> Sound:
    """The talk as a phone on a kitchen table hears it: near walls, air, the room's own hum."""
    times = seconds(0.25, RATE_HZ)
    room = np.zeros(len(times))
    room[0] = 1.0
    for delay_ms, gain in ((6.1, 0.16), (10.7, -0.12), (15.3, 0.1), (22.9, -0.07)):
        room[round(delay_ms / 1000 * RATE_HZ)] = gain
    room += 0.006 * hiss(len(times), 31) * np.exp(-times / 0.05) * (times > 0.02)
    # Flite's voice is a dull one: measured, 21 dB less at 1-2 kHz than at its pitch.
    talk = peaking(tilted(band(talk, 85, 9000, RATE_HZ), 250, 2.5, RATE_HZ), 0.5)
    heard = echoed(talk, room)
    # The voice ends at 8 kHz; breathy air above it is what a near microphone adds.
    bright = envelope(band(talk, 3500, 7900, RATE_HZ), 0.01, RATE_HZ)
    air = 0.25 * bright * band(hiss(len(talk), 32), 7000, 14_000, RATE_HZ)
    hum = 0.0006 * _rms1(band(hiss(len(talk), 33), 60, 3000, RATE_HZ))
    return heard + air + hum


def wind(count: int) -> Sound:
    """Gusts in the microphone: rumble, rushing, and a street behind it all the time."""
    slow = _rms1(band(hiss(count, 41), 0.1, 0.9, RATE_HZ))
    gusts = np.clip(0.5 + 0.45 * slow, 0.08, 1.6)
    rumble = 0.055 * _rms1(band(hiss(count, 42), 25, 160, RATE_HZ)) * gusts**1.5
    rush = 0.02 * _rms1(band(hiss(count, 43), 200, 1800, RATE_HZ)) * gusts
    street = 0.011 * _rms1(band(hiss(count, 44), 100, 7000, RATE_HZ))
    return rumble + rush + street


def cover() -> bytes:
    """A JPEG for the song: a low sun over still water."""
    large, horizon = 2 * COVER_PX, round(1.24 * COVER_PX)
    down = np.clip(np.arange(large) / horizon, 0, 1)[:, None, None]
    high, low = np.array([38, 44, 92]), np.array([250, 152, 96])
    sky = np.broadcast_to(high + (low - high) * down**1.3, (large, large, 3))
    picture = Image.fromarray(sky.astype(np.uint8))
    ImageDraw.Draw(picture).ellipse((300, 360, 700, 760), fill=(255, 226, 168))
    depth = large - horizon
    water = picture.crop((0, horizon - depth, large, horizon))
    water = water.transpose(Image.Transpose.FLIP_TOP_BOTTOM).filter(ImageFilter.GaussianBlur(14))
    picture.paste(water.point(lambda value: round(value * 0.72)), (0, horizon))
    content = io.BytesIO()
    picture.resize((COVER_PX, COVER_PX)).save(content, "JPEG", quality=82)
    return content.getvalue()


def write_voice_note(path: Path, sound: Sound) -> None:
    """What a phone sends: Opus in Ogg, mono."""
    with av.open(str(path), "w", format="ogg", options=_REPEATABLE) as container:
        options = {"application": "voip", "frame_duration": "20"}
        stream = container.add_stream("libopus", RATE_HZ, options=options, layout="mono")
        stream.bit_rate = VOICE_BITS_PER_S
        _encode(container, stream, sound[:, None], RATE_HZ)


def write_song(path: Path, sound: Sound, picture: bytes) -> None:
    """MP3 with a title, an artist and a cover."""
    with (
        av.open(str(path), "w", format="mp3", options=_REPEATABLE) as container,
        av.open(io.BytesIO(picture), "r") as drawn,
    ):
        song = SAMPLES["music"]
        container.metadata.update({"title": song.title, "artist": song.performer})
        stream = container.add_stream("libmp3lame", tune.RATE_HZ, layout="stereo")
        stream.bit_rate = MUSIC_BITS_PER_S
        shown = container.add_stream_from_template(drawn.streams.video[0])
        packet = next(drawn.demux(video=0))
        packet.stream = shown
        container.mux(packet)
        _encode(container, stream, sound, tune.RATE_HZ)


def _encode(
    container: av.container.OutputContainer, stream: av.AudioStream, sound: Sound, rate_hz: int
) -> None:
    layout = "mono" if sound.shape[1] == 1 else "stereo"
    whole = np.ascontiguousarray(sound.T.astype(np.float32))
    frame = av.AudioFrame.from_ndarray(whole, format="fltp", layout=layout)
    frame.sample_rate = rate_hz
    chosen = stream.codec_context
    fitting = av.AudioResampler(chosen.format, layout, rate_hz, frame_size=chosen.frame_size or 960)
    for piece in [*fitting.resample(frame), *fitting.resample(None)]:
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))


def _voice(phrase: Phrase) -> Sound:
    """One phrase in Flite's voice, at VOICE_RATE_HZ."""
    flite = shutil.which("flite")
    if flite is None:
        raise SystemExit('The voice needs Flite: on Debian and Ubuntu "apt install flite".')
    settings = ("duration_stretch", phrase.slowness), ("int_f0_target_mean", phrase.pitch_hz)
    chosen = [part for name, value in settings for part in ("--setf", f"{name}={value}")]
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said.wav"
        command = [flite, "-voice", VOICE, *chosen, "-t", phrase.words, "-o", str(said)]
        subprocess.run(command, check=True)
        with wave.open(str(said)) as file:
            raw = file.readframes(file.getnframes())
    sound: Sound = np.frombuffer(raw, "<i2") / 32768
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return sound[int(loud[0]) : int(loud[-1])]


def _breath(seed: int) -> Sound:
    """A quiet breath in, 0.28 s."""
    times = seconds(0.28, RATE_HZ)
    noise = _rms1(band(hiss(len(times), 50 + seed), 900, 5000, RATE_HZ))
    swell: Sound = np.sin(np.pi * times / 0.28) ** 2
    return 0.006 * noise * swell


def _rms1(sound: Sound) -> Sound:
    return sound / float(np.sqrt(np.mean(sound**2)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
