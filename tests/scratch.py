"""Where the databases of tests lie: in memory where it has room for them, for there nothing waits for a disk."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # every folder in it is made by tempfile, under a name of its own
DISK = Path("/tmp")  # not TMPDIR: the path of a socket may be no longer than some hundred characters
ROOM = 2 << 30  # a run has held 0.4 GB at most, and a container is given 64 MB


def scratch_folder() -> Path:
    """Return the folder to make temporary ones in. A container's memory may be too small, or not be there at all."""
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if usable else DISK
