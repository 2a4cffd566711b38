"""Every answer, whatever scenario it belongs to, is held against the strict model of its operation."""

from __future__ import annotations

from steps.api.errors import RuleBroken
from steps.api.exchange import Exchange, Request
from steps.api.schemas import Violation, violations


class ContractViolation(RuleBroken):
    """An answer breaks the contract. `violations` say which rules, where in the answer, and how."""

    def __init__(self, exchange: Exchange, found: list[Violation]) -> None:
        self.exchange = exchange
        self.violations = found
        self.rules = tuple(dict.fromkeys(violation.rule for violation in found))
        lines = [f"{', '.join(self.rules)}: the answer to {exchange.request.operation} breaks the contract"]
        lines += [f"  {violation.rule} at {violation.where}: {violation.problem}" for violation in found]
        super().__init__("\n".join(lines))


class ContractCheck:
    """Fails the call whose answer breaks the contract."""

    def before(self, request: Request) -> None:
        """Nothing is checked before an answer came."""

    def after(self, exchange: Exchange) -> None:
        """Hold the answer against its model. Raises ContractViolation."""
        if exchange.failure:
            return
        if found := violations(exchange):
            raise ContractViolation(exchange, found)
