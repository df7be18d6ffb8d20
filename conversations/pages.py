"""The pages of the contact sheet: which looks stand on each, and under which numbers."""

from __future__ import annotations

from modal_render.contract import LOOKS

PER_PAGE = 6
PER_ROW = 3
PAGES = -(-len(LOOKS) // PER_PAGE)


def first_number(page: int) -> int:
    """The number of the page's first look; looks are numbered from 1 through all pages."""
    return page * PER_PAGE + 1


def looks_on(page: int) -> tuple[str, ...]:
    """The looks of a page, in their order. Pages are numbered from 0."""
    return tuple(LOOKS)[page * PER_PAGE : (page + 1) * PER_PAGE]


def page_of(look: str) -> int:
    """The page a look stands on; the first for one that is no more."""
    return list(LOOKS).index(look) // PER_PAGE if look in LOOKS else 0


def page_after(page: int) -> int:
    """The next page, the first after the last."""
    return (page + 1) % PAGES
