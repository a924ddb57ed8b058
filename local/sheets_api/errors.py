"""What goes wrong, in the shape in which Google says it."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

STATUS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """An answer with a status of 400 or more.

    Args:
        code: the HTTP status, a key of `STATUS`.
        message: the sentence that the caller sees.
        field: the field of the request that is wrong, told again in `details`.
    """

    def __init__(self, code: int, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def under(self, place: str) -> ApiError:
        """Return the same error, its sentence preceded by the place in the request."""
        return ApiError(self.code, f"Invalid {place}: {self.message}", self.field)

    def body(self) -> Json:
        """Return the answer's JSON."""
        error: Json = {"code": self.code, "message": self.message, "status": STATUS[self.code]}
        if self.field:
            violation = {"field": self.field, "description": self.message}
            kind = "type.googleapis.com/google.rpc.BadRequest"
            error["details"] = [{"@type": kind, "fieldViolations": [violation]}]
        return {"error": error}


def invalid(message: str) -> ApiError:
    """Return the error 400 with this sentence."""
    return ApiError(400, message)


def not_found() -> ApiError:
    """Return the error 404 in Google's words."""
    return ApiError(404, "Requested entity was not found.")
