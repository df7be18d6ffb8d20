"""What is said in groups."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.words.text import Text

COMMANDS: Mapping[str, Text] = {  # what groups are offered
    "video": Text(
        en="Reply to a recording with this",
        de="Damit auf eine Aufnahme antworten",
        es="Responde con esto a una grabación",
    ),
    "cancel": Text(
        en="Stop my newest video",
        de="Mein neuestes Video stoppen",
        es="Parar mi video más reciente",
    ),
    "help": Text(
        en="How I work in groups",
        de="Wie ich in Gruppen arbeite",
        es="Cómo funciono en grupos",
    ),
}
HOW = Text(
    en="Reply to a recording with /video, or write @{bot} below one you send or beside a link. Its"
    " sender steers the card.",
    de="Antworte mit /video auf eine Aufnahme, oder schreib @{bot} unter eine oder neben einen"
    " Link. Wer sie geschickt hat, steuert die Karte.",
    es="Responde con /video a una grabación, o escribe @{bot} debajo de una o junto a un enlace."
    " Quien la mandó maneja la tarjeta.",
)
ALONE = Text(
    en="That one is for our own chat. Write it to me there.",
    de="Das gehört in unseren eigenen Chat. Schreib es mir dort.",
    es="Eso es para nuestro propio chat. Escríbemelo ahí.",
)
OUTSIDER = Text(
    en="I only make videos for people my owner has let in. Write to me in our own chat to ask.",
    de="Videos mache ich nur für Leute, die hereingelassen wurden. Schreib mir in unserem eigenen"
    " Chat, um zu fragen.",
    es="Solo hago videos para quienes tienen permiso. Escríbeme en nuestro propio chat para"
    " pedirlo.",
)
OWN_CHAT = Text(
    en="Open our chat",
    de="Unseren Chat öffnen",
    es="Abrir nuestro chat",
)
