"""Which storage the settings ask for."""

from __future__ import annotations

from settings import Settings, StorageBackend, read_settings, signing_key
from storage.adapter import StorageAdapter
from storage.local import LocalStorage

_adapter: StorageAdapter | None = None


def build_storage(settings: Settings) -> StorageAdapter:
    """The adapter of the chosen backend; nothing is written before the first put."""
    if settings.storage_backend is StorageBackend.R2:
        return _r2(settings)
    return LocalStorage(
        settings.storage_dir, secret=signing_key(settings), link_base=settings.link_base
    )


def get_storage_adapter() -> StorageAdapter:
    """The one adapter that the process's environment describes. Raises SettingsError."""
    global _adapter
    if _adapter is None:
        _adapter = build_storage(read_settings())
    return _adapter


def _r2(settings: Settings) -> StorageAdapter:
    # boto3 takes a third of a second to import, which nobody with local files should wait for.
    from storage.bucket import Bucket
    from storage.presigned import Place
    from storage.r2 import R2Storage

    place = Place(
        endpoint_url=settings.r2_url,
        bucket=settings.r2_bucket,
        access_key_id=settings.r2_access_key_id,
        secret_access_key=settings.r2_secret_access_key,
    )
    return R2Storage(place, Bucket(place))


def reset_storage_adapter() -> None:
    """Forget the adapter; the next call of `get_storage_adapter` reads the environment anew."""
    global _adapter
    _adapter = None
