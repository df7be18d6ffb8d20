"""What the owner hears when something needs a person, and when it does not any more."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text
from jobs.alerts import Cause

BEGUN: Mapping[Cause, Text] = {
    Cause.DISK_FULL: Text(
        en="I've run out of room on {source}, so new work waits there. Free some;"
        " pocketreel doctor says how much there is.",
        de="Auf {source} ist kein Platz mehr, neue Arbeit wartet dort. Schaff welchen;"
        " pocketreel doctor sagt, wie viel da ist.",
        es="En {source} no queda espacio y el trabajo nuevo espera. Libera algo;"
        " pocketreel doctor dice cuánto hay.",
    ),
    Cause.STORAGE_REFUSED: Text(
        en="The storage refuses my key on {source}. Nothing is made until it is right;"
        " pocketreel doctor --cloud names the variable.",
        de="Der Speicher weist meinen Schlüssel auf {source} ab. Bis der stimmt, entsteht nichts;"
        " pocketreel doctor --cloud nennt die Variable.",
        es="El almacén rechaza mi clave en {source}. Nada se hace hasta que valga;"
        " pocketreel doctor --cloud nombra la variable.",
    ),
    Cause.RENDERER_AWAY: Text(
        en="Modal hasn't answered for 10 minutes, so videos wait."
        " pocketreel doctor --cloud says whether it is the key.",
        de="Modal antwortet seit 10 Minuten nicht, Videos warten."
        " pocketreel doctor --cloud sagt, ob es am Schlüssel liegt.",
        es="Modal no responde desde hace 10 minutos y los videos esperan."
        " pocketreel doctor --cloud dice si es la clave.",
    ),
    Cause.OUTBOX_LATE: Text(
        en="Messages have waited on {source} for more than 2 minutes, and it isn't Telegram."
        " The log says why.",
        de="Auf {source} warten Nachrichten seit über 2 Minuten, und an Telegram liegt es nicht."
        " Das Log sagt, warum.",
        es="En {source} hay mensajes que esperan más de 2 minutos, y no es Telegram."
        " El registro dice por qué.",
    ),
    Cause.UPDATES_TAKEN: Text(
        en="Somebody else fetches my updates: a second bot with my token, or a webhook of another"
        " program. Stop one of us.",
        de="Jemand anders holt meine Updates: ein zweiter Bot mit meinem Token oder der Webhook"
        " eines anderen Programms. Halt einen an.",
        es="Otro recoge mis actualizaciones: un segundo bot con mi token o el webhook de otro"
        " programa. Detén a uno.",
    ),
    Cause.YOUTUBE_REFUSES: Text(
        en="YouTube refuses my server, so its links fail. A newer Pocketreel, with a newer yt-dlp,"
        " often helps; files work as ever.",
        de="YouTube weist meinen Server ab, Links dorthin scheitern. Ein neueres Pocketreel mit"
        " neuerem yt-dlp hilft oft; Dateien gehen wie immer.",
        es="YouTube rechaza mi servidor y sus enlaces fallan. Suele ayudar un Pocketreel con un"
        " yt-dlp más nuevo; los archivos van como siempre.",
    ),
    Cause.YTDLP_OLD: Text(
        en="The yt-dlp on {source} is months old, and YouTube changes often. Update Pocketreel"
        " before its links fail.",
        de="Das yt-dlp auf {source} ist Monate alt, und YouTube ändert sich oft. Aktualisiere"
        " Pocketreel, bevor Links dorthin scheitern.",
        es="El yt-dlp de {source} tiene meses y YouTube cambia a menudo. Actualiza Pocketreel"
        " antes de que fallen sus enlaces.",
    ),
}
OVER: Mapping[Cause, Text] = {
    Cause.DISK_FULL: Text(
        en="There is room again, and I'm at work on what waited.",
        de="Es ist wieder Platz da, ich arbeite ab, was gewartet hat.",
        es="Vuelve a haber espacio y me pongo con lo que esperaba.",
    ),
    Cause.STORAGE_REFUSED: Text(
        en="The storage lets me in again.",
        de="Der Speicher lässt mich wieder herein.",
        es="El almacén me deja entrar otra vez.",
    ),
    Cause.RENDERER_AWAY: Text(
        en="Modal answers again.",
        de="Modal antwortet wieder.",
        es="Modal vuelve a responder.",
    ),
    Cause.OUTBOX_LATE: Text(
        en="Messages go out on time again.",
        de="Nachrichten gehen wieder pünktlich hinaus.",
        es="Los mensajes salen otra vez a tiempo.",
    ),
    Cause.UPDATES_TAKEN: Text(
        en="My updates come to me alone again.",
        de="Meine Updates kommen wieder nur zu mir.",
        es="Mis actualizaciones vuelven a llegar solo a mí.",
    ),
    Cause.YOUTUBE_REFUSES: Text(
        en="YouTube links work again.",
        de="YouTube-Links gehen wieder.",
        es="Los enlaces de YouTube funcionan otra vez.",
    ),
    Cause.YTDLP_OLD: Text(
        en="yt-dlp is up to date again.",
        de="yt-dlp ist wieder aktuell.",
        es="yt-dlp está otra vez al día.",
    ),
}
