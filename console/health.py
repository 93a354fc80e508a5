"""Whether this process serves, whether what it stands on answers, and the figures a monitor watches. No names, no numbers."""

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from callbacks import queries as promises
from console.access import the_office
from office.tables import Heartbeat
from voice import queries as calling
from voicemail_greetings import words_asked
from voicemail_greetings.words_asked import Figures

health = Blueprint("health", __name__)

NO_ANSWER = "does not answer"


@health.get("/healthz")
def healthz() -> Response:
    """200 while the process serves, whatever else is down."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 when database and Redis answer, else 503 with what does not."""
    answers = {"database": _database_answers(), "redis": the_office().bell.ping()}
    told = {name: "ok" if up else NO_ANSWER for name, up in answers.items()}
    return jsonify(told), 200 if all(answers.values()) else 503


@health.get("/metrics")
def metrics() -> Response:
    """Prometheus text. Counted in the database at each request, so it is true for every process alike."""
    registry = CollectorRegistry()
    try:
        with the_office().database.reading() as session:
            _count(session, registry)
    except SQLAlchemyError:
        return Response(f"database: {NO_ANSWER}\n", status=503, content_type="text/plain; charset=utf-8")
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _database_answers() -> bool:
    try:
        return the_office().database.is_up()
    except SQLAlchemyError:
        return False


def _count(session: Session, registry: CollectorRegistry) -> None:
    now = the_office().clock.now()
    figures = promises.figures(session, now)
    gauges = (
        ("up", "1 while this process serves and reaches the database", 1.0),
        ("callbacks_open", "Call-backs that we owe", figures["open"]),
        ("callbacks_overdue", "Call-backs past their promised time", figures["overdue"]),
        ("callbacks_needing_a_person", "Call-backs with which nothing more happens by itself", figures["needs_person"]),
        (
            "callbacks_oldest_due_seconds",
            "Age of the oldest call-back whose next try is due",
            figures["oldest_due_seconds"],
        ),
        ("calls_live", "Customers' calls going on", calling.live(session)),
    )
    for name, what, value in gauges:
        Gauge(f"ringtrue_{name}", what, registry=registry).set(value)
    beats = Gauge("ringtrue_heartbeat_age_seconds", "Since each loop last did its round", ["loop"], registry=registry)
    _count_words(words_asked.figures(session, now), registry)
    for loop, at in session.execute(select(Heartbeat.name, Heartbeat.at)):
        beats.labels(loop).set((now - at).total_seconds())


def _count_words(figures: Figures, registry: CollectorRegistry) -> None:
    """How the words of messages are coming along; without a message in the last day nobody knows how long they take."""
    states = Gauge("ringtrue_messages", "Messages by the state of their words", ["words"], registry=registry)
    for state, count in figures.states.items():
        states.labels(state).set(count)
    oldest = Gauge(
        "ringtrue_words_oldest_waiting_seconds",
        "Since the message that waits the longest for its words ended, or was to be written out anew",
        registry=registry,
    )
    oldest.set(figures.oldest_waiting_s)
    if figures.seconds_95 is not None:
        took = (
            "From a message's end, or from when words were wanted anew, until they came, for 95 in 100 of the last day"
        )
        Gauge("ringtrue_words_seconds_95", took, registry=registry).set(figures.seconds_95)
