"""Templates that are compiled once in a test process: nearly every test opens an application of its own.

    app = build(settings, database=database, clock=clock)
    app.jinja_env.bytecode_cache = COMPILED

Compiling the templates of a page takes ten times as long as answering with it.
"""

from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """Holds compiled templates in memory, each under its name and source."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was compiled before."""
        held = self._held.get((bucket.key, bucket.checksum))
        if held is not None:
            bucket.bytecode_from_string(held)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just compiled."""
        self._held[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()
