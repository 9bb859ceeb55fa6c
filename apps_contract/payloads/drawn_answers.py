"""Answers drawn by hypothesis: any valid app, with several changes of ``answers`` at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from apps_contract.payloads.answers import ODD_IDS, AnsweredApp, changes, full_app, is_readable
from apps_contract.payloads.strategies import create_request

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from apps_contract.contract import Edition

_MOST_CHANGES = 4


@cache
def drawn_app(edition: Edition) -> SearchStrategy[AnsweredApp]:
    """Draw a whole App as a server may answer it, with a label that names its changes."""
    bodies = create_request(edition=edition, repeated_channels=True)
    by_server = {name: value for name, value in full_app(edition).items() if name in {"rate_limits", "queue_stats"}}

    @st.composite
    def drawn(draw: DrawFn) -> AnsweredApp:
        app = {"id": draw(st.sampled_from(ODD_IDS)), "display_name": "", **draw(bodies)}
        app |= {name: by_server[name] for name in by_server if draw(st.booleans())}
        labels = []
        for _ in range(draw(st.integers(0, _MOST_CHANGES))):
            change = draw(st.sampled_from(list(changes(app, edition))))
            changed = change.applied(app)
            if is_readable(changed, edition):
                app = changed
                labels.append(change.label)
        return AnsweredApp(", ".join(labels) or "unchanged", app)

    return drawn()
