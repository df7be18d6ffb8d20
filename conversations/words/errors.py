"""Why something cannot be taken or made, by its code, and always the way out."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text
from conversations.words.trim import TOO_MANY_PARTS, TOO_SHORT_RESULT

JOBS: Mapping[str, Text] = {
    "source_too_large": Text(
        en="That's {size}. I take up to {limit}. Send a shorter or smaller one.",
        de="Das sind {size}. Ich nehme bis zu {limit}. Schick etwas Kürzeres oder Kleineres.",
        es="Son {size}. Acepto hasta {limit}. Manda algo más corto o más pequeño.",
    ),
    "source_too_long": Text(
        en="{length} is more than the {limit_min} min I make. Send me a part of it.",
        de="{length} ist mehr als die {limit_min} min, die ich mache. Schick mir einen Teil davon.",
        es="{length} es más que los {limit_min} min que hago. Mándame una parte.",
    ),
    "source_too_short": Text(
        en="I caught less than a second. Hold the mic a little longer?",
        de="Das war weniger als eine Sekunde. Hältst du das Mikro etwas länger gedrückt?",
        es="Capté menos de un segundo. ¿Mantienes el micrófono un poco más?",
    ),
    "source_empty": Text(
        en="That file is empty. Sending it again usually fixes that.",
        de="Die Datei ist leer. Meist hilft es, sie noch einmal zu schicken.",
        es="Ese archivo está vacío. Mandarlo otra vez suele arreglarlo.",
    ),
    "source_silent": Text(
        en="I can't hear anything in this one. Wrong mic? Record it again.",
        de="Ich höre hier nichts. Falsches Mikro? Nimm es noch einmal auf.",
        es="Aquí no oigo nada. ¿Otro micrófono? Grábalo otra vez.",
    ),
    "source_broken": Text(
        en="I couldn't open this file - it looks cut off. Sending it again may help.",
        de="Diese Datei ging nicht auf, sie ist wohl abgeschnitten. Schick sie noch einmal.",
        es="No pude abrir este archivo; parece cortado. Prueba a mandarlo otra vez.",
    ),
    "not_media": Text(
        en="I work with sound, video and links. Send me one of those.",
        de="Ich arbeite mit Ton, Video und Links. Schick mir etwas davon.",
        es="Trabajo con sonido, video y enlaces. Mándame algo de eso.",
    ),
    "no_sound": Text(
        en="No sound track in there. Send me the sound as a voice note or a file.",
        de="Da ist keine Tonspur drin. Schick mir den Ton als Sprachnachricht oder Datei.",
        es="No tiene pista de sonido. Mándame el sonido como nota de voz o archivo.",
    ),
    "not_a_picture": Text(
        en="I couldn't open that picture. Send it as a photo, or send another one.",
        de="Das Bild ging nicht auf. Schick es als Foto, oder schick ein anderes.",
        es="No pude abrir esa imagen. Mándala como foto o manda otra.",
    ),
    "no_profile_photo": Text(
        en="I can't see a profile photo of yours. Send me a photo instead.",
        de="Ich sehe kein Profilfoto von dir. Schick mir stattdessen ein Foto.",
        es="No veo ninguna foto de perfil tuya. Mándame una foto.",
    ),
    "source_gone": Text(
        en="That recording isn't there any more. Send it again.",
        de="Diese Aufnahme ist nicht mehr da. Schick sie noch einmal.",
        es="Esa grabación ya no está. Mándala otra vez.",
    ),
    "probe_timed_out": Text(
        en="It took me too long to look into this one. Try again, or send it as MP3.",
        de="Ich habe zu lange gebraucht, um hineinzusehen. Versuch es noch einmal oder schick es"
        " als MP3.",
        es="Tardé demasiado en leer este archivo. Inténtalo otra vez o mándalo como MP3.",
    ),
    "telegram_away": Text(
        en="Telegram isn't handing me the file right now. Try again in a minute.",
        de="Telegram gibt mir die Datei gerade nicht. Versuch es in einer Minute noch einmal.",
        es="Telegram no me da el archivo ahora mismo. Inténtalo otra vez en un minuto.",
    ),
    "link_not_media": Text(
        en="That page has no sound or video I can reach. Send the file itself?",
        de="Auf der Seite ist kein Ton oder Video, an das ich komme. Schickst du die Datei selbst?",
        es="En esa página no hay sonido ni video al que llegue. ¿Mandas el archivo?",
    ),
    "link_not_public": Text(
        en="I only fetch public links. Send the file itself?",
        de="Ich hole nur öffentliche Links. Schickst du die Datei selbst?",
        es="Solo abro enlaces públicos. ¿Mandas el archivo?",
    ),
    "link_not_allowed": Text(
        en="I only fetch plain https links, without a password or a port in them. Send such a link,"
        " or the file itself.",
        de="Ich hole nur einfache https-Links, ohne Passwort oder Port darin. Schick so einen Link"
        " oder die Datei selbst.",
        es="Solo abro enlaces https sencillos, sin contraseña ni puerto. Manda uno así, o el"
        " archivo.",
    ),
    "link_needs_login": Text(
        en="That one is behind a login. Send the file itself?",
        de="Dafür muss man sich anmelden. Schickst du die Datei selbst?",
        es="Ese pide iniciar sesión. ¿Mandas el archivo?",
    ),
    "link_missing": Text(
        en="There's nothing at that address. Check the link and send it again.",
        de="Unter der Adresse ist nichts. Prüf den Link und schick ihn noch einmal.",
        es="No hay nada en esa dirección. Revisa el enlace y mándalo otra vez.",
    ),
    "link_refused": Text(
        en="That site is refusing my server now. Send me the file, or try again later.",
        de="Die Seite weist meinen Server gerade ab. Schick mir die Datei oder versuch es später"
        " noch einmal.",
        es="Ese sitio rechaza ahora a mi servidor. Mándame el archivo o inténtalo más tarde.",
    ),
    "link_live": Text(
        en="Live streams, protected and age-locked videos don't work here. Send me the file, or"
        " another link.",
        de="Livestreams, geschützte Videos und welche mit Altersgrenze gehen hier nicht. Schick mir"
        " die Datei oder einen anderen Link.",
        es="Los directos y los videos protegidos o con límite de edad no funcionan aquí. Mándame el"
        " archivo u otro enlace.",
    ),
    "link_playlist": Text(
        en="That's a whole list. Send me the link of the one you want.",
        de="Das ist eine ganze Liste. Schick mir den Link zu dem, was du willst.",
        es="Eso es una lista entera. Mándame el enlace del que quieres.",
    ),
    "link_timed_out": Text(
        en="That site took too long to answer. Try again, or send the file itself.",
        de="Die Seite hat zu lange nicht geantwortet. Versuch es noch einmal oder schick die Datei"
        " selbst.",
        es="Ese sitio tardó demasiado en responder. Inténtalo otra vez o manda el archivo.",
    ),
    "link_failed": Text(
        en="I couldn't fetch that link. Try again, or send the file itself.",
        de="Diesen Link konnte ich nicht holen. Versuch es noch einmal oder schick die Datei"
        " selbst.",
        es="No pude abrir ese enlace. Inténtalo otra vez o manda el archivo.",
    ),
    "edit_failed": Text(
        en="I couldn't cut it like that. Try again, or change the trim.",
        de="So konnte ich es nicht schneiden. Versuch es noch einmal oder ändere den Schnitt.",
        es="No pude cortarlo así. Inténtalo otra vez o cambia el recorte.",
    ),
    "edit_silent": Text(
        en="There's nothing to hear in what you keep. Trim it differently, or press Sound and clean"
        " less.",
        de="In dem, was du behältst, ist nichts zu hören. Schneide anders, oder drück auf Ton und"
        " reinige weniger.",
        es="En lo que dejas no se oye nada. Recorta de otra manera, o pulsa Sonido y limpia menos.",
    ),
    "render_failed": Text(
        en="Something broke while drawing{code}. I tried twice. Your settings are safe: try again,"
        " or choose a simpler look.",
        de="Beim Zeichnen ging etwas kaputt{code}, zweimal. Deine Einstellungen sind noch da:"
        " versuch es noch einmal oder wähl einen einfacheren Stil.",
        es="Algo falló al dibujar{code}, dos veces. Tus ajustes siguen ahí: inténtalo otra vez o"
        " elige un estilo más simple.",
    ),
    "renderer_away": Text(
        en="The fast machines are away. I can make it here, more slowly, or wait for them. Your"
        " settings are safe.",
        de="Die schnellen Rechner sind weg. Drück auf Hier machen, das dauert länger, oder warte"
        " auf sie. Deine Einstellungen sind noch da.",
        es="Las máquinas rápidas no están. Pulsa Crearlo aquí, más despacio, o espéralas. Tus"
        " ajustes siguen ahí.",
    ),
    "render_lost": Text(
        en="The drawing got lost three times{code}. Try again; your settings are safe.",
        de="Die Zeichnung ging dreimal verloren{code}. Versuch es noch einmal; deine Einstellungen"
        " sind noch da.",
        es="El dibujo se perdió tres veces{code}. Inténtalo otra vez; tus ajustes siguen ahí.",
    ),
    "video_missing": Text(
        en="The video got lost on its way here{code}. Try again; your settings are safe.",
        de="Das Video ging auf dem Weg verloren{code}. Versuch es noch einmal; deine Einstellungen"
        " sind noch da.",
        es="El video se perdió por el camino{code}. Inténtalo otra vez; tus ajustes siguen ahí.",
    ),
    "took_too_long": Text(
        en="This was taking far too long, so I stopped it. Try 720p, or trim it shorter.",
        de="Das hat viel zu lange gedauert, darum habe ich es gestoppt. Versuch es mit 720p oder"
        " schneide es kürzer.",
        es="Esto tardaba demasiado, así que lo paré. Prueba en 720p o recórtalo más.",
    ),
    "disk_full": Text(
        en="I've run out of room, and the owner knows. Try again later.",
        de="Mir ist der Platz ausgegangen, und wer den Bot betreibt, weiß es. Versuch es später"
        " noch einmal.",
        es="Me quedé sin espacio, y quien lleva el bot ya lo sabe. Inténtalo más tarde.",
    ),
    "worker_lost": Text(
        en="I was interrupted several times over{code}. Try again; your settings are safe.",
        de="Ich wurde mehrmals unterbrochen{code}. Versuch es noch einmal; deine Einstellungen sind"
        " noch da.",
        es="Me interrumpieron varias veces{code}. Inténtalo otra vez; tus ajustes siguen ahí.",
    ),
    "storage_away": Text(
        en="My storage isn't answering right now. Try again in a minute.",
        de="Mein Speicher antwortet gerade nicht. Versuch es in einer Minute noch einmal.",
        es="Mi almacén no responde ahora mismo. Inténtalo otra vez en un minuto.",
    ),
    "internal": Text(
        en="Something went wrong on my side{code}. Try again; nothing of yours is lost.",
        de="Bei mir ist etwas schiefgegangen{code}. Versuch es noch einmal; von dir ist nichts"
        " verloren.",
        es="Algo salió mal de mi lado{code}. Inténtalo otra vez; no se perdió nada tuyo.",
    ),
}
CODE = Text(
    en=" (code R-{code})",
    de=" (Code R-{code})",
    es=" (código R-{code})",
)
UNUSABLE: Mapping[str, Text] = {
    "animation": JOBS["no_sound"],
    "sticker": Text(
        en="I can't hear stickers. Send me a voice note, a song, a video or a link.",
        de="Sticker kann ich nicht hören. Schick mir eine Sprachnachricht, ein Lied, ein Video oder"
        " einen Link.",
        es="No puedo oír stickers. Mándame una nota de voz, una canción, un video o un enlace.",
    ),
}
TOO_LARGE_FOR_TELEGRAM = Text(
    en="That's {size}. Telegram lets bots fetch up to {limit}. Send it as an https link instead, up"
    " to {most}.",
    de="Das sind {size}. Telegram lässt Bots bis zu {limit} holen. Schick es als https-Link, bis zu"
    " {most}.",
    es="Son {size}. Telegram deja a los bots descargar hasta {limit}. Mándalo como enlace https,"
    " hasta {most}.",
)
PLAIN_HTTP = Text(
    en="I only fetch https links. Send the https address, or the file itself.",
    de="Ich hole nur https-Links. Schick die https-Adresse oder die Datei selbst.",
    es="Solo abro enlaces https. Manda la dirección https o el archivo.",
)
RECIPES: Mapping[str, Text] = {
    "malformed": Text(
        en="I can't read that edit any more. Press Keep all to start over.",
        de="Diesen Schnitt kann ich nicht mehr lesen. Drück auf Alles behalten, um neu anzufangen.",
        es="Ya no entiendo esa edición. Pulsa Dejar todo para empezar de nuevo.",
    ),
    "clip_count": TOO_MANY_PARTS,
    "too_short": TOO_SHORT_RESULT,
    "too_long": Text(
        en="That's more than 30 min. Trim it shorter.",
        de="Das sind mehr als 30 min. Schneide es kürzer.",
        es="Son más de 30 min. Recórtalo más.",
    ),
    "level": Text(
        en="I can't make it that loud or that quiet. Press Sound and choose even volume.",
        de="So laut oder leise geht es nicht. Drück auf Ton und wähl Gleichmäßig laut.",
        es="No puedo hacerlo tan alto o tan bajo. Pulsa Sonido y elige Volumen parejo.",
    ),
    "unknown_source": Text(
        en="The recording behind this edit is gone. Send it again.",
        de="Die Aufnahme zu diesem Schnitt ist weg. Schick sie noch einmal.",
        es="La grabación de esta edición ya no está. Mándala otra vez.",
    ),
    "range": Text(
        en="That's outside the recording. I read times like 0:10-1:30, from 1:05, last 30.",
        de="Das liegt außerhalb der Aufnahme. Zeiten verstehe ich so: 0:10-1:30, ab 1:05, letzte"
        " 30.",
        es="Eso queda fuera de la grabación. Entiendo tiempos así: 0:10-1:30, desde 1:05, últimos"
        " 30.",
    ),
    "clip_too_short": Text(
        en="One of the parts would be too short to hear. Try a longer span.",
        de="Einer der Teile wäre zu kurz, um ihn zu hören. Versuch es länger.",
        es="Una de las partes sería demasiado corta para oírla. Prueba un tramo más largo.",
    ),
    "volume": Text(
        en="I can at most double the volume. Choose even volume under Sound.",
        de="Lauter als doppelt geht nicht. Wähl Gleichmäßig laut unter Ton.",
        es="Como mucho puedo duplicar el volumen. Elige Volumen parejo en Sonido.",
    ),
    "fade": Text(
        en="That fade is longer than the part it is on. Try a longer span.",
        de="Die Blende ist länger als der Teil, auf dem sie liegt. Versuch es länger.",
        es="Ese fundido dura más que su parte. Prueba un tramo más largo.",
    ),
}
QUOTAS: Mapping[str, Text] = {
    "active_renders": Text(
        en="I'm making {active_renders} for you already. Press again when one of them is done, or"
        " stop one.",
        de="Ich mache schon {active_renders} für dich. Drück noch einmal, wenn eins davon fertig"
        " ist, oder stopp eins.",
        es="Ya estoy haciendo {active_renders} para ti. Pulsa otra vez cuando uno esté listo, o"
        " para uno.",
    ),
    "videos_per_day": Text(
        en="That's today's {videos_per_day}. More at 00:00 UTC, or {way}.",
        de="Das waren die {videos_per_day} für heute. Mehr um 00:00 UTC, oder {way}.",
        es="Esos eran los {videos_per_day} de hoy. Más a las 00:00 UTC, o {way}.",
    ),
    "bytes_per_day": Text(
        en="That's today's {bytes_per_day}. More at 00:00 UTC, or {way}.",
        de="Das waren die {bytes_per_day} für heute. Mehr um 00:00 UTC, oder {way}.",
        es="Esos eran los {bytes_per_day} de hoy. Más a las 00:00 UTC, o {way}.",
    ),
    "queued_ingests": Text(
        en="{queued_ingests} of yours are waiting already. Send this one again later.",
        de="Von dir warten schon {queued_ingests}. Schick das später noch einmal.",
        es="Ya esperan {queued_ingests} tuyos. Manda este otra vez más tarde.",
    ),
    "edits_per_day": Text(
        en="That's today's {edits_per_day} edits to hear. More at 00:00 UTC, or {way}.",
        de="Das waren die {edits_per_day} Hörproben von heute. Mehr um 00:00 UTC, oder {way}.",
        es="Ya son las {edits_per_day} pruebas de hoy. Más a las 00:00 UTC, o {way}.",
    ),
    "waiting_glimpses": Text(
        en="{waiting_glimpses} of these are waiting already. Press again when one has come.",
        de="Davon warten schon {waiting_glimpses}. Drück noch einmal, wenn eins da ist.",
        es="Ya esperan {waiting_glimpses} de estos. Pulsa otra vez cuando llegue uno.",
    ),
    "api_keys": Text(
        en="You have {api_keys} keys already. Revoke one, then press again.",
        de="Du hast schon {api_keys} Schlüssel. Widerruf einen und drück noch einmal.",
        es="Ya tienes {api_keys} claves. Revoca una y pulsa otra vez.",
    ),
}
RAISE = Text(
    en="raise the limit where the bot runs",
    de="setz die Grenze hoch, wo der Bot läuft",
    es="sube el límite donde corre el bot",
)
ASK = Text(
    en="ask {name}",
    de="frag {name}",
    es="pide más a {name}",
)
ASK_OWNER = Text(
    en="ask the owner",
    de="frag, wem der Bot gehört",
    es="pide más a quien lleva el bot",
)
