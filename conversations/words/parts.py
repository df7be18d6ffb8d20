"""What is asked about a recording of which only a part can be made, or which holds no sound."""

from __future__ import annotations

from conversations.words.text import Text

WHICH = Text(
    en="{length} is more than the {limit_min} min I make. Which part? Type 0:10-5:00, or press:",
    de="{length} ist mehr als die {limit_min} min, die ich mache. Welcher Teil? Schreib 0:10-5:00,"
    " oder drück:",
    es="{length} es más que los {limit_min} min que hago. ¿Qué parte? Escribe 0:10-5:00 o pulsa:",
)
HOW = Text(
    en="Type the part you want, like 0:10-5:00, or press one of the buttons above.",
    de="Schreib den Teil, den du willst, etwa 0:10-5:00, oder drück oben auf einen Knopf.",
    es="Escribe la parte que quieres, como 0:10-5:00, o pulsa uno de los botones de arriba.",
)
STILL_TOO_LONG = Text(
    en="That part is {length} long, and {limit_min} min is the most. Type a shorter one.",
    de="Dieser Teil ist {length} lang, höchstens {limit_min} min gehen. Schreib einen kürzeren.",
    es="Esa parte dura {length} y el máximo son {limit_min} min. Escribe una más corta.",
)
TAKING = Text(
    en="Taking that part.",
    de="Ich nehme den Teil.",
    es="Tomo esa parte.",
)
FIRST = Text(
    en="First 10 min",
    de="Erste 10 min",
    es="Primeros 10 min",
)
LOUDEST = Text(
    en="Loudest 60 s",
    de="Lauteste 60 s",
    es="60 s más fuertes",
)
MAKE_ANYWAY = Text(
    en="Make it anyway",
    de="Trotzdem machen",
    es="Crearlo igual",
)
LISTED = Text(
    en="That's a list of {count}. I took number {number}.",
    de="Das ist eine Liste mit {count}. Ich habe Nummer {number} genommen.",
    es="Es una lista de {count}. Tomé el número {number}.",
)
PICK_ANOTHER = Text(
    en="Pick another",
    de="Anderes nehmen",
    es="Elegir otro",
)
PICKED = Text(
    en="Fetching number {number} on a new card.",
    de="Ich hole Nummer {number} auf einer neuen Karte.",
    es="Traigo el número {number} en otra tarjeta.",
)
