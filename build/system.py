"""What the operating system has to provide: Qt's shared libraries, a font, the tools of the tests.

As root on Debian (and its kin) what is missing is installed; elsewhere the exact command is printed, nothing is done.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from build.problem import SetupProblem

QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
"""Shared library -> Debian package; without these Qt does not even load offscreen."""

QT_WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""The same for a window on a real (or virtual) X11 screen."""

TEST_TOOLS = {
    "baresip": ("baresip-core", "calls by the softphone"),
    "sipp": ("sip-tester", "calls by the softphone"),
    "Xvfb": ("xvfb", "windows on a virtual screen"),
    "openbox": ("openbox", "windows on a virtual screen"),
    "xprop": ("x11-utils", "windows on a virtual screen"),
    "libXtst.so.6": ("libxtst6", "windows on a virtual screen"),
    "/usr/libexec/at-spi-bus-launcher": ("at-spi2-core", "the window as a screen reader reads it"),
    "gnome-keyring-daemon": ("gnome-keyring", "the key in the system's keyring"),
    "dbus-daemon": ("dbus", "the key in the system's keyring"),
    "dbus-run-session": ("dbus", "the key in the system's keyring"),
    "dbus-launch": ("dbus-x11", "the key in the system's keyring"),
    "git": ("git", "the start from a clean clone"),
    "strace": ("strace", "kills and disk errors at chosen system calls"),
    "nft": ("nftables", "networks that lose packets"),
    "faketime": ("faketime", "clocks that are wrong"),
    "ip": ("iproute2", "the start without a network"),
    "unshare": ("util-linux", "the start without a network"),
    "initdb": ("postgresql", "the hub on PostgreSQL"),
}
"""Command or shared library -> Debian package, and which tests fail without it."""

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_PACKAGE = "fonts-inter"
APT_TRIES = 3


def require_for_window(window: bool, also: Sequence[str] = ()) -> None:
    """Sees to what Qt needs on Linux: its libraries (with `window` also those of X11) and a font.

    Other systems bring all of it. `also`: further Debian packages that are known to be missing, so that one command
    brings everything. Raises SetupProblem with that command.
    """
    if sys.platform != "linux":
        return
    wanted = {**QT_LIBRARIES, **(QT_WINDOW_LIBRARIES if window else {})}
    missing = [*also, *(library for library in wanted if not _loads(library))]
    packages = [wanted.get(name, name) for name in missing]
    if not _has_font(FONT_PACKAGE if may_install() else ""):
        missing.append("a font")
        packages.append(FONT_PACKAGE)
    if not missing:
        return
    if not may_install():
        raise SetupProblem(
            f"Cuecard needs of the system what is not here: {', '.join(missing)}.\n{_how_to_install(packages)}"
        )
    install_packages(packages, "what Cuecard needs of the system")


def require_test_tools() -> None:
    """Sees to the tools that some tests call; where they cannot be installed, says which tests will fail."""
    if sys.platform != "linux":
        print("Tests of the softphone, the virtual screen and the keyring need Linux and will fail here.")
        return
    missing = [tool for tool in TEST_TOOLS if not (_loads(tool) if ".so" in tool else _finds(tool))]
    if not missing:
        return
    packages = sorted({TEST_TOOLS[tool][0] for tool in missing})
    if may_install():
        install_packages(packages, "tools for the tests")
        return
    failing = sorted({TEST_TOOLS[tool][1] for tool in missing})
    print(f"Not installed: {', '.join(missing)}. Tests of {'; of '.join(failing)} will fail.")
    print(_how_to_install(packages))


def require_tools(tools: Mapping[str, str], purpose: str) -> None:
    """Sees to commands (command -> Debian package) that the caller cannot do without; only on Linux.

    Raises SetupProblem with the command to type.
    """
    missing = [tool for tool in tools if not _finds(tool)] if sys.platform == "linux" else []
    if not missing:
        return
    packages = sorted({tools[tool] for tool in missing})
    if not may_install():
        raise SetupProblem(f"Missing {purpose}: {', '.join(missing)}.\n{_how_to_install(packages)}")
    install_packages(packages, purpose)


def may_install() -> bool:
    """Whether packages may be installed from here: as root, on Debian or one of its kin."""
    return sys.platform == "linux" and os.geteuid() == 0 and is_debian()


def is_debian() -> bool:
    """Whether this is Debian or a system made from it."""
    try:
        release = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    values = dict(line.split("=", 1) for line in release.splitlines() if "=" in line)
    kin = f"{values.get('ID', '')} {values.get('ID_LIKE', '')}".replace('"', "").split()
    return "debian" in kin and shutil.which("apt-get") is not None


def install_packages(packages: Sequence[str], purpose: str) -> None:
    """Installs Debian packages without asking; raises SetupProblem with apt's last words."""
    print(f"Installing {purpose}: {' '.join(packages)}", flush=True)
    _apt(["update"])
    _apt(["install", "-y", "--no-install-recommends", *packages])


def install_command(packages: Iterable[str]) -> str:
    """The command that a person would type for these packages."""
    prefix = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    return f"{prefix}apt-get install -y --no-install-recommends {' '.join(packages)}"


def _how_to_install(packages: Sequence[str]) -> str:
    if is_debian():
        return f"Install them, then start again:\n\n    {install_command(packages)}\n"
    return f"Install what your system calls these Debian packages, then start again: {' '.join(packages)}"


def _apt(arguments: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    for attempt in range(1, APT_TRIES + 1):
        done = subprocess.run(
            ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode == 0:
            return
        if attempt < APT_TRIES:
            time.sleep(2 * attempt)
    if arguments == ["update"]:
        return  # one broken source among many; what is wanted may be known all the same, and the install will tell
    last_words = "\n".join(done.stdout.strip().splitlines()[-6:])
    raise SetupProblem(f"apt-get could not install {' '.join(arguments[3:])}. It said:\n{last_words}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _finds(tool: str) -> bool:
    # Debian keeps the programs of PostgreSQL's server apart, by version.
    servers = [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    search = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", *servers])
    return shutil.which(tool, path=search) is not None


def _has_font(package: str) -> bool:
    """Whether the font of that Debian package is installed; with an empty name, whether any font is."""
    name = package.removeprefix("fonts-")
    for folder in FONT_FOLDERS:
        for path in Path(folder).expanduser().rglob("*"):
            if path.suffix.lower() in {".ttf", ".otf", ".ttc", ".pfb"} and name in path.name.lower():
                return True
    return False
