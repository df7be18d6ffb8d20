"""Which storage the settings ask for."""

from __future__ import annotations

from settings import Settings, read_settings, signing_key
from storage.adapter import StorageAdapter
from storage.local import LocalStorage

_adapter: StorageAdapter | None = None


def build_storage(settings: Settings) -> StorageAdapter:
    """The adapter of the chosen backend; nothing is written before the first put."""
    return LocalStorage(
        settings.storage_dir, secret=signing_key(settings), link_base=settings.link_base
    )


def get_storage_adapter() -> StorageAdapter:
    """The one adapter that the process's environment describes. Raises SettingsError."""
    global _adapter
    if _adapter is None:
        _adapter = build_storage(read_settings())
    return _adapter


def reset_storage_adapter() -> None:
    """Forget the adapter; the next call of `get_storage_adapter` reads the environment anew."""
    global _adapter
    _adapter = None
