"""An operator's commands as an operator gives them: each a process of its own, beside a running service."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.local.laptop import ROOT


@dataclass(frozen=True)
class Operator:
    """At a terminal that knows which service runs on `port` with its state in `folder`, and nothing else."""

    port: int
    folder: Path
    profile: str = "kinvo"
    sources: Path = ROOT

    def operate(self, *command: str, ends_with: int = 0) -> str:
        """Gives a command of `infra.operate`; what it said. AssertionError for another exit code."""
        return _said(self.give("infra.operate", "--stage", "local", *command), ends_with)

    def certificate(self, *command: str) -> str:
        """Gives one of `infra.certificate`."""
        return _said(self.give("infra.certificate", *command))

    def give(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.sources,
            env={
                **{name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ},
                "PORT": str(self.port),
                "PROFILE": self.profile,
                "STATE_DIR": str(self.folder),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def _said(told: subprocess.CompletedProcess[str], ends_with: int = 0) -> str:
    assert told.returncode == ends_with, told.stdout + told.stderr
    return told.stdout + told.stderr
