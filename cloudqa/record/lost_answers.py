"""Answers that were lost on the way: in the scenario under way, and in the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from steps.api.exchange import Exchange, Request


@dataclass
class LostAnswers:
    """Counts the calls that got no answer: those that were sent again, and those that were not.

    `in_scenario` counts both since the scenario began. Whether the cloud did what they ask for is not known,
    and it may have done twice what was sent again: even a read counts as a use of its token. So what the
    cloud shows afterwards proves nothing against it.
    """

    in_scenario: int = 0
    lost: int = 0
    sent_again: int = 0

    def begin_scenario(self) -> None:
        """Count anew for another scenario."""
        self.in_scenario = 0

    def before(self, request: Request) -> None:
        """Nothing is lost before it was sent."""

    def after(self, exchange: Exchange) -> None:
        """Count a call that got no answer."""
        if exchange.failure:
            self.in_scenario += 1
            self.sent_again += exchange.repeated
            self.lost += not exchange.repeated

    def notes(self) -> Iterator[str]:
        """Sentences for the end of a run; none where every call was answered."""
        if self.sent_again:
            yield f"{_answers(self.sent_again)} lost, and asked for again."
        if self.lost:
            yield f"{_answers(self.lost)} lost, and could not be asked for again."

    def news(self) -> tuple[int, int]:
        """What was counted since the last call, for those of another process."""
        news = self.lost, self.sent_again
        self.lost = self.sent_again = 0
        return news

    def take_from_child(self, news: tuple[int, int]) -> None:
        """Add what was counted in a forked process."""
        self.lost += news[0]
        self.sent_again += news[1]


def _answers(number: int) -> str:
    return f"{number} {'answer was' if number == 1 else 'answers were'}"
