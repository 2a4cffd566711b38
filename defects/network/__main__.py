"""`python -m defects.network URL FAULT RATE SEED`: a faulty network before the cloud, until input ends.

The first line printed is the address to reach the cloud at, the last one a JSON object with what was planted.
"""

from __future__ import annotations

import json
import sys

from defects.network.faults import Fault, Plan
from defects.network.proxy import faulty


def main(url: str, fault: str, rate: str, seed: str) -> None:
    """Serve until standard input is at its end."""
    plan = Plan(Fault(fault), float(rate), int(seed))
    with faulty(url, plan) as address:
        print(address, flush=True)
        sys.stdin.read()
    print(json.dumps({"passed": plan.passed, "hit": plan.hit}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
