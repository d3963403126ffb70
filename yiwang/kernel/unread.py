"""Why a file named on the command line could not be read or written, in the words of the house."""

from __future__ import annotations

WHY: dict[type[OSError], str] = {
    FileNotFoundError: "没有这个文件",
    IsADirectoryError: "这是一个文件夹",
    PermissionError: "没有权限",
}


def why(error: OSError) -> str:
    """A few Chinese words without a full stop; what the system said where we have none of our own."""
    return WHY.get(type(error)) or error.strerror or str(error)
