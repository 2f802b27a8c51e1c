"""Debian's packages, where the machine is a Debian and we may install there."""

import os
import shutil
import subprocess
import sys


def can_install() -> bool:
    """Whether this is root on a machine with apt-get."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Install the packages with apt-get and return whether that worked; says what it does."""
    if not can_install():
        return False
    print(f"Installing {' '.join(packages)} with apt-get …", flush=True)
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    for attempt in (["apt-get", "update"], command):
        done = subprocess.run(attempt, env=environ, capture_output=True, text=True, check=False)
        if done.returncode and attempt is command:
            print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
            return False
    return True
