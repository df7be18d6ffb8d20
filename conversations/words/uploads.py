"""What is said of a recording that Telegram does not hand over: it comes through a page."""

from __future__ import annotations

from conversations.words.text import Text

TOO_LARGE = Text(
    en="That's {size}. Telegram lets bots fetch up to {telegram}. Send it as a link, or drop it on"
    " my upload page and it comes straight here.",
    de="Das sind {size}. Von Telegram bekommen Bots höchstens {telegram}. Schick einen Link, oder"
    " leg die Datei auf meine Upload-Seite, dann kommt sie direkt hierher.",
    es="Son {size}. Telegram deja a los bots descargar hasta {telegram}. Manda un enlace o déjalo"
    " en mi página de subida y llega directo aquí.",
)
FAR_TOO_LARGE = Text(
    en="That's {size}, and I take up to {limit}. Make it smaller, then drop it on my upload page.",
    de="Das sind {size}, und ich nehme höchstens {limit}. Mach die Datei kleiner und leg sie dann"
    " auf meine Upload-Seite.",
    es="Son {size} y acepto hasta {limit}. Hazlo más pequeño y déjalo en mi página de subida.",
)
FIRST = Text(
    en="Your file isn't here yet. Press Upload page first.",
    de="Deine Datei ist noch nicht da. Drück zuerst auf Upload-Seite.",
    es="Tu archivo aún no está aquí. Pulsa primero Subir archivo.",
)
RENEWED = Text(
    en="The link is fresh: good for another hour.",
    de="Der Link ist frisch: er gilt wieder eine Stunde.",
    es="El enlace es nuevo: vale otra hora.",
)
HERE_ALREADY = Text(
    en="Your file is here already.",
    de="Deine Datei ist schon da.",
    es="Tu archivo ya está aquí.",
)
SHRINK_SOUND = Text(
    en="I need the sound only. As a voice memo or an MP3 it takes about 1 MB a minute.",
    de="Ich brauche nur den Ton. Als Sprachmemo oder MP3 sind das etwa 1 MB je Minute.",
    es="Solo necesito el sonido. Como nota de voz o MP3 ocupa cerca de 1 MB por minuto.",
)
SHRINK_VIDEO = Text(
    en="A video: attach it from your gallery, not as a file. Telegram then makes it smaller.",
    de="Ein Video: häng es aus deiner Galerie an, nicht als Datei. Dann verkleinert Telegram es.",
    es="Un video: adjúntalo desde tu galería, no como archivo. Así Telegram lo reduce.",
)
SHRINK_CUT = Text(
    en="Or cut it in your gallery first and send the part you want.",
    de="Oder schneide es vorher in deiner Galerie und schick nur den Teil, den du willst.",
    es="O recórtalo antes en tu galería y manda solo la parte que quieres.",
)
