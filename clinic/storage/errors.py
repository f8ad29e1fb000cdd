"""What can go wrong with keys and objects. Tells codes and object names (which are random), never content."""

from typing import ClassVar


class StorageError(Exception):
    """Base of everything below; `code` is stable and safe to log or show."""

    code: ClassVar[str] = "storage_error"

    def __init__(self, about: str = "") -> None:
        super().__init__(f"{self.code}: {about}" if about else self.code)
        self.about = about


class StorageFull(StorageError):
    """No room, or the quota is used up."""

    code = "storage_full"


class StorageDown(StorageError):
    """The store does not answer, or does not let us in. Trying again later may help."""

    code = "storage_down"


class ObjectMissing(StorageError):
    code = "object_missing"


class ObjectDamaged(StorageError):
    """The stored bytes are not those that were put: changed, cut, mixed with others, or sealed with another key."""

    code = "object_damaged"


class ObjectTooLarge(StorageError):
    """More bytes came than the caller allowed; nothing was kept."""

    code = "too_large"


class KeyProblem(StorageError):
    code = "key_problem"


class KeysInvalid(KeyProblem):
    """The configured keys cannot be used; the text says what to mend and never shows a key."""

    code = "keys_invalid"


class KeyMissing(KeyProblem):
    """The data key was wrapped by a master key that is not configured here."""

    code = "key_missing"


class KeyDestroyed(KeyProblem):
    """There is no data key any more: its subject was erased."""

    code = "key_destroyed"


class KeyUnreadable(KeyProblem):
    """The wrapped key is damaged or belongs to another subject."""

    code = "key_unreadable"
