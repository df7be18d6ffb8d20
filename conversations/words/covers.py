"""What is said of the picture that a video shows."""

from __future__ import annotations

from conversations.words.text import Text

BUTTON = Text(
    en="🖼 Cover",
    de="🖼 Bild",
    es="🖼 Portada",
)
SEND = Text(
    en="Send a photo and I'll use it.",
    de="Schick ein Foto, dann nehme ich es.",
    es="Manda una foto y la uso.",
)
PROFILE = Text(
    en="Use my profile photo",
    de="Mein Profilfoto nehmen",
    es="Usar mi foto de perfil",
)
PLAIN = Text(
    en="Plain",
    de="Ohne Bild",
    es="Sin foto",
)
LOOKING = Text(
    en="Looking at it. The card changes in a moment.",
    de="Ich sehe es mir an. Die Karte ändert sich gleich.",
    es="La miro. La tarjeta cambia en un momento.",
)
USED = Text(
    en="That's the cover now. Another photo takes its place.",
    de="Das ist jetzt das Bild. Ein anderes Foto tritt an seine Stelle.",
    es="Esa es la portada ahora. Otra foto ocupa su lugar.",
)
NO_CARD = Text(
    en="A photo becomes the cover of a card of the last 30 min. Answer the card with it, or send"
    " the sound first.",
    de="Ein Foto wird das Bild einer Karte aus den letzten 30 min. Antworte der Karte damit, oder"
    " schick zuerst den Ton.",
    es="Una foto es la portada de una tarjeta de los últimos 30 min. Responde a la tarjeta con ella"
    " o manda antes el sonido.",
)
TOO_LATE = Text(
    en="The video was begun without that photo. Press Change under it, then send the photo again.",
    de="Das Video war schon ohne das Foto begonnen. Drück darunter auf Ändern und schick das Foto"
    " noch einmal.",
    es="El video ya había empezado sin esa foto. Pulsa Cambiar debajo y manda la foto otra vez.",
)
