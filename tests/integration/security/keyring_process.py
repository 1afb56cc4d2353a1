"""Uses the vault with the session's own keyring and prints what came of it; started within a bus of its own.

`keyring_process.py FOLDER DEADLINE`
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from app.security.errors import VaultError
from app.security.keyrings import system_keyring
from app.security.vault import Cost, Vault


def main() -> None:
    folder, deadline = Path(sys.argv[1]), float(sys.argv[2])
    began = time.monotonic()
    keyring = system_keyring(deadline)
    vault = Vault(folder, keyring, Cost(1, 64, 1))
    said: dict[str, object] = {"keyring": keyring is not None, "before": vault.state()}
    try:
        opened = vault.unlock_with_keyring()
        said["opened_without_password"] = opened is not None
        if opened is None:
            opened = vault.unlock_with_password("ana", "right")
        opened.path.touch()
        said["key"] = opened.key.hex()
    except VaultError as error:
        said["error"] = type(error).__name__
    said |= {"after": vault.state(), "seconds": time.monotonic() - began}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
