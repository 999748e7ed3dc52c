"""What can go wrong, and the exit status that each kind of failure ends a command with.

Every message says what is wrong, gives the input back, shows the values and names the way out.
"""

from __future__ import annotations


class SymdynError(Exception):
    """A user can act on this; it is printed without a traceback."""

    exit_status = 2


class InputError(SymdynError):
    """Text, a file, an argument or an option that cannot be read or used (exit 2)."""


class MissingParameter(InputError, TypeError):
    """A parameter of a result that has to be fixed to a value, and was not (exit 2)."""


class DomainError(SymdynError):
    """A domain that no point reaches, or a value outside the domain asked for (exit 2)."""


class UnsupportedError(SymdynError):
    """An operation that symdyn does not know how to do on this input (exit 2)."""


class RefutedError(SymdynError):
    """A claim made outside a derivation is wrong (exit 1)."""

    exit_status = 1


class UndecidedError(SymdynError):
    """A claim made outside a derivation could not be decided (exit 3)."""

    exit_status = 3


class ResourceError(SymdynError):
    """The machine lacks something: a program, memory, a place to write (exit 4)."""

    exit_status = 4


class NothingCollected(SymdynError):
    """No derivation was found where one was asked for (exit 5)."""

    exit_status = 5
