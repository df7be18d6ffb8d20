"""Files of every kind that ffmpeg writes and people have: a second of sound in each.

A name is `CODEC in CONTAINER`, then come the file's suffix and ffmpeg's arguments. All are written
by one run of ffmpeg, which takes two seconds; one run for each would take half a minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests import sounds

DURATION_S = 1.5
_PHONE = "-ar 8000 -ac 1"
_FLASH = "-ar 22050 -ac 1"

SOUNDS: Mapping[str, tuple[str, str]] = {
    "pcm_s16le in wav": ("wav", ""),
    "pcm_s24le in wav": ("wav", ""),
    "pcm_s32le in wav": ("wav", ""),
    "pcm_f32le in wav": ("wav", ""),
    "pcm_f64le in wav": ("wav", ""),
    "pcm_u8 in wav": ("wav", ""),
    "pcm_alaw in wav": ("wav", ""),
    "pcm_mulaw in wav": ("wav", ""),
    "adpcm_ms in wav": ("wav", ""),
    "adpcm_ima_wav in wav": ("wav", ""),
    "adpcm_yamaha in wav": ("wav", ""),
    "g722 in wav": ("wav", "-ar 16000 -ac 1"),
    "g726 in wav": ("wav", _PHONE),
    "libmp3lame in wav": ("wav", ""),
    "pcm_s16le in rf64": ("wav", "-rf64 always"),
    "pcm_s16le in w64": ("w64", ""),
    "pcm_s16be in aiff": ("aiff", ""),
    "pcm_s24be in aiff": ("aif", ""),
    "pcm_s16be in au": ("au", ""),
    "pcm_mulaw in au": ("au", ""),
    "pcm_s16le in caf": ("caf", ""),
    "alac in caf": ("caf", ""),
    "pcm_u8 in voc": ("voc", _FLASH),
    "libmp3lame in mp3": ("mp3", ""),
    "libmp3lame in mp3 at 8 kbit/s": ("mp3", "-b:a 8k -ar 8000 -ac 1"),
    "libmp3lame in mp3 of varying rate": ("mp3", "-q:a 4"),
    "mp2 in mp2": ("mp2", ""),
    "aac in adts": ("aac", ""),
    "aac in latm": ("latm", ""),
    "aac in m4a": ("m4a", ""),
    "aac in m4b": ("m4b", "-f ipod"),
    "aac in mp4": ("mp4", ""),
    "aac in mp4 of fragments": ("mp4", "-movflags frag_keyframe+empty_moov -frag_duration 300000"),
    "aac in mov": ("mov", ""),
    "aac in 3gp": ("3gp", ""),
    "aac in mkv": ("mkv", ""),
    "aac in flv": ("flv", "-ar 44100"),
    "aac in ts": ("ts", ""),
    "alac in m4a": ("m4a", ""),
    "alac in mov": ("mov", ""),
    "pcm_s16be in mov": ("mov", ""),
    "adpcm_ima_qt in mov": ("mov", ""),
    "libopus in ogg": ("ogg", ""),
    "libopus in opus": ("opus", ""),
    "libopus in webm": ("webm", ""),
    "libopus in mkv": ("mka", ""),
    "libopus in mp4": ("mp4", ""),
    "libvorbis in ogg": ("ogg", ""),
    "libvorbis in webm": ("webm", ""),
    "flac in flac": ("flac", ""),
    "flac in ogg": ("oga", ""),
    "flac in mp4": ("mp4", ""),
    "flac in mkv": ("mka", ""),
    "ac3 in ac3": ("ac3", ""),
    "ac3 in mp4": ("mp4", ""),
    "ac3 in mkv": ("mka", ""),
    "eac3 in eac3": ("eac3", ""),
    "eac3 in mp4": ("mp4", ""),
    "dca in dts": ("dts", "-strict -2"),
    "truehd in mkv": ("mka", "-strict -2"),
    "wmav1 in asf": ("wma", ""),
    "wmav2 in asf": ("wma", ""),
    "tta in tta": ("tta", ""),
    "tta in mkv": ("mka", ""),
    "wavpack in wv": ("wv", ""),
    "wavpack in mkv": ("mka", ""),
    "libopencore_amrnb in amr": ("amr", f"{_PHONE} -b:a 12.2k"),
    "libopencore_amrnb in 3gp": ("3gp", f"{_PHONE} -b:a 12.2k"),
    "real_144 in rm": ("rm", _PHONE),
    "nellymoser in flv": ("flv", _FLASH),
    "adpcm_swf in flv": ("flv", _FLASH),
    "libmp3lame in mkv": ("mka", ""),
    "pcm_s16le in mkv": ("mka", ""),
}
# The codec of the picture, then that of the sound.
FILMS: Mapping[str, tuple[str, str]] = {
    "libx264, aac in mp4": ("mp4", "-preset ultrafast"),
    "libx264, aac in mov": ("mov", "-preset ultrafast"),
    "libx264, libopus in mkv": ("mkv", "-preset ultrafast"),
    "libx264, aac in flv": ("flv", "-preset ultrafast -ar 44100"),
    "libx264, aac in ts": ("ts", "-preset ultrafast"),
    "libx264, libmp3lame in avi": ("avi", "-preset ultrafast"),
    "libx265, aac in mp4": ("mp4", "-preset ultrafast -tag:v hvc1 -x265-params log-level=none"),
    "libx265, aac in mkv": ("mkv", "-preset ultrafast -x265-params log-level=none"),
    "libvpx, libvorbis in webm": ("webm", "-deadline realtime"),
    "libvpx-vp9, libopus in webm": ("webm", "-deadline realtime"),
    "libaom-av1, libopus in webm": ("webm", "-usage realtime -cpu-used 8"),
    "libaom-av1, aac in mp4": ("mp4", "-usage realtime -cpu-used 8"),
    "mpeg4, aac in mp4": ("mp4", ""),
    "mpeg4, libmp3lame in avi": ("avi", ""),
    "mpeg4, ac3 in mkv": ("mkv", ""),
    "msmpeg4, wmav2 in avi": ("avi", ""),
    "mjpeg, pcm_s16le in avi": ("avi", ""),
    "mjpeg, pcm_s16le in mov": ("mov", ""),
    "prores, pcm_s16le in mov": ("mov", "-pix_fmt yuv422p10le"),
    "h263, libopencore_amrnb in 3gp": ("3gp", f"-s 176x144 {_PHONE} -b:a 12.2k"),
    "flv, libmp3lame in flv": ("flv", "-ar 44100"),
    "mpeg2video, mp2 in ts": ("ts", ""),
    "mpeg2video, mp2 in mpeg": ("mpg", ""),
    "mpeg2video, ac3 in vob": ("vob", "-f vob"),
    "mpeg1video, mp2 in mpeg": ("mpg", ""),
    "libtheora, libvorbis in ogg": ("ogv", ""),
    "ffv1, flac in mkv": ("mkv", ""),
    "wmv2, wmav2 in asf": ("wmv", ""),
    "rv20, real_144 in rm": ("rm", f"-s 176x144 {_PHONE}"),
}


def written(folder: Path) -> Mapping[str, Path]:
    """Every kind of file by its name."""
    speech = sounds.write(folder / "speech.wav", sounds.speech(DURATION_S))
    picture = f"testsrc=size=64x64:rate=25:duration={DURATION_S}"
    command = ["-i", str(speech), "-f", "lavfi", "-i", picture]
    paths: dict[str, Path] = {}
    for number, (name, (suffix, more)) in enumerate([*SOUNDS.items(), *FILMS.items()]):
        paths[name] = folder / f"{number}.{suffix}"
        command += [*_coded(name), *more.split(), str(paths[name])]
    sounds.ffmpeg(command)
    return paths


def _coded(name: str) -> Sequence[str]:
    *picture, sound = name.partition(" in ")[0].split(", ")
    if not picture:
        return ("-map", "0:a", "-ac", "2", "-c:a", sound)
    pixels = ("-pix_fmt", "yuv420p")
    return ("-map", "0:a", "-map", "1:v", *pixels, "-c:v", picture[0], "-c:a", sound, "-shortest")
