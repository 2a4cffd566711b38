"""The way to a cloud: its name, its port, what is spoken there, and whether the API answers at its end."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import time
from dataclasses import replace

import certifi

from cloudqa.doctor.findings import Finding, note, ok, problem
from cloudqa.doctor.patient import Patient
from steps.api.errors import CloudUnreachable
from steps.api.exchange import Exchange
from steps.api.operations import SV_2, SV_6, Operation
from steps.api.utils import Api

# Whoever renews certificates by hand needs some days for it.
FEW_DAYS = 14
_DAY = 86400
# A server that speaks another language may wait for the end of a line that never comes.
_OTHER_LANGUAGE_SECONDS = 3.0
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# What OpenSSL calls the reasons why it trusts a certificate not.
_EXPIRED, _NOT_YET, _WRONG_HOST, _WRONG_ADDRESS = 10, 9, 62, 64


def check_name(patient: Patient) -> Finding:
    """Whether the name of the first host on the way is known."""
    host, port = patient.first_hop
    setting = "the proxy" if patient.proxy else "CLOUD_URL"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return problem(
            f"The name {host} of {setting} is not known here.",
            f"Correct the name in {setting}, or join the network that knows it, by VPN for example.",
        )
    addresses = ", ".join(dict.fromkeys(str(one[4][0]) for one in found))
    return ok(f"{host} is {addresses}." if addresses != host else f"{host} is an address itself.")


def check_port(patient: Patient) -> Finding:
    """Whether something listens on the port of the first host on the way."""
    host, port = patient.first_hop
    setting = "the proxy" if patient.proxy else "CLOUD_URL"
    try:
        socket.create_connection((host, port), timeout=patient.call_seconds).close()
    except TimeoutError:
        return problem(
            f"Port {port} of {host} did not answer within {patient.call_seconds:g} s.",
            "See whether a firewall is in between, or a VPN is missing.",
        )
    except ConnectionRefusedError:
        return problem(
            f"Nothing listens on port {port} of {host}.",
            f"Give {setting} the right port, and see that the cloud is up.",
        )
    except OSError as error:
        return problem(
            f"Port {port} of {host} cannot be reached: {_words(error)}.",
            "See that this machine is on the network that leads there.",
        )
    return ok(f"Port {port} of {host} is open.")


def check_scheme(patient: Patient) -> Finding:
    """Whether what CLOUD_URL says is spoken there: http, or https with a certificate that is trusted."""
    if patient.address.scheme == "http":
        return _check_http(patient)
    if patient.proxy:
        return _check_tls_through_proxy(patient)
    host, port = patient.first_hop
    try:
        days = _days_of_certificate(patient, host, port)
    except ssl.SSLCertVerificationError as error:
        return _distrusted(patient, error)
    except (OSError, ValueError) as error:
        if _speaks_http(host, port):
            return problem(
                f"Port {port} of {host} speaks http, but CLOUD_URL says https.",
                f"Write {patient.address._replace(scheme='http').geturl()}, or give the port of https.",
            )
        return problem(
            f"No secure connection to {host} comes about: {_words(error)}.",
            "See that CLOUD_URL gives the port of https, and that the server takes TLS 1.2 or later.",
        )
    if days < FEW_DAYS:
        return note(
            f"The certificate of {host} ends in {days} {'day' if days == 1 else 'days'}.",
            "Have it renewed by whoever runs the cloud.",
        )
    return ok(f"The certificate of {host} is trusted, and good for {days} days.")


def check_api(patient: Patient) -> Finding:
    """Whether the cloud's API answers below CLOUD_URL, and not something else."""
    try:
        answer = _send(patient, SV_2)
    except CloudUnreachable as error:
        return problem(f"{patient.url} gives no answer: {error.reason}.", "See that the cloud is up.")
    if answer.status == 200 and answer.is_json:
        said = "" if answer.body == {"message": "ok"} else ", though not in the words of the contract"
        return ok(f"The API at {patient.url} says that it is up{said}.")
    return _what_answers(patient, answer)


def _what_answers(patient: Patient, answer: Exchange) -> Finding:
    """What it is that answered in the place of the API."""
    where, kind = f"{patient.url}{SV_2.path}", answer.headers.get("content-type", "")
    if 300 <= answer.status < 400:
        goal = answer.headers.get("location", "nowhere")
        return problem(
            f"{where} leads on to {goal}.", "Write into CLOUD_URL where it leads to, without /health."
        )
    if answer.status in (401, 403, 407):
        return problem(
            f"Something before the API asks for a credential: {where} is answered with {answer.status}.",
            "Give what it asks for in CLOUD_EXTRA_HEADERS, or in the URL of CLOUD_PROXY.",
        )
    if answer.status >= 500:
        return problem(
            f"The cloud is ill: {where} is answered with {answer.status}.",
            "Wait, or tell whoever runs the cloud.",
        )
    origin = patient.address._replace(path="", query="", fragment="").geturl()
    if patient.address.path and _is_api(patient, origin):
        return problem(
            f"The API is not at {patient.url}, but at {origin}.", f"Leave out the path: CLOUD_URL={origin}."
        )
    if "html" in kind or answer.content.lstrip().startswith(b"<"):
        return problem(
            f"An HTML page answers at {where}, and not the cloud's API.",
            "Let CLOUD_URL lead to the API, which often has a host or a path of its own, such as /v1.",
        )
    if isinstance(_send(patient, SV_6).body, list):
        return note(
            f"The API answers, but has no {SV_2.path}: {answer.status}.",
            "Leave out what asks for it, with --tags 'not @rule.SV-2'.",
        )
    return problem(
        f"No API of a quantum cloud answers at {patient.url}: {SV_2.path} is {answer.status}.",
        "Let CLOUD_URL lead to the API, with the path that stands before /health there, if any.",
    )


def _is_api(patient: Patient, origin: str) -> bool:
    api = Api(patient.cloud)
    try:
        answer = api.send(replace(api.request(SV_2), url=origin + SV_2.path))
    except CloudUnreachable:
        return False
    return answer.status == 200 and answer.is_json


def _check_http(patient: Patient) -> Finding:
    host, port = patient.first_hop
    try:
        answer = _send(patient, SV_2)
    except CloudUnreachable:
        answer = None
    secure = patient.address._replace(scheme="https").geturl()
    tells = answer is not None and answer.status == 400 and b"HTTPS" in answer.content
    if tells or (answer is None and not patient.proxy and _speaks_tls(host, port)):
        return problem(
            f"Port {port} of {host} speaks https, but CLOUD_URL says http.", f"Write CLOUD_URL={secure}."
        )
    if patient.address.hostname in _LOOPBACK:
        return ok("http, which stays on this machine.")
    return note(
        "http: passwords and tokens travel in clear.", f"Write CLOUD_URL={secure}, if the cloud takes it."
    )


def _check_tls_through_proxy(patient: Patient) -> Finding:
    try:
        _send(patient, SV_2)
    except CloudUnreachable as error:
        return problem(
            f"No secure connection comes about through the proxy: {error.reason}.",
            "See that the proxy may lead there, and name your own authority in CLOUD_CA_BUNDLE.",
        )
    return ok("The certificate is trusted; how long it is good for is not seen through a proxy.")


def _days_of_certificate(patient: Patient, host: str, port: int) -> int:
    """For how many days the certificate is good. Raises OSError, where it is not, an SSLError."""
    context = ssl.create_default_context(cafile=_authorities(patient))
    with (
        socket.create_connection((host, port), timeout=patient.call_seconds) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        certificate = secured.getpeercert() or {}
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return int((ends - time.time()) // _DAY)


def _authorities(patient: Patient) -> str:
    """The file of authorities that the suite's own calls go by."""
    named = patient.settings.ca_bundle
    if not named and patient.settings.trust_environment:
        named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or ""
    return named or certifi.where()


def _distrusted(patient: Patient, error: ssl.SSLCertVerificationError) -> Finding:
    host = patient.address.hostname
    if error.verify_code == _EXPIRED:
        return problem(
            f"The certificate of {host} has expired.", "Have it renewed by whoever runs the cloud."
        )
    if error.verify_code == _NOT_YET:
        return problem(
            f"The certificate of {host} is not good yet.", "See that the clock of this machine is right."
        )
    if error.verify_code in (_WRONG_HOST, _WRONG_ADDRESS):
        return problem(
            f"The certificate that {host} shows is that of another host.",
            "Write the name into CLOUD_URL for which the certificate was given.",
        )
    if patient.settings.ca_bundle:
        return problem(
            f"The certificate of {host} is from no authority in {patient.settings.ca_bundle}.",
            "Let CLOUD_CA_BUNDLE name the file with the authority that signed it.",
        )
    return problem(
        f"The certificate of {host} is from an authority that is not known here.",
        "Name the file with your own authority in CLOUD_CA_BUNDLE.",
    )


def _speaks_http(host: str, port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        socket.create_connection((host, port), timeout=_OTHER_LANGUAGE_SECONDS) as plain,
    ):
        plain.sendall(b"GET /health HTTP/1.0\r\nHost: " + host.encode() + b"\r\n\r\n")
        return plain.recv(5).startswith(b"HTTP")
    return False


def _speaks_tls(host: str, port: int) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        contextlib.suppress(OSError),
        socket.create_connection((host, port), timeout=_OTHER_LANGUAGE_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host),
    ):
        return True
    return False


def _send(patient: Patient, operation: Operation) -> Exchange:
    api = Api(patient.cloud)
    return api.send(api.request(operation))


def _words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    words = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
    return str(words).lower().replace("_", " ").rstrip(".") or "the connection broke"
