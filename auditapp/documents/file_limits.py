"""How much a file may hold before it is refused unread. The defaults keep any file under 400 MB of memory."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileLimits:
    """The bounds of an upload: sizes in bytes, `expansion` in unpacked bytes per packed one."""

    file: int = 50 * MIB
    unpacked: int = 1024 * MIB
    expansion: int = 100
    columns: int = 200
    memory: int = 320 * MIB

    @property
    def file_in_words(self) -> str:
        """The largest file, as people say it."""
        return f"{self.file // MIB} MB"
