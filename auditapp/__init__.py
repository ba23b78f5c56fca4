"""Case-file audits for children's services.

The map of the package, from the edges down; imports point down only, and a contract checks it:

- `web`, `cli`: the edges. Pages and JSON; commands. Only `web` knows Flask.
- `jobs`: the schedule: what is due when, and the process that does it.
- `demonstration`: an invented council's year, made by walking the services.
- `services`: use cases, one function each, `verb(session, what, *, by, at)`.
- `persistence`, `documents`, `mail`: adapters. The database; paper, charts and spreadsheets; post.
- `domain`: the rules. Pure: no framework, no clock, no chance, no database.

To read a feature, open the same noun in each folder.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from auditapp.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Return the application, with the settings of the environment unless given.

    The imports wait until here, so that the rules load without Flask.
    """
    import logging

    from auditapp.config import Settings
    from auditapp.persistence.database import Database
    from auditapp.web import build

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    chosen = settings or Settings.from_environment()
    return build(chosen, database=Database(chosen.database_url))
