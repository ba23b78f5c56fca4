"""The processes of a soak: schedulers and web servers, each killed without warning and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.mail_server import free_port

STARTS_IN = 60.0


@dataclass
class Process:
    """One process that is started again whenever it was killed. A web server has a port."""

    command: list[str]
    environment: dict[str, str]
    log: Path
    port: int = 0
    running: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, in a group of its own, so that its workers die with it."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """End it as a power cut would, with everything that it started."""
        assert self.running is not None
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()


@dataclass
class Machine:
    """Two schedulers and four web servers over one database, with one clock."""

    folder: Path
    database_url: str
    smtp_url: str
    chance: random.Random
    kills: int = 0
    schedulers: list[Process] = field(default_factory=list)
    servers: list[Process] = field(default_factory=list)

    @property
    def clock(self) -> Path:
        """The file that says what time it is."""
        return self.folder / "now"

    def start(self, *, schedulers: int = 2, servers: int = 4) -> None:
        """Start everything."""
        for number in range(schedulers):
            command = [sys.executable, "-m", "auditapp", "scheduler", "--every", "0.1"]
            self.schedulers.append(Process(command, self._environment(), self.folder / f"scheduler-{number}.log"))
        for number in range(servers):
            port = free_port()
            command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--workers=1", "--threads=4"]
            command += ["--worker-class=gthread", "--no-control-socket", "--log-level=error", "auditapp:create_app()"]
            self.servers.append(Process(command, self._environment(), self.folder / f"web-{number}.log", port))
        for process in (*self.schedulers, *self.servers):
            process.start()

    def kill(self, process: Process) -> None:
        """Kill one of them after a moment, and start it again."""
        time.sleep(self.chance.random() * 0.15)
        process.kill()
        self.kills += 1
        process.start()

    def stop(self) -> None:
        """End everything."""
        for process in (*self.schedulers, *self.servers):
            process.kill()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "AUDITAPP_DATABASE_URL": self.database_url,
            "AUDITAPP_INSTANCE": str(self.folder),
            "AUDITAPP_BASE_URL": "http://127.0.0.1:5000",
            "AUDITAPP_SECRET_KEY": "a secret of a soak, long enough to be one",
            "AUDITAPP_SMTP_URL": self.smtp_url,
            "AUDITAPP_MAIL_FROM": "audits@example.org",
            "AUDITAPP_CLOCK": f"@{self.clock}",
        }
