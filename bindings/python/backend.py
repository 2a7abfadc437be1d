"""The build of the package: meson-python's, from the root of the repository wherever it was asked for,
and with the tag that the extension earns. It keeps to what CPython 3.9 promised, so one wheel serves
all later versions whichever built it."""

import contextlib
import os
import subprocess
import sys

import mesonpy

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@contextlib.contextmanager
def _in_root():
    before = os.getcwd()
    os.chdir(ROOT)
    try:
        yield
    finally:
        os.chdir(before)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    folder = os.path.abspath(wheel_directory)
    with _in_root():
        name = mesonpy.build_wheel(folder, config_settings, metadata_directory)
    if "-abi3-" not in name:
        return name
    tagged = subprocess.run(
        [
            sys.executable,
            "-m",
            "wheel",
            "tags",
            "--remove",
            "--python-tag",
            "cp39",
            os.path.join(folder, name),
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return tagged.stdout.split()[-1]


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    folder = os.path.abspath(wheel_directory)
    with _in_root():
        return mesonpy.build_editable(folder, config_settings, metadata_directory)


def build_sdist(sdist_directory, config_settings=None):
    folder = os.path.abspath(sdist_directory)
    with _in_root():
        return mesonpy.build_sdist(folder, config_settings)


def get_requires_for_build_wheel(config_settings=None):
    with _in_root():
        return mesonpy.get_requires_for_build_wheel(config_settings)


def get_requires_for_build_editable(config_settings=None):
    with _in_root():
        return mesonpy.get_requires_for_build_editable(config_settings)


def get_requires_for_build_sdist(config_settings=None):
    with _in_root():
        return mesonpy.get_requires_for_build_sdist(config_settings)
