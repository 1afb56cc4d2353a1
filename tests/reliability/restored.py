"""A hub that was put back to an earlier copy of its database."""

from __future__ import annotations

import shutil

from app.hub.backup import back_up
from app.hub.process import DATABASE
from tests.reliability.desktop import Desktop
from tests.reliability.hub_process import Hub
from tests.reliability.oracle import compare, judge
from tests.reliability.outcome import Outcome, Work

_DESKTOPS = 3


def run(work: Work) -> Outcome:
    """A copy, more work, the copy in its place: the desktops send again what it lacks."""
    outcome = Outcome()
    day = work.of(60, 2000)
    with Hub(work.place("hub")) as hub:
        folder = work.place("desktops")
        desktops = [Desktop(folder, f"desk-{number}", hub) for number in range(_DESKTOPS)]
        try:
            for desktop in desktops:
                desktop.start(count=day, batch=4, seed=work.chance.randrange(1 << 30))
                desktop.until_sent(120)
                desktop.stop()
            copy = work.folder / "yesterday.sqlite"
            back_up(hub.database, copy)
            for desktop in desktops:
                desktop.start(count=day, batch=4, seed=work.chance.randrange(1 << 30))
                desktop.until_sent(120)
            before = hub.count()
            hub.kill()
            for file in hub.folder.glob(f"{DATABASE}-*"):
                file.unlink()
            shutil.copy(copy, hub.folder / DATABASE)
            hub.start()
            after = hub.count()
            # They were running all the time; each records one more, which is how it hears of the hub's start.
            for desktop in desktops:
                desktop.stop()
                desktop.start(count=1)
                desktop.until_sent(120)
        finally:
            for desktop in desktops:
                desktop.close()
        hub.stop()
        judge(outcome, compare([event for desktop in desktops for event in desktop.confirmed], hub.rows()))
    outcome.say(f"{before} events at the hub, {after} in the copy that was put back, all again afterwards")
    outcome.expect(after < before, "the copy lacked nothing: nothing was tested")
    return outcome
