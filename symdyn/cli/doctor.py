"""`symdyn doctor`: what this machine is and has."""

from __future__ import annotations

import argparse

from symdyn.cli.options import Commands, command


def add_doctor(commands: Commands) -> None:
    command(commands, "doctor", _doctor, "Tell versions, processor features and the cache.")


def _doctor(options: argparse.Namespace) -> int:
    from symdyn.doctor import findings

    for name, value in findings():
        print(f"{name:<14} {value}")
    return 0
