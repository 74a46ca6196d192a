"""What can go wrong. Every class is an `AnnealError` and the built-in exception that such a failure usually is."""

from __future__ import annotations


class AnnealError(Exception):
    """The base of all errors of this package."""


class ArgumentError(AnnealError, ValueError):
    """A number out of range, or memory of the wrong size."""


class TextCountError(AnnealError, ValueError):
    """Texts of another number than they said of themselves."""


class EngineClosedError(AnnealError, RuntimeError):
    """The engine or the codec was closed."""


class ModelNotFoundError(AnnealError, FileNotFoundError):
    """There is no model file, codec or lookup table at the path."""


class ModelError(AnnealError, ValueError):
    """The model file is damaged, of a newer version, or no model at all."""


class CodecError(AnnealError, ValueError):
    """A codec that is damaged, of a newer version or no codec at all, or a vector that it cannot code."""


class TableError(AnnealError, ValueError):
    """A lookup table that is damaged, of a newer version, raw, or made for another model."""


class RulesError(AnnealError, ValueError):
    """Hand-written rules that cannot be read; the message has line and column."""


class TextTooLongError(AnnealError, ValueError):
    """A text longer than what the call takes."""


class KernelError(AnnealError, RuntimeError):
    """ANNEAL_KERNEL asks for a kernel that this processor does not have."""


class MissingPackageError(AnnealError, ImportError):
    """A package that this part needs is not installed."""


# The statuses of anneal.h.
BY_STATUS: dict[int, type[AnnealError]] = {
    1: ArgumentError,
    2: EngineClosedError,
    3: ModelNotFoundError,
    4: ModelError,
    5: RulesError,
    6: TextTooLongError,
    7: KernelError,
    8: CodecError,
    9: TableError,
}
