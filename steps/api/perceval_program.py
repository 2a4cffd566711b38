"""What a user of the cloud writes with Perceval, as a program of its own that does what it is told.

Reads one request a line from standard input, a JSON object with `action` and its arguments, and answers each
with one line: `{"value": ...}`, or `{"failed": "..."}` with Perceval's own words. It is started by
`steps.api.perceval_client`; Perceval itself is used as it comes, through its public names.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

# Perceval's users bound what a call may cost; none of these experiments needs more.
MOST_SHOTS = 10_000
LOOK_AGAIN = 0.05


class Session:
    """One user at work on one platform, with two photons that meet on a beam splitter.

    This is the experiment of Hong, Ou and Mandel. Methods that submit without waiting keep the job, and those
    after them in the story speak of that one.
    """

    def __init__(self) -> None:
        import perceval
        from perceval import algorithm

        self._perceval: Any = perceval
        self._sampler_of = algorithm.Sampler
        self._job: Any = None

    def open(self, url: str, token: str, platform: str, proxy: str = "") -> None:
        """Connect to the platform."""
        proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._place = {"token": token, "url": url, "proxies": proxies}
        self._processor = self._perceval.RemoteProcessor(platform, **self._place)

    def run(self, command: str, counts: Sequence[int] = ()) -> Any:  # noqa: ANN401 - JSON
        """Run the experiment and wait for it, as a script does: `sampler.probs()`, `sampler.samples(5)`."""
        return _plain(getattr(self._sampler(), command)(*counts))

    def start(self, command: str, counts: Sequence[int] = ()) -> str:
        """Submit the experiment and return the id of the job."""
        self._job = getattr(self._sampler(), command).execute_async(*counts)
        return str(self._job.id)

    def start_without_angle(self) -> str:
        """Submit a beam splitter whose angle is left open, which no one can compute."""
        self._job = self._sampler(angle=self._perceval.P("angle")).probs.execute_async()
        return str(self._job.id)

    def scan(self, angles: Sequence[float]) -> Any:  # noqa: ANN401 - JSON
        """Run the experiment once for each angle of the beam splitter, as one job."""
        sampler = self._sampler(angle=self._perceval.P("angle"))
        for angle in angles:
            sampler.add_iteration(circuit_params={"angle": angle})
        self._job = sampler.probs.execute_async()
        self.finish()
        return self.results()

    def resume(self, job_id: str) -> None:
        """Take up a job that someone submitted before."""
        self._job = self._processor.resume_job(job_id)

    def finish(self) -> str:
        """Wait until the job is over, and return its status as Perceval calls it."""
        while not self._job.is_complete:
            threading.Event().wait(LOOK_AGAIN)
        return str(self._job.status.status.name)

    def results(self) -> Any:  # noqa: ANN401 - JSON
        """The results of the job."""
        return _plain(self._job.get_results())

    def cancel(self) -> None:
        """Cancel the job."""
        self._job.cancel()

    def rerun(self) -> str:
        """Run the job again, and return the id of the new one."""
        self._job = self._job.rerun()
        return str(self._job.id)

    def execute(self, command: str, counts: Sequence[int] = ()) -> Any:  # noqa: ANN401 - JSON
        """Run the experiment with the newer half of Perceval, reading its status as fast as it can."""
        from perceval.providers.quandela import QuandelaCommunicationLayer
        from perceval.runtime import ExecutionFactory, RemoteComputer

        computer = RemoteComputer(QuandelaCommunicationLayer(self._processor.name, **self._place))
        factory = ExecutionFactory(computer, self._experiment(), max_shots_per_call=MOST_SHOTS)
        execution = getattr(factory, command).execute_async(*counts)
        while not execution.is_complete:
            pass
        return _plain(execution.get_results())

    def group(self, size: int) -> Any:  # noqa: ANN401 - JSON
        """Run the experiment several times as a group, which asks the cloud how many jobs it may send."""
        jobs = self._perceval.JobGroup("experiments")
        for _ in range(size):
            jobs.add(self._sampler().probs)
        jobs.run_parallel()
        return [_plain(result) for result in jobs.get_results()]

    def _sampler(self, angle: object = None) -> Any:  # noqa: ANN401 - Perceval's
        experiment = self._experiment(angle)
        self._processor.set_circuit(experiment.unitary_circuit())
        self._processor.with_input(experiment.input_state)
        self._processor.min_detected_photons_filter(2)
        return self._sampler_of(self._processor, max_shots_per_call=MOST_SHOTS)

    def _experiment(self, angle: object = None) -> Any:  # noqa: ANN401 - Perceval's
        perceval = self._perceval
        splitter = perceval.BS() if angle is None else perceval.BS(theta=angle)
        experiment = perceval.Experiment(perceval.Circuit(2) // splitter)
        experiment.with_input(perceval.BasicState([1, 1]))
        experiment.min_detected_photons_filter(2)
        return experiment


def _plain(result: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Perceval's results as JSON: a distribution by the texts of its states, samples as a list of them."""
    if "results_list" in result:
        return [_plain(single) for single in result["results_list"]]
    found = result["results"]
    if hasattr(found, "items"):
        return {str(state): value for state, value in found.items()}
    return [str(state) for state in found]


def _answer(session: Session, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": getattr(session, request.pop("action"))(**request)}
    except Exception as error:  # whatever Perceval raises is what its user would see
        return {"failed": f"{type(error).__name__}: {error}"}


def main(requests: TextIO, answers: TextIO) -> None:
    """Answer requests until there are no more."""
    session = Session()
    for line in requests:
        print(json.dumps(_answer(session, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    # Perceval prints to standard output: that is made a part of the log, and answers get a way of their own.
    own_way = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    main(sys.stdin, own_way)
