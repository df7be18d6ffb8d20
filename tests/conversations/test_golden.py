"""The two-tap way, word for word: what stands in the chat from the voice note to the video."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import flow
from conversations.model import View
from conversations.words.text import Language
from jobs.model import JobKind, Stage
from jobs.payloads import asset_to_json
from tests.conversations.samples import MIB, OWNER, an_asset, rendered
from tests.conversations.world import World

ENGLISH = """\
--- the mic is let go
Got your voice note - 1:58. Listening…
[Stop]
--- listened to
<b>Monday thoughts</b>
Keeping 0:03-1:52 (1:49 of 1:58)
Mist · vertical · sound cleaned · even volume
[✨ Make video · about 40 s]
[✂️ Trim] [🎨 Look]
[🎚 Sound] [🎧 Hear it]
[👁 5-second look]
--- drawn
(picture)
<b>Monday thoughts</b>
Keeping 0:03-1:52 (1:49 of 1:58)
Mist · vertical · sound cleaned · even volume
[✨ Make video · about 40 s]
[✂️ Trim] [🎨 Look]
[🎚 Sound] [🎧 Hear it]
[👁 5-second look]
--- Make video is pressed: On it.
(picture)
<b>Monday thoughts</b>
Your video is in the queue.
2nd in line · about 1 min 30 s. I'll message you here.
[Stop]
--- the sound is prepared
(picture)
<b>Monday thoughts</b>
Making your video
▰▰▱▱▱▱▱▱▱▱ 24%
● sound  ○ pictures  ○ packing
[Stop]
--- the pictures are drawn
(picture)
<b>Monday thoughts</b>
Making your video
▰▰▰▰▰▰▱▱▱▱ 68% · about 20 s left
✓ sound  ● pictures  ○ packing
[Stop]
--- done
(video)
<b>Monday thoughts</b> · 1:49
Made in 38 s
This is the phone-size copy (46 MB). The full one is behind the link, good until 22 January.
[⬇️ Full quality (1080x1920, 62 MB)]
[■ Square too] [▬ Wide too] [Change]
--- ping
Your video is ready.
"""

GERMAN = """\
--- the mic is let go
Deine Sprachnachricht ist da - 1:58. Ich höre zu…
[Stopp]
--- listened to
<b>Monday thoughts</b>
Es bleibt 0:03-1:52 (1:49 von 1:58)
Nebel · hochkant · Ton gereinigt · gleichmäßig laut
[✨ Video machen · etwa 40 s]
[✂️ Schneiden] [🎨 Stil]
[🎚 Ton] [🎧 Anhören]
[👁 5 s ansehen]
--- drawn
(picture)
<b>Monday thoughts</b>
Es bleibt 0:03-1:52 (1:49 von 1:58)
Nebel · hochkant · Ton gereinigt · gleichmäßig laut
[✨ Video machen · etwa 40 s]
[✂️ Schneiden] [🎨 Stil]
[🎚 Ton] [🎧 Anhören]
[👁 5 s ansehen]
--- Make video is pressed: Mache ich.
(picture)
<b>Monday thoughts</b>
Dein Video ist eingereiht.
An 2. Stelle in der Schlange · etwa 1 min 30 s. Ich melde mich hier.
[Stopp]
--- the sound is prepared
(picture)
<b>Monday thoughts</b>
Ich mache dein Video
▰▰▱▱▱▱▱▱▱▱ 24%
● Ton  ○ Bilder  ○ Einpacken
[Stopp]
--- the pictures are drawn
(picture)
<b>Monday thoughts</b>
Ich mache dein Video
▰▰▰▰▰▰▱▱▱▱ 68% · noch etwa 20 s
✓ Ton  ● Bilder  ○ Einpacken
[Stopp]
--- done
(video)
<b>Monday thoughts</b> · 1:49
In 38 s gemacht
Das ist die Fassung fürs Handy (46 MB). Die volle steckt hinter dem Link, gültig bis 22. Januar.
[⬇️ Volle Qualität (1080x1920, 62 MB)]
[■ Quadrat] [▬ Quer] [Ändern]
--- ping
Dein Video ist fertig.
"""
SPANISH = """\
--- the mic is let go
Recibí tu nota de voz: 1:58. Escuchando…
[Parar]
--- listened to
<b>Monday thoughts</b>
Se queda 0:03-1:52 (1:49 de 1:58)
Niebla · vertical · sonido limpio · volumen parejo
[✨ Crear video · aprox. 40 s]
[✂️ Recortar] [🎨 Estilo]
[🎚 Sonido] [🎧 Escuchar]
[👁 Ver 5 segundos]
--- drawn
(picture)
<b>Monday thoughts</b>
Se queda 0:03-1:52 (1:49 de 1:58)
Niebla · vertical · sonido limpio · volumen parejo
[✨ Crear video · aprox. 40 s]
[✂️ Recortar] [🎨 Estilo]
[🎚 Sonido] [🎧 Escuchar]
[👁 Ver 5 segundos]
--- Make video is pressed: En marcha.
(picture)
<b>Monday thoughts</b>
Tu video espera su turno.
2.º en la fila · aprox. 1 min 30 s. Te aviso por aquí.
[Parar]
--- the sound is prepared
(picture)
<b>Monday thoughts</b>
Estoy haciendo tu video
▰▰▱▱▱▱▱▱▱▱ 24%
● sonido  ○ imágenes  ○ empaquetado
[Parar]
--- the pictures are drawn
(picture)
<b>Monday thoughts</b>
Estoy haciendo tu video
▰▰▰▰▰▰▱▱▱▱ 68% · faltan aprox. 20 s
✓ sonido  ● imágenes  ○ empaquetado
[Parar]
--- done
(video)
<b>Monday thoughts</b> · 1:49
Hecho en 38 s
Esta es la copia para el móvil (46 MB). La completa está en el enlace, hasta el 22 de enero.
[⬇️ Calidad total (1080x1920, 62 MB)]
[■ Cuadrado] [▬ Ancho] [Cambiar]
--- ping
Tu video está listo.
"""
TRANSCRIPTS = dict(zip(Language, (ENGLISH, GERMAN, SPANISH), strict=True))


def written(moment: str, view: View) -> str:
    """The view as lines: what it is made of, its text, its rows of buttons."""
    media = ["(video)"] if view.video else ["(picture)"] if view.picture_key else []
    rows = [" ".join(f"[{button.label}]" for button in row) for row in view.keyboard]
    lines = [f"--- {moment}", *media, view.text.replace("\u2013", "-"), *rows]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("language", "transcript"), TRANSCRIPTS.items())
def test_two_taps_from_a_voice_note_to_a_video(language: Language, transcript: str) -> None:
    world = World(replace(OWNER, language=language), an_asset(title="Monday thoughts"))
    world.known = {"estimate_s": 41.0}
    told = []

    def look(moment: str) -> None:
        told.append(written(moment, world.view()))

    world.send()
    look("the mic is let go")
    world.complete(JobKind.INGEST, asset_to_json(world.asset))
    look("listened to")
    world.draw()
    look("drawn")
    world.press_data(f"mk:{world.project.id}")
    world.known = {"queue_place": 1, "eta_s": 82.0}
    look(f"Make video is pressed: {world.toast}")
    world.known = {}
    world.work(JobKind.SAVE, Stage.LEVELLING, 80)
    look("the sound is prepared")
    world.save()
    world.known = {"eta_s": 23.4}
    world.work(JobKind.RENDER, Stage.DRAWING, 55)
    look("the pictures are drawn")
    world.known = {"link": "https://example.com/v"}
    world.now += 37  # and one for each job
    world.complete(JobKind.RENDER, rendered(62 * MIB, 46 * MIB))
    look("done")
    told.append(written("ping", flow.ping(world.project, world.facts(world.project))))
    assert "".join(told) == transcript
    assert world.notices == []
