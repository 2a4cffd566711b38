"""What is printed of a selftest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cloudqa.selftest.verdicts import Kind, Result, Verdict

_MOST_OTHERS = 6


def line_of(verdict: Verdict) -> str:
    """A verdict in a line; a defect that was missed with what happened instead."""
    defect = verdict.defect
    what = f"{defect.rule} {defect.id} ({verdict.seconds:.1f} s)"
    if verdict.by is not None:
        more = sum(result.names(defect.rules) for result in verdict.others)
        beside = f" and {more} more" if more else ""
        remark = "; it can be seen after all: take out its `unseen`" if defect.unseen else ""
        return f"found   {what} by @{verdict.by.scenario} in {verdict.by.seconds:.2f} s{beside}{remark}"
    if defect.unseen:
        return f"unseen  {what}: {defect.unseen}"
    return "\n".join([f"MISSED  {what}: {defect.summary}", *_instead(verdict)])


def summary_of(verdicts: Sequence[Verdict], red: Mapping[str, Result], seconds: float) -> str:
    """How many were found, and by which scenarios nothing could be."""
    found = sum(verdict.found for verdict in verdicts)
    missed = sum(verdict.missed for verdict in verdicts)
    unseen = len(verdicts) - found - missed
    alike: dict[str, list[str]] = {}
    for name, result in sorted(red.items()):
        if result.kind is not Kind.SKIPPED:
            alike.setdefault(_told(result), []).append(name)
    lines = [
        f"{_listed(names)} did not pass on a sound cloud, and was not counted: {told}"
        for told, names in alike.items()
    ]
    tried = f"{len(verdicts)} {'defect' if len(verdicts) == 1 else 'defects'}"
    counts = f"{tried}: {found} found, {missed} missed, {unseen} cannot be seen."
    return "\n".join([*lines, f"{counts} {seconds:.1f} s."])


def _instead(verdict: Verdict) -> list[str]:
    """What happened instead of its being found, as lines."""
    failed = [result for result in verdict.others if result.kind is not Kind.PASSED]
    lines = [f"        {verdict.problem}"] if verdict.problem else []
    lines += [f"        @{result.scenario} {_told(result)}" for result in failed[:_MOST_OTHERS]]
    if len(failed) > _MOST_OTHERS:
        lines.append(f"        and {len(failed) - _MOST_OTHERS} more failed")
    passed = [result.scenario for result in verdict.others if result.kind is Kind.PASSED]
    if passed:
        lines.append(f"        passed: {_listed(passed)}")
    return lines or ["        no scenario carries its rule or one of the same operation"]


def _listed(names: Sequence[str]) -> str:
    shown = " ".join(f"@{name}" for name in names[:_MOST_OTHERS])
    return shown + (f" and {len(names) - _MOST_OTHERS} more" if len(names) > _MOST_OTHERS else "")


def _told(result: Result) -> str:
    if result.kind is Kind.FAILED:
        return f"failed, naming {', '.join(result.rules) or 'no rule'}: {result.text}"
    return f"{result.kind.value}: {result.text}"
