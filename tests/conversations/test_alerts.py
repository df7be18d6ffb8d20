"""What the owner reads about a trouble, and about its end."""

from __future__ import annotations

import pytest

from conversations import alerts, words
from conversations.words.text import Language
from jobs.alerts import Cause


def test_every_cause_has_words_for_its_beginning_and_its_end() -> None:
    for told in (words.alerts.BEGUN, words.alerts.OVER):
        assert told.keys() == set(Cause)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("is_over", [0, 1])
@pytest.mark.parametrize("cause", Cause)
def test_it_is_said_in_the_owners_language(cause: Cause, is_over: int, language: Language) -> None:
    alert = {"cause": cause.value, "is_over": is_over, "source": "reel<1>"}
    view = alerts.view(alert, language)
    assert view is not None
    assert "{" not in view.text
    told = (words.alerts.OVER if is_over else words.alerts.BEGUN)[cause]
    template: str = getattr(told, language)
    assert view.text == template.replace("{source}", "reel&lt;1&gt;")


def test_what_a_newer_version_noted_is_not_guessed_at() -> None:
    alert = {"cause": "flood_in_the_cellar", "is_over": 0, "source": "reel"}
    assert alerts.view(alert, Language.ENGLISH) is None
