"""What newswake says when it cannot do what was asked."""


class NewswakeError(Exception):
    """The base of every error raised on purpose.

    The message says what is wrong and names the value; `hint` says what is allowed or what to do next.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class RequestError(NewswakeError):
    """The request itself is wrong: an unknown option value, overlapping windows, an unknown ticker."""


class NothingFound(NewswakeError):  # noqa: N818  # an answer more than an error
    """The request is right, and the data hold nothing for it."""


class InputError(NewswakeError):
    """A document, table or feed cannot be read; `where` is the file, with the line where one is known."""

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message, hint=hint)
        self.where = where


class StoreError(NewswakeError):
    """The stored data cannot be opened, built or published."""


class QueryError(NewswakeError):
    """A user's SQL was refused, failed, or took too long."""


class FetchError(NewswakeError):
    """A source on the network did not answer as it should."""
