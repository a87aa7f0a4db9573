"""Ports, profile and folder of a local service."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from infra.local.laptop import Laptop, SetupRefused, laptop


def test_the_defaults_are_port_8000_and_the_kinvo_profile() -> None:
    here = laptop({})
    assert (here.port, here.profile) == (8000, "kinvo")
    assert here.folder.parts[-2:] == (".local", "kinvo")
    assert list(here.ports.values()) == [8000, 8001, 8002, 8003, 8004]


@pytest.mark.parametrize("port", ["http", "-1", "0", "65533", "80.5"])
def test_a_port_that_is_none_is_refused_with_a_sentence(port: str) -> None:
    with pytest.raises(SetupRefused, match="PORT must be a number from 1 to 65531"):
        laptop({"PORT": port})


def test_an_unknown_profile_names_those_that_there_are() -> None:
    with pytest.raises(SetupRefused, match=r"no profile 'nobody'; there are .*kinvo"):
        laptop({"PROFILE": "nobody"})


def test_a_taken_port_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(SetupRefused, match=rf"Port {taken}, for the carrier, is taken: .* with PORT="):
            Laptop(taken - 2, "kinvo", tmp_path).check_ports()


def test_the_workers_know_every_setting_and_no_account_of_the_caller(tmp_path: Path) -> None:
    environment = Laptop(8000, "kinvo", tmp_path).workers_environment()
    assert environment["STAGE"] == "local"
    assert environment["PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert environment["DELETION_MACHINE_ARN"].endswith(":stateMachine:vowline-local-deletion")
    assert environment["AWS_SECRET_ACCESS_KEY"] == "test"
